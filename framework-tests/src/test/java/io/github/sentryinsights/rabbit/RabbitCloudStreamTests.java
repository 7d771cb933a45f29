package io.github.sentryinsights.rabbit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.amqp.rabbit.listener.MessageListenerContainer;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.testing.BatchApplication;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;
import io.github.sentryinsights.testing.StreamApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the RabbitMQ binder of Spring Cloud Stream.
 */
class RabbitCloudStreamTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	@Test
	void messagesAreReportedOnceOnEachSideBehindTheCustomizersOfTheApplication() {
		try (StreamApplication application = run("customized", "spring.cloud.stream.default-binder=rabbit")) {
			application.send("order");
			application.verifyOneTrace("customized-orders.shouting", "customized-shouts.listening");
			assertThat(application.context().getBean(Customizers.class).called)
				.containsExactlyInAnyOrder("customized-orders.shouting", "customized-shouts.listening");
		}
	}

	@Test
	void binderWithAnEnvironmentOfItsOwnIsReportedToo() {
		try (StreamApplication application = run("apart", "spring.cloud.stream.default-binder=apart",
				"spring.cloud.stream.binders.apart.type=rabbit",
				"spring.cloud.stream.binders.apart.environment.spring.rabbitmq.requested-heartbeat=60")) {
			application.send("order");
			application.verifyOneTrace("apart-orders.shouting", "apart-shouts.listening");
		}
	}

	@Test
	void failedMessageHasFailed() {
		try (StreamApplication application = run("failed", "spring.cloud.stream.default-binder=rabbit")) {
			application.send("refused");
			ReceivedTransaction process = this.receiver.transaction("failed-orders.shouting");
			assertThat(process.root().status()).isEqualTo("internal_error");
			assertThat(process.root().isChildOf(this.receiver.transaction("sending").span("queue.publish"))).isTrue();
		}
	}

	@Test
	void batchIsOneTransactionThatNamesTheTracesOfItsMessages() {
		try (BatchApplication application = runBatches("batches")) {
			List<ReceivedSpan> published = application.handle("one", "two", "three", "twice");
			List<ReceivedTransaction> processed = application.processed(2);
			assertThat(application.batches()).containsExactly(List.of("one", "two", "three"), List.of("twice"),
					List.of("twice"));
			assertThat(processed).extracting(process -> process.root().status()).containsExactly("ok", "ok");
			application.verifyBatch(processed.get(0).root(), published.subList(0, 3));
			application.verifyBatch(processed.get(1).root(), published.subList(3, 4));
			application.verifyShouts(processed.get(0), 3);
			application.verifyShouts(processed.get(1), 1);
		}
	}

	@Test
	void eachMessageOfABatchIsOneTransactionOnRequestAndFailsWithIt() {
		try (BatchApplication application = runBatches("records", "sentry.insights.rabbit.batch=per-record")) {
			List<ReceivedSpan> published = application.handle("one", "two", "three", "four", "refused");
			List<ReceivedTransaction> each = application.processedEach(published);
			assertThat(application.batches()).containsExactly(List.of("one", "two", "three"),
					List.of("four", "refused"), List.of("four", "refused"), List.of("four", "refused"));
			assertThat(each).extracting(process -> process.root().status())
				.containsExactly("ok", "ok", "ok", "internal_error", "internal_error");
			application.verifyShouts(each.get(0), 3);
			assertThat(each.subList(1, 5)).allSatisfy(process -> assertThat(process.spans()).isEmpty());
		}
	}

	@Test
	void batchThatTheSenderHasMadeIsOneMessageThatTellsHowManyItHolds() {
		try (BatchApplication application = BatchApplication.run(this.receiver, "whole",
				withBroker("spring.cloud.stream.default-binder=rabbit",
						"spring.cloud.stream.rabbit.bindings.orders-out-0.producer.batching-enabled=true",
						"spring.cloud.stream.rabbit.bindings.orders-out-0.producer.batch-size=3"))) {
			List<ReceivedSpan> published = application.handle("one", "two", "three");
			ReceivedTransaction process = application.processedEach(published).get(0);
			assertThat(published).hasSize(1);
			assertThat(application.batches()).containsExactly(List.of("one", "two", "three"));
			assertThat(process.root().data("messaging.batch.message_count").asInt()).isEqualTo(3);
			assertThat(process.root().status()).isEqualTo("ok");
			application.verifyShouts(process, 3);
		}
	}

	private StreamApplication run(String name, String... properties) {
		return StreamApplication.run(this.receiver, name, withBroker(properties), Customizers.class);
	}

	private BatchApplication runBatches(String name, String... properties) {
		List<String> all = withBroker(properties);
		all.addAll(List.of("spring.cloud.stream.default-binder=rabbit",
				"spring.cloud.stream.rabbit.bindings.shoutAll-in-0.consumer.enable-batching=true",
				"spring.cloud.stream.rabbit.bindings.shoutAll-in-0.consumer.batch-size=3",
				"spring.cloud.stream.rabbit.bindings.shoutAll-in-0.consumer.receive-timeout=300"));
		return BatchApplication.run(this.receiver, name, all);
	}

	private static List<String> withBroker(String... properties) {
		List<String> all = new ArrayList<>(List.of("spring.rabbitmq.port=" + RabbitBroker.get().port()));
		all.addAll(List.of(properties));
		return all;
	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		final Set<String> called = ConcurrentHashMap.newKeySet();

		@Bean
		ListenerContainerCustomizer<MessageListenerContainer> containers() {
			return (container, destination, group) -> this.called.add(destination);
		}

	}

}
