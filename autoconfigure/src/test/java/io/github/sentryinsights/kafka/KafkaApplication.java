package io.github.sentryinsights.kafka;

import java.util.Map;
import java.util.UUID;

import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SpanStatus;
import io.sentry.TracesSamplingDecision;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafka;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.RecordInterceptor;

import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.SentryReceiver;

/**
 * An application with Kafka, wired by hand so that it is the same on every Spring Boot.
 */
final class KafkaApplication {

	private KafkaApplication() {
	}

	static ApplicationContextRunner sendingTo(SentryReceiver receiver, KafkaBroker broker) {
		return with(InsightsContextRunner.sendingTo(receiver), broker);
	}

	static ApplicationContextRunner withoutSentry(KafkaBroker broker) {
		return with(InsightsContextRunner.withoutSentry(), broker);
	}

	private static ApplicationContextRunner with(ApplicationContextRunner runner, KafkaBroker broker) {
		return runner
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.kafka.KafkaTracingAutoConfiguration"))
			.withUserConfiguration(KafkaConfiguration.class)
			.withPropertyValues("broker=" + broker.address(), "group=" + UUID.randomUUID());
	}

	/**
	 * Run work in a transaction that is current on this thread.
	 */
	static void inTransaction(String name, Work work) {
		inTransaction(new TransactionContext(name, "test"), work);
	}

	static void inUnsampledTransaction(String name, Work work) {
		inTransaction(new TransactionContext(name, "test", new TracesSamplingDecision(false)), work);
	}

	private static void inTransaction(TransactionContext context, Work work) {
		TransactionOptions options = new TransactionOptions();
		options.setBindToScope(true);
		ITransaction transaction = Sentry.startTransaction(context, options);
		try {
			work.run(transaction);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			transaction.finish(SpanStatus.OK);
			Sentry.configureScope(scope -> scope.clearTransaction());
		}
	}

	/**
	 * Work in a transaction.
	 */
	@FunctionalInterface
	interface Work {

		void run(ISpan transaction) throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	@EnableKafka
	static class KafkaConfiguration {

		@Bean
		DefaultKafkaProducerFactory<String, String> producerFactory(@Value("${broker}") String broker,
				@Value("${linger:0}") String linger, @Value("${max-block:10000}") String maxBlock,
				@Value("${request-timeout:30000}") String requestTimeout,
				@Value("${delivery-timeout:120000}") String deliveryTimeout) {
			return new DefaultKafkaProducerFactory<>(
					Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker, ProducerConfig.LINGER_MS_CONFIG, linger,
							ProducerConfig.MAX_BLOCK_MS_CONFIG, maxBlock, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
							requestTimeout, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryTimeout),
					new StringSerializer(), new StringSerializer());
		}

		@Bean
		KafkaTemplate<String, String> kafkaTemplate(ProducerFactory<String, String> producerFactory) {
			return new KafkaTemplate<>(producerFactory);
		}

		@Bean
		DefaultKafkaConsumerFactory<String, String> consumerFactory(@Value("${broker}") String broker,
				@Value("${group}") String group) {
			return new DefaultKafkaConsumerFactory<>(
					Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker, ConsumerConfig.GROUP_ID_CONFIG, group,
							ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
					new StringDeserializer(), new StringDeserializer());
		}

		@Bean
		ConcurrentKafkaListenerContainerFactory<String, String> kafkaListenerContainerFactory(
				ConsumerFactory<String, String> consumerFactory, ObjectProvider<CommonErrorHandler> errorHandler,
				ObjectProvider<RecordInterceptor<String, String>> interceptor) {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(consumerFactory);
			errorHandler.ifAvailable(factory::setCommonErrorHandler);
			interceptor.ifAvailable(factory::setRecordInterceptor);
			return factory;
		}

	}

}
