package io.github.sentryinsights.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.cloud.stream.binder.kafka.config.ClientFactoryCustomizer;
import org.springframework.cloud.stream.config.ConsumerEndpointCustomizer;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.kafka.inbound.KafkaMessageDrivenChannelAdapter;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;

import io.github.sentryinsights.testing.BatchApplication;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;
import io.github.sentryinsights.testing.StreamApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for the Kafka binder of Spring Cloud Stream.
 */
class KafkaCloudStreamTests {

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	@Test
	void messagesAreReportedOnceOnEachSideBehindTheCustomizersOfTheApplication() {
		try (StreamApplication application = run("customized", "spring.cloud.stream.default-binder=kafka")) {
			application.send("order");
			application.verifyOneTrace("customized-orders", "customized-shouts");
			assertThat(application.context().getBean(Customizers.class).called).containsExactlyInAnyOrder(
					"container customized-orders", "container customized-shouts", "endpoint customized-orders",
					"endpoint customized-shouts", "producers");
		}
	}

	@Test
	void binderWithAnEnvironmentOfItsOwnIsReportedAlsoWhenAMessageSucceedsAtLast() {
		try (StreamApplication application = run("apart", "spring.cloud.stream.default-binder=apart",
				"spring.cloud.stream.binders.apart.type=kafka",
				"spring.cloud.stream.binders.apart.environment.spring.cloud.stream.kafka.binder.auto-add-partitions=false")) {
			application.send("twice");
			application.verifyOneTrace("apart-orders", "apart-shouts");
		}
	}

	@Test
	void transactionalMessagesAreReportedOnceOnEachSide() {
		try (StreamApplication application = run("transactional", "spring.cloud.stream.default-binder=kafka",
				"spring.cloud.stream.kafka.binder.required-acks=all",
				"spring.cloud.stream.kafka.binder.transaction.transaction-id-prefix=tx-")) {
			application.send("order");
			application.verifyOneTrace("transactional-orders", "transactional-shouts");
		}
	}

	@Test
	void failedMessageHasFailedThoughItsDeadLetterIsSent() {
		try (StreamApplication application = run("dead", "spring.cloud.stream.default-binder=kafka",
				"spring.cloud.stream.kafka.bindings.shout-in-0.consumer.enable-dlq=true",
				"spring.cloud.stream.kafka.bindings.shout-in-0.consumer.dlq-name=dead-letters")) {
			application.send("refused");
			ReceivedTransaction process = this.receiver.transaction("dead-orders");
			InsightsContract.verify(process.root());
			assertThat(process.root().isChildOf(this.receiver.transaction("sending").span("queue.publish"))).isTrue();
			assertThat(process.root().status()).isEqualTo("internal_error");
			assertThat(process.span("queue.publish").description()).isEqualTo("dead-letters");
		}
	}

	@Test
	void excludedBinderIsLeftAlone() {
		try (StreamApplication application = run("excluded", "spring.cloud.stream.default-binder=kafka",
				"sentry.insights.kafka.exclude=kafka")) {
			application.send("order");
			assertThat(this.receiver.transaction("sending").spans()).isEmpty();
		}
	}

	@Test
	void eachAttemptToHandleABatchIsOneTransactionThatNamesTheTracesOfItsMessages() {
		try (BatchApplication application = runBatches("batches")) {
			List<ReceivedSpan> published = application.handle("one", "two", "three", "twice");
			List<ReceivedTransaction> processed = application.processed(3);
			assertThat(application.batches()).containsExactly(List.of("one", "two", "three"), List.of("twice"),
					List.of("twice"));
			assertThat(processed)
				.extracting(process -> process.root().status(),
						process -> process.root().data("messaging.message.retry.count").asInt())
				.containsExactly(tuple("ok", 0), tuple("internal_error", 0), tuple("ok", 1));
			application.verifyBatch(processed.get(0).root(), published.subList(0, 3));
			application.verifyBatch(processed.get(1).root(), published.subList(3, 4));
			application.verifyBatch(processed.get(2).root(), published.subList(3, 4));
			application.verifyShouts(processed.get(0), 3);
			application.verifyShouts(processed.get(1), 0);
			application.verifyShouts(processed.get(2), 1);
		}
	}

	@Test
	void eachMessageOfABatchIsOneTransactionOnRequestAndHasFailedThoughDeadLettersAreSent() {
		try (BatchApplication application = runBatches("records", "sentry.insights.kafka.batch=per-record",
				"spring.cloud.stream.kafka.bindings.shoutAll-in-0.consumer.enable-dlq=true",
				"spring.cloud.stream.kafka.bindings.shoutAll-in-0.consumer.dlq-name=dead-letters-of-batches")) {
			List<ReceivedSpan> published = application.handle("one", "two", "three", "four", "refused");
			List<ReceivedTransaction> each = application.processedEach(published);
			assertThat(application.batches()).containsExactly(List.of("one", "two", "three"),
					List.of("four", "refused"));
			assertThat(each).extracting(process -> process.root().status())
				.containsExactly("ok", "ok", "ok", "internal_error", "internal_error");
			application.verifyShouts(each.get(0), 3);
			application.verifyShouts(each.get(1), 0);
			application.verifyShouts(each.get(2), 0);
			assertThat(each.get(3).spans("queue.publish")).extracting(ReceivedSpan::description)
				.containsExactly("dead-letters-of-batches", "dead-letters-of-batches");
			assertThat(each.get(4).spans()).isEmpty();
		}
	}

	private StreamApplication run(String name, String... properties) {
		return StreamApplication.run(this.receiver, name, withBroker(properties), Customizers.class);
	}

	private BatchApplication runBatches(String name, String... properties) {
		List<String> all = withBroker(properties);
		all.addAll(List.of("spring.cloud.stream.default-binder=kafka",
				"spring.cloud.stream.kafka.bindings.orders-out-0.producer.sync=true",
				"spring.cloud.stream.kafka.bindings.shoutAll-in-0.consumer.configuration.max.poll.records=3"));
		return BatchApplication.run(this.receiver, name, all);
	}

	private static List<String> withBroker(String... properties) {
		List<String> all = new ArrayList<>(List.of("spring.cloud.stream.kafka.binder.brokers=" + broker.address()));
		all.addAll(List.of(properties));
		return all;
	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		final Set<String> called = ConcurrentHashMap.newKeySet();

		@Bean
		ListenerContainerCustomizer<AbstractMessageListenerContainer<?, ?>> containers() {
			return (container, destination, group) -> this.called.add("container " + destination);
		}

		@Bean
		ConsumerEndpointCustomizer<KafkaMessageDrivenChannelAdapter<?, ?>> endpoints() {
			return (endpoint, destination, group) -> this.called.add("endpoint " + destination);
		}

		@Bean
		ClientFactoryCustomizer clients() {
			return new ClientFactoryCustomizer() {

				@Override
				public void configure(ProducerFactory<?, ?> factory) {
					Customizers.this.called.add("producers");
				}

			};
		}

	}

}
