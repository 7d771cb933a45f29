package io.github.sentryinsights.jms;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.jms.Message;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.core.JmsTemplate;

import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What the broker and the listener see, and what the Queues page would make of it.
 */
class JmsDeliveryTests {

	private static final int MESSAGES = 200;

	private static final int FAILING = 7;

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
		assertThat(with.failures()).isEqualTo(without.failures()).isEqualTo((MESSAGES + FAILING - 1) / FAILING);
		int deliveries = MESSAGES + with.failures();
		Awaitility.await().until(() -> processed().size() == deliveries);
		assertThat(this.receiver.transaction("sending").spans("queue.publish")).hasSize(MESSAGES);
		assertThat(processed()).filteredOn(process -> process.status().equals("ok")).hasSize(MESSAGES);
		assertThat(processed()).filteredOn(process -> process.data("messaging.message.retry.count").asInt() == 1)
			.hasSize(with.failures());
		double latency = processed().stream()
			.mapToLong(process -> process.data("messaging.message.receive.latency").asLong())
			.average()
			.orElseThrow();
		assertThat(latency).isCloseTo((double) with.latencies() / deliveries, within(20.0));
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
			deliveries
				.add(new Deliveries(List.copyOf(listener.handled), listener.failed.size(), listener.latencies.get()));
		});
		return deliveries.get(0);
	}

	private List<ReceivedSpan> processed() {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals("counted"))
			.map(ReceivedTransaction::root)
			.toList();
	}

	/**
	 * What the listener has seen.
	 *
	 * @param bodies what it has handled, in order
	 * @param failures how often it has thrown
	 * @param latencies the sum of the times that messages were under way, in milliseconds
	 */
	private record Deliveries(List<String> bodies, int failures, long latencies) {
	}

	@Configuration(proxyBeanMethods = false)
	static class CountingListener {

		final List<String> handled = Collections.synchronizedList(new ArrayList<>());

		final Set<String> failed = Collections.synchronizedSet(new HashSet<>());

		final AtomicLong latencies = new AtomicLong();

		@JmsListener(destination = "counted")
		void handle(Message message) throws Exception {
			String enqueued = message.getStringProperty("sentry_task_enqueued_time");
			if (enqueued != null) {
				this.latencies.addAndGet(System.currentTimeMillis() - Math.round(Double.parseDouble(enqueued) * 1000));
			}
			String body = message.getBody(String.class);
			int number = Integer.parseInt(body.substring("message ".length()));
			if (number % FAILING == 0 && this.failed.add(body)) {
				throw new IllegalStateException("out of stock");
			}
			this.handled.add(body);
		}

	}

}
