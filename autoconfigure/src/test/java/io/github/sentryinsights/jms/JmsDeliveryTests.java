package io.github.sentryinsights.jms;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import jakarta.jms.Message;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.core.JmsTemplate;

import io.github.sentryinsights.testing.QueueTruth;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the broker and the listener see, and what the Queues page would make of it.
 */
class JmsDeliveryTests {

	private static final int MESSAGES = 300;

	private static final int MAX_ATTEMPTS = 4;

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = JmsApplication.sendingTo(this.receiver)
		.withPropertyValues("sentry.max-queue-size=2000")
		.withUserConfiguration(CountingListener.class);

	@Test
	void deliveriesAreTheSameWithAndWithoutAndCountedAsTheyAre() {
		Deliveries without = run(this.contextRunner.withPropertyValues("sentry.insights.enabled=false"));
		assertThat(this.receiver.transactions()).extracting(ReceivedTransaction::name).doesNotContain("counted");
		this.receiver.clear();
		Deliveries with = run(this.contextRunner);
		assertThat(with.bodies()).isEqualTo(without.bodies());
		assertThat(with.truth().failed()).isEqualTo(without.truth().failed());
		with.truth().verify(this.receiver, "counted", MESSAGES);
	}

	private Deliveries run(ApplicationContextRunner runner) {
		List<Deliveries> deliveries = new ArrayList<>();
		runner.run(context -> {
			CountingListener listener = context.getBean(CountingListener.class);
			JmsTemplate template = context.getBean(JmsTemplate.class);
			JmsApplication.inTransaction("sending", () -> {
				for (int i = 0; i < MESSAGES; i++) {
					template.convertAndSend("counted", "message " + i);
				}
			});
			Awaitility.await().until(() -> listener.handled.size() == MESSAGES);
			deliveries.add(new Deliveries(List.copyOf(listener.handled), listener.truth));
		});
		return deliveries.get(0);
	}

	/**
	 * What the listener has seen.
	 *
	 * @param bodies what it has handled, in order
	 * @param truth how that went
	 */
	private record Deliveries(List<String> bodies, QueueTruth truth) {
	}

	@Configuration(proxyBeanMethods = false)
	static class CountingListener {

		final List<String> handled = Collections.synchronizedList(new ArrayList<>());

		final QueueTruth truth = new QueueTruth(MAX_ATTEMPTS);

		@JmsListener(destination = "counted")
		void handle(Message message) throws Exception {
			String body = message.getBody(String.class);
			String enqueued = message.getStringProperty("sentry_task_enqueued_time");
			this.truth.handle(Map.of(body, (enqueued != null) ? Math.round(Double.parseDouble(enqueued) * 1000) : 0L));
			this.handled.add(body);
		}

	}

}
