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

	private StreamApplication run(String name, String... properties) {
		List<String> all = new ArrayList<>(List.of("spring.rabbitmq.port=" + RabbitBroker.get().port()));
		all.addAll(List.of(properties));
		return StreamApplication.run(this.receiver, name, all, Customizers.class);
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
