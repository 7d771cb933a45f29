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

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;
import io.github.sentryinsights.testing.StreamApplication;

import static org.assertj.core.api.Assertions.assertThat;

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

	private StreamApplication run(String name, String... properties) {
		List<String> all = new ArrayList<>(List.of("spring.cloud.stream.kafka.binder.brokers=" + broker.address()));
		all.addAll(List.of(properties));
		return StreamApplication.run(this.receiver, name, all, Customizers.class);
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
