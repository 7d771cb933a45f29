package io.github.sentryinsights.kafka;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.kafka.core.KafkaTemplate;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for suspending functions that handle records.
 */
class SuspendingKafkaListenerTests {

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	@Test
	@SuppressWarnings("unchecked")
	void transactionLastsUntilTheFunctionIsDone() {
		KafkaApplication.sendingTo(this.receiver, broker)
			.withUserConfiguration(SuspendingKafkaListener.class)
			.run(context -> {
				KafkaTemplate<String, String> template = context.getBean(KafkaTemplate.class);
				KafkaApplication.inTransaction("first", transaction -> template.send("suspended", "accepted").get());
				KafkaApplication.inTransaction("second", transaction -> template.send("suspended", "refused").get());
				assertThat(processOf("first").root().status()).isEqualTo("ok");
				assertThat(processOf("second").root().status()).isEqualTo("internal_error");
			});
	}

	private ReceivedTransaction processOf(String sender) {
		ReceivedSpan publish = this.receiver.transaction(sender).span("queue.publish");
		ReceivedTransaction process = this.receiver.transaction(received -> received.root().isChildOf(publish));
		InsightsContract.verify(process.root());
		assertThat(process.seconds()).isBetween(0.19, 10.0);
		return process;
	}

}
