package io.github.sentryinsights.kafka;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.kafka.dsl.Kafka;
import org.springframework.integration.kafka.inbound.KafkaMessageDrivenChannelAdapter;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the channel adapters of Spring Integration.
 */
class KafkaIntegrationTests {

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	@Test
	@SuppressWarnings("unchecked")
	void messageThroughAdaptersIsReportedOnceOnEachSide() {
		KafkaApplication.sendingTo(this.receiver, broker).withUserConfiguration(Flows.class).run(context -> {
			KafkaTemplate<String, String> template = context.getBean(KafkaTemplate.class);
			KafkaApplication.inTransaction("sending", transaction -> {
				template.send("integration-dsl", "order").get();
				template.send("integration-bean", "order").get();
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
		IntegrationFlow dsl(ConsumerFactory<String, String> consumerFactory, KafkaTemplate<String, String> template) {
			return IntegrationFlow.from(Kafka.messageDrivenChannelAdapter(consumerFactory, "integration-dsl"))
				.handle(Kafka.outboundChannelAdapter(template).topic("integration-out"))
				.get();
		}

		@Bean
		ConcurrentMessageListenerContainer<String, String> adapterContainer(
				ConsumerFactory<String, String> consumerFactory) {
			return new ConcurrentMessageListenerContainer<>(consumerFactory,
					new ContainerProperties("integration-bean"));
		}

		@Bean
		IntegrationFlow bean(ConcurrentMessageListenerContainer<String, String> adapterContainer,
				KafkaTemplate<String, String> template) {
			return IntegrationFlow.from(new KafkaMessageDrivenChannelAdapter<>(adapterContainer))
				.handle(Kafka.outboundChannelAdapter(template).topic("integration-out"))
				.get();
		}

		@KafkaListener(topics = "integration-out")
		void handle(String body) {
		}

	}

}
