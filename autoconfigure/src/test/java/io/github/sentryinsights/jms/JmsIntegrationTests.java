package io.github.sentryinsights.jms;

import java.util.List;

import jakarta.jms.ConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.jms.dsl.Jms;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the channel adapters of Spring Integration.
 */
class JmsIntegrationTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	@Test
	void messageThroughAdaptersIsReportedOnceOnEachSide() {
		JmsApplication.sendingTo(this.receiver).withUserConfiguration(Flows.class).run(context -> {
			JmsTemplate template = context.getBean("template", JmsTemplate.class);
			JmsApplication.inTransaction("sending", () -> {
				template.convertAndSend("integration-dsl", "order");
				template.convertAndSend("integration-bean", "order");
			});
			List<ReceivedSpan> sent = this.receiver.transaction("sending").spans("queue.publish");
			assertThat(sent).extracting(ReceivedSpan::description)
				.containsExactly("integration-dsl", "integration-bean");
			for (ReceivedSpan publish : sent) {
				ReceivedTransaction process = this.receiver.transaction(publish.description());
				InsightsContract.verify(process.root());
				assertThat(process.root().isChildOf(publish)).isTrue();
				ReceivedSpan forward = process.span("queue.publish");
				assertThat(forward.description()).isEqualTo("integration-out");
				ReceivedTransaction out = this.receiver.transaction(
						received -> received.name().equals("integration-out") && received.root().isChildOf(forward));
				assertThat(out.root().status()).isEqualTo("ok");
			}
			assertThat(this.receiver.transactions()).hasSize(5);
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Flows {

		@Bean
		IntegrationFlow dsl(ConnectionFactory connectionFactory, JmsTemplate template) {
			return IntegrationFlow
				.from(Jms.messageDrivenChannelAdapter(connectionFactory).destination("integration-dsl"))
				.handle(Jms.outboundAdapter(template).destination("integration-out"))
				.get();
		}

		@Bean
		DefaultMessageListenerContainer adapterContainer(ConnectionFactory connectionFactory) {
			DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
			container.setConnectionFactory(connectionFactory);
			container.setDestinationName("integration-bean");
			container.setReceiveTimeout(100);
			return container;
		}

		@Bean
		IntegrationFlow bean(DefaultMessageListenerContainer adapterContainer, JmsTemplate template) {
			return IntegrationFlow.from(Jms.messageDrivenChannelAdapter(adapterContainer))
				.handle(Jms.outboundAdapter(template).destination("integration-out"))
				.get();
		}

		@JmsListener(destination = "integration-out")
		void handle(String body) {
		}

	}

}
