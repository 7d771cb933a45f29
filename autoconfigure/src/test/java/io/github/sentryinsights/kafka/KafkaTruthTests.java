package io.github.sentryinsights.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What the Queues page would compute from what arrives is what has happened.
 */
class KafkaTruthTests {

	private static final int RECORDS = 60;

	private static final int WAIT_MILLIS = 300;

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker);

	@Test
	void recordsAreCountedAsTheyAre() {
		this.contextRunner.withUserConfiguration(RecordListener.class)
			.run(context -> verify(context, "truth-records", context.getBean(RecordListener.class).truth));
	}

	@Test
	void recordsOfABatchAreCountedAsTheyAreOnRequest() {
		this.contextRunner.withUserConfiguration(BatchListener.class)
			.withPropertyValues("sentry.insights.kafka.batch=per-record", "sentry.max-queue-size=1000")
			.run(context -> verify(context, "truth-batches", context.getBean(BatchListener.class).truth));
	}

	@SuppressWarnings("unchecked")
	private void verify(ApplicationContext context, String topic, Truth truth) {
		KafkaTemplate<String, String> template = context.getBean(KafkaTemplate.class);
		KafkaApplication.inTransaction("sending", transaction -> {
			for (int i = 0; i < RECORDS; i++) {
				template.send(topic, "key", Integer.toString(i)).get();
			}
		});
		Awaitility.await().pollDelay(Duration.ofMillis(WAIT_MILLIS)).until(() -> true);
		context.getBean(KafkaListenerEndpointRegistry.class).start();
		Awaitility.await().until(() -> truth.handled.get() == RECORDS);
		Awaitility.await().until(() -> spans("queue.process", topic).size() >= truth.processed.get());
		List<ReceivedSpan> publishes = spans("queue.publish", topic);
		List<ReceivedSpan> processes = spans("queue.process", topic);
		assertThat(publishes).hasSize(RECORDS);
		assertThat(processes).hasSize(truth.processed.get());
		double errorRate = 1 - processes.stream().filter(process -> process.status().equals("ok")).count()
				/ (double) processes.size();
		assertThat(errorRate).isCloseTo(truth.failed.get() / (double) truth.processed.get(), within(1e-9));
		double latency = processes.stream()
			.mapToLong(process -> process.data("messaging.message.receive.latency").asLong())
			.average()
			.orElseThrow();
		assertThat(latency).isCloseTo(truth.latencies.get() / (double) truth.processed.get(), within(100.0))
			.isGreaterThanOrEqualTo(WAIT_MILLIS);
		assertThat(processes.stream().filter(process -> process.data("messaging.message.retry.count").asInt() > 0))
			.hasSize(truth.retried.get());
	}

	/**
	 * As the page selects them: spans by their operation and destination, the roots of
	 * transactions included.
	 */
	private List<ReceivedSpan> spans(String op, String topic) {
		List<ReceivedSpan> spans = new ArrayList<>();
		for (ReceivedTransaction transaction : this.receiver.transactions()) {
			spans.add(transaction.root());
			spans.addAll(transaction.spans());
		}
		return spans.stream()
			.filter(span -> span.op().equals(op) && span.data("messaging.destination.name").asText().equals(topic))
			.toList();
	}

	/**
	 * What the listener has seen itself.
	 */
	static final class Truth {

		final AtomicInteger processed = new AtomicInteger();

		final AtomicInteger failed = new AtomicInteger();

		final AtomicInteger retried = new AtomicInteger();

		final AtomicInteger handled = new AtomicInteger();

		final AtomicLong latencies = new AtomicLong();

		private final List<String> seen = new ArrayList<>();

		private void begin(ConsumerRecord<String, String> record) {
			this.processed.incrementAndGet();
			this.latencies.addAndGet(System.currentTimeMillis() - record.timestamp());
			if (this.seen.contains(record.value())) {
				this.retried.incrementAndGet();
			}
			this.seen.add(record.value());
		}

		private boolean fails(ConsumerRecord<String, String> record) {
			return Integer.parseInt(record.value()) % 10 == 3
					&& this.seen.indexOf(record.value()) == this.seen.lastIndexOf(record.value());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RecordListener {

		final Truth truth = new Truth();

		@Bean
		static DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler(new FixedBackOff(0, 2));
		}

		@KafkaListener(topics = "truth-records", autoStartup = "false")
		void handle(ConsumerRecord<String, String> record) {
			this.truth.begin(record);
			if (this.truth.fails(record)) {
				this.truth.failed.incrementAndGet();
				throw new IllegalStateException("out of stock");
			}
			this.truth.handled.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BatchListener {

		final Truth truth = new Truth();

		@Bean
		static DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler(new FixedBackOff(0, 2));
		}

		@KafkaListener(topics = "truth-batches", batch = "true", autoStartup = "false")
		void handle(List<ConsumerRecord<String, String>> records) {
			records.forEach(this.truth::begin);
			if (records.stream().anyMatch(this.truth::fails)) {
				this.truth.failed.addAndGet(records.size());
				throw new IllegalStateException("out of stock");
			}
			this.truth.handled.addAndGet(records.size());
		}

	}

}
