package io.github.sentryinsights.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

import io.github.sentryinsights.testing.QueueTruth;
import io.github.sentryinsights.testing.SentryReceiver;

/**
 * What the Queues page would compute from what arrives is what has happened.
 */
class KafkaTruthTests {

	private static final int RECORDS = 300;

	private static final int MAX_ATTEMPTS = 3;

	private static final int WAIT_MILLIS = 300;

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker);

	@Test
	void recordsAreCountedAsTheyAre() {
		this.contextRunner.withUserConfiguration(RecordListener.class)
			.withPropertyValues("sentry.max-queue-size=1000")
			.run(context -> verify(context, "truth-records", context.getBean(RecordListener.class).truth));
	}

	@Test
	void recordsOfABatchAreCountedAsTheyAreOnRequest() {
		this.contextRunner.withUserConfiguration(BatchListener.class)
			.withPropertyValues("sentry.insights.kafka.batch=per-record", "sentry.max-queue-size=1000")
			.run(context -> verify(context, "truth-batches", context.getBean(BatchListener.class).truth));
	}

	@SuppressWarnings("unchecked")
	private void verify(ApplicationContext context, String topic, QueueTruth truth) {
		KafkaTemplate<String, String> template = context.getBean(KafkaTemplate.class);
		KafkaApplication.inTransaction("sending", transaction -> {
			for (int i = 0; i < RECORDS; i++) {
				template.send(topic, "key", Integer.toString(i)).get();
			}
		});
		Awaitility.await().pollDelay(Duration.ofMillis(WAIT_MILLIS)).until(() -> true);
		context.getBean(KafkaListenerEndpointRegistry.class).start();
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> truth.done() == RECORDS);
		truth.verify(this.receiver, topic, RECORDS);
	}

	@Configuration(proxyBeanMethods = false)
	static class RecordListener {

		final QueueTruth truth = new QueueTruth(MAX_ATTEMPTS);

		@Bean
		static DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler(new FixedBackOff(0, MAX_ATTEMPTS - 1));
		}

		@KafkaListener(topics = "truth-records", autoStartup = "false", properties = "fetch.max.wait.ms=20")
		void handle(ConsumerRecord<String, String> record) {
			this.truth.handle(Map.of(record.value(), record.timestamp()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BatchListener {

		final QueueTruth truth = new QueueTruth(MAX_ATTEMPTS);

		@Bean
		static DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler(new FixedBackOff(0, MAX_ATTEMPTS - 1));
		}

		@KafkaListener(topics = "truth-batches", batch = "true", autoStartup = "false")
		void handle(List<ConsumerRecord<String, String>> records) {
			Map<String, Long> sent = new HashMap<>();
			records.forEach(record -> sent.put(record.value(), record.timestamp()));
			this.truth.handle(sent);
		}

	}

}
