package io.github.sentryinsights.rabbit;

import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.amqp.dsl.Amqp;
import org.springframework.integration.amqp.inbound.AmqpInboundChannelAdapter;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the channel adapters of Spring Integration.
 */
class RabbitIntegrationTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	@Test
	void messageThroughAdaptersIsReportedOnceOnEachSide() {
		RabbitApplication.sendingTo(this.receiver).withUserConfiguration(Flows.class).run(context -> {
			RabbitTemplate template = context.getBean("template", RabbitTemplate.class);
			RabbitApplication.inTransaction("sending", () -> {
				template.convertAndSend("integration-dsl", "order");
				template.convertAndSend("integration-bean", "order");
			});
			Awaitility.await().until(() -> processed("integration-out").size() == 2);
			for (String queue : List.of("integration-dsl", "integration-bean")) {
				ReceivedTransaction process = this.receiver.transaction(queue);
				InsightsContract.verify(process.root());
				assertThat(processed(queue)).hasSize(1);
				ReceivedSpan publish = process.span("queue.publish");
				assertThat(processed("integration-out")).filteredOn(out -> out.isChildOf(publish)).hasSize(1);
			}
			assertThat(this.receiver.transaction("sending").spans("queue.publish")).hasSize(2);
		});
	}

	private List<ReceivedSpan> processed(String queue) {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals(queue))
			.map(ReceivedTransaction::root)
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Flows {

		@Bean
		Queue dslQueue() {
			return new Queue("integration-dsl");
		}

		@Bean
		Queue beanQueue() {
			return new Queue("integration-bean");
		}

		@Bean
		Queue outQueue() {
			return new Queue("integration-out");
		}

		@Bean
		IntegrationFlow dsl(CachingConnectionFactory connectionFactory, RabbitTemplate template) {
			return IntegrationFlow
				.from(Amqp.inboundAdapter(connectionFactory, "integration-dsl")
					.configureContainer(container -> container.receiveTimeout(20)))
				.handle(Amqp.outboundAdapter(template).routingKey("integration-out"))
				.get();
		}

		@Bean
		SimpleMessageListenerContainer adapterContainer(CachingConnectionFactory connectionFactory) {
			SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(connectionFactory);
			container.setQueueNames("integration-bean");
			container.setReceiveTimeout(20);
			return container;
		}

		@Bean
		IntegrationFlow bean(SimpleMessageListenerContainer adapterContainer, RabbitTemplate template) {
			return IntegrationFlow.from(new AmqpInboundChannelAdapter(adapterContainer))
				.handle(Amqp.outboundAdapter(template).routingKey("integration-out"))
				.get();
		}

		@RabbitListener(queues = "integration-out")
		void handle(String body) {
		}

	}

}
