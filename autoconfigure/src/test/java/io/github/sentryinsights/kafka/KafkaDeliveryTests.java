package io.github.sentryinsights.kafka;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafkaRetryTopic;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.retrytopic.RetryTopicConfiguration;
import org.springframework.kafka.retrytopic.RetryTopicConfigurationBuilder;
import org.springframework.kafka.transaction.KafkaTransactionManager;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

class KafkaDeliveryTests {

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker);

	@Test
	void transactionalProducerAndListenerAreReported() {
		this.contextRunner.withUserConfiguration(TransactionalListener.class).run(context -> {
			KafkaTemplate<String, String> template = template(context, "transactionalTemplate");
			KafkaApplication.inTransaction("sending", transaction -> template
				.executeInTransaction(operations -> operations.send("transactional", "key", "value")));
			ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
			InsightsContract.verify(publish);
			assertThat(publish.status()).isEqualTo("ok");
			Awaitility.await().until(() -> processed("transactional").size() == 2);
			assertThat(processed("transactional")).allSatisfy(InsightsContract::verify)
				.allSatisfy(process -> assertThat(process.isChildOf(publish)).isTrue())
				.extracting(ReceivedSpan::status)
				.containsExactly("internal_error", "ok");
			assertThat(processed("transactional"))
				.extracting(process -> process.data("messaging.message.retry.count").asInt())
				.containsExactly(0, 1);
			ReceivedSpan forward = this.receiver
				.transaction(transaction -> transaction.name().equals("transactional")
						&& !transaction.spans("queue.publish").isEmpty())
				.span("queue.publish");
			assertThat(this.receiver.transaction("transactional-next").root().isChildOf(forward)).isTrue();
		});
	}

	@Test
	void failedAsynchronousListenerOfARetryableTopicIsStillRetried() {
		this.contextRunner.withUserConfiguration(RetryableListener.class).run(context -> {
			template(context, "kafkaTemplate").send("retryable", "key", "value").get();
			BlockingQueue<String> handled = context.getBean(RetryableListener.class).handled;
			assertThat(handled.poll(10, TimeUnit.SECONDS)).isEqualTo("retryable");
			assertThat(handled.poll(10, TimeUnit.SECONDS)).startsWith("retryable-retry");
			ReceivedTransaction retry = this.receiver
				.transaction(transaction -> transaction.name().startsWith("retryable-retry"));
			InsightsContract.verify(retry.root());
			assertThat(retry.root().data("messaging.message.retry.count").asInt()).isEqualTo(1);
			ReceivedSpan first = this.receiver.transaction("retryable").root();
			assertThat(first.data("messaging.message.retry.count").asInt()).isZero();
			assertThat(retry.root().traceId()).isEqualTo(first.traceId());
			assertThat(retry.root().data("messaging.message.id")).isEqualTo(first.data("messaging.message.id"));
			assertThat(processed(retry.name())).hasSize(1);
		});
	}

	@Test
	void attemptsThatTheContainerCountsAreReported() {
		this.contextRunner.withUserConfiguration(CountingListener.class).run(context -> {
			template(context, "kafkaTemplate").send("counted", "key", "value").get();
			Awaitility.await().until(() -> processed("counted").size() == 2);
			assertThat(processed("counted"))
				.extracting(process -> process.data("messaging.message.retry.count").asInt())
				.containsExactly(0, 1);
		});
	}

	private List<ReceivedSpan> processed(String topic) {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals(topic))
			.map(ReceivedTransaction::root)
			.toList();
	}

	@SuppressWarnings("unchecked")
	private static KafkaTemplate<String, String> template(ApplicationContext context, String name) {
		return context.getBean(name, KafkaTemplate.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class TransactionalListener {

		@Bean
		static DefaultKafkaProducerFactory<String, String> transactionalProducerFactory(
				@Value("${broker}") String broker, @Value("${group}") String group) {
			return new DefaultKafkaProducerFactory<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker,
					ProducerConfig.TRANSACTIONAL_ID_CONFIG, group), new StringSerializer(), new StringSerializer());
		}

		@Bean
		static KafkaTemplate<String, String> transactionalTemplate(
				DefaultKafkaProducerFactory<String, String> transactionalProducerFactory) {
			return new KafkaTemplate<>(transactionalProducerFactory);
		}

		@Bean
		static KafkaTransactionManager<String, String> kafkaTransactionManager(
				DefaultKafkaProducerFactory<String, String> transactionalProducerFactory) {
			return new KafkaTransactionManager<>(transactionalProducerFactory);
		}

		@Bean
		static ConcurrentKafkaListenerContainerFactory<String, String> transactional(
				ConsumerFactory<String, String> consumerFactory,
				KafkaTransactionManager<String, String> transactionManager) {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(consumerFactory);
			factory.getContainerProperties().setKafkaAwareTransactionManager(transactionManager);
			return factory;
		}

		@Bean
		Forwarder forwarder(KafkaTemplate<String, String> transactionalTemplate) {
			return new Forwarder(transactionalTemplate);
		}

	}

	static class Forwarder {

		private final KafkaTemplate<String, String> template;

		private boolean failed;

		Forwarder(KafkaTemplate<String, String> template) {
			this.template = template;
		}

		@KafkaListener(topics = "transactional", containerFactory = "transactional")
		void handle(String value) {
			if (!this.failed) {
				this.failed = true;
				throw new IllegalStateException("out of stock");
			}
			this.template.send("transactional-next", value);
		}

		@KafkaListener(topics = "transactional-next")
		void handleNext(String value) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableKafkaRetryTopic
	static class RetryableListener {

		final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

		@Bean
		static TaskScheduler taskScheduler() {
			return new ThreadPoolTaskScheduler();
		}

		@Bean
		static RetryTopicConfiguration retryTopic(KafkaTemplate<String, String> kafkaTemplate) {
			return RetryTopicConfigurationBuilder.newInstance()
				.maxAttempts(2)
				.fixedBackOff(300L)
				.includeTopic("retryable")
				.create(kafkaTemplate);
		}

		@KafkaListener(topics = "retryable")
		CompletableFuture<Void> handle(ConsumerRecord<String, String> record) {
			this.handled.add(record.topic());
			return record.topic().equals("retryable")
					? CompletableFuture.failedFuture(new IllegalStateException("out of stock"))
					: CompletableFuture.completedFuture(null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CountingListener {

		private boolean failed;

		@Bean
		static ConcurrentKafkaListenerContainerFactory<String, String> counting(
				ConsumerFactory<String, String> consumerFactory) {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(consumerFactory);
			factory.getContainerProperties().setDeliveryAttemptHeader(true);
			return factory;
		}

		@KafkaListener(topics = "counted", containerFactory = "counting")
		void handle(String value) {
			if (!this.failed) {
				this.failed = true;
				throw new IllegalStateException("out of stock");
			}
		}

	}

}
