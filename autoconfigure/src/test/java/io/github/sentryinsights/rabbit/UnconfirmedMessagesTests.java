package io.github.sentryinsights.rabbit;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.rabbit.ConfirmCollector.Published;

import static org.assertj.core.api.Assertions.assertThat;

class UnconfirmedMessagesTests {

	private final List<Outcome> outcomes = new ArrayList<>();

	private final OperationSource source = new Operations(OperationRecorder.NONE, new OutcomeMeter(this.outcomes))
		.source(QueueConvention.publishes("rabbitmq", "orders", QueueConvention.Origin.RABBITMQ));

	private final UnconfirmedMessages messages = new UnconfirmedMessages();

	@Test
	void messageEndsWhenItIsConfirmed() {
		add(1);
		add(2);
		this.messages.confirm(2, false, Outcome.SUCCESS);
		assertThat(this.outcomes).containsExactly(Outcome.SUCCESS);
		this.messages.confirm(1, false, Outcome.ERROR);
		assertThat(this.outcomes).containsExactly(Outcome.SUCCESS, Outcome.ERROR);
	}

	@Test
	void severalMessagesAreConfirmedAtOnce() {
		add(1);
		add(2);
		add(3);
		this.messages.confirm(2, true, Outcome.SUCCESS);
		assertThat(this.outcomes).containsExactly(Outcome.SUCCESS, Outcome.SUCCESS);
	}

	@Test
	void confirmThatOvertakesItsMessageCounts() {
		add(1);
		this.messages.confirm(2, false, Outcome.ERROR);
		this.messages.confirm(1, false, Outcome.SUCCESS);
		add(2);
		assertThat(this.outcomes).containsExactly(Outcome.SUCCESS, Outcome.ERROR);
	}

	@Test
	void confirmThatIsToldTwiceHidesNoneThatCameBeforeIt() {
		add(4);
		for (int tag = 5; tag >= 4; tag--) {
			this.messages.confirm(tag, false, (tag == 4) ? Outcome.SUCCESS : Outcome.ERROR);
			this.messages.confirm(tag, false, (tag == 4) ? Outcome.SUCCESS : Outcome.ERROR);
		}
		add(5);
		assertThat(this.outcomes).containsExactly(Outcome.SUCCESS, Outcome.ERROR);
	}

	@Test
	void confirmOfSeveralThatOvertakesTheLastCounts() {
		add(1);
		this.messages.confirm(2, true, Outcome.SUCCESS);
		add(2);
		assertThat(this.outcomes).containsExactly(Outcome.SUCCESS, Outcome.SUCCESS);
		add(3);
		assertThat(this.outcomes).hasSize(2);
	}

	@Test
	void returnedMessageHasFailedThoughTheBrokerConfirmsIt() {
		add(1);
		this.messages.returned("1");
		this.messages.confirm(1, false, Outcome.SUCCESS);
		assertThat(this.outcomes).containsExactly(Outcome.ERROR);
	}

	@Test
	void returnThatOvertakesItsMessageCounts() {
		this.messages.returned("1");
		add(1);
		add(2);
		this.messages.confirm(2, true, Outcome.SUCCESS);
		assertThat(this.outcomes).containsExactly(Outcome.ERROR, Outcome.SUCCESS);
	}

	@Test
	void messageThatIsNeverConfirmedHasFailedWhenTheChannelCloses() {
		add(1);
		this.messages.close();
		add(2);
		assertThat(this.outcomes).containsExactly(Outcome.ERROR, Outcome.ERROR);
	}

	@Test
	void messagesThatNobodyConfirmsAreNotKeptWithoutLimit() {
		for (int i = 1; i <= 1001; i++) {
			add(i);
		}
		assertThat(this.outcomes).containsExactly(Outcome.SUCCESS);
	}

	private void add(long tag) {
		this.messages.add(tag, new Published(this.source.start(), Long.toString(tag)));
	}

}
