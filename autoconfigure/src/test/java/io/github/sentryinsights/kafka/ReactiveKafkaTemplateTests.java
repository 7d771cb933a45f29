package io.github.sentryinsights.kafka;

import java.util.Map;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.reactive.ReactiveKafkaProducerTemplate;
import reactor.kafka.sender.KafkaSender;
import reactor.kafka.sender.SenderOptions;

import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the reactive template, which Spring Kafka has until version 3.
 */
class ReactiveKafkaTemplateTests {

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	@Test
	@SuppressWarnings("unchecked")
	void recordsAreReportedOnceWhoeverHasMadeTheSender() {
		KafkaApplication.sendingTo(this.receiver, broker)
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.kafka.ReactorKafkaAutoConfiguration"))
			.withUserConfiguration(Templates.class)
			.run(context -> {
				KafkaApplication.inTransaction("sending", transaction -> {
					context.getBean("ownSender", ReactiveKafkaProducerTemplate.class)
						.send("template-own", "value")
						.block();
					context.getBean("senderBean", ReactiveKafkaProducerTemplate.class)
						.send("template-bean", "value")
						.block();
				});
				assertThat(this.receiver.transaction("sending").spans("queue.publish"))
					.allSatisfy(InsightsContract::verify)
					.extracting(ReceivedSpan::description)
					.containsExactly("template-own", "template-bean");
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class Templates {

		@Bean
		SenderOptions<String, String> options(@Value("${broker}") String broker) {
			return SenderOptions.<String, String>create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker))
				.withKeySerializer(new StringSerializer())
				.withValueSerializer(new StringSerializer());
		}

		@Bean
		KafkaSender<String, String> sender(SenderOptions<String, String> options) {
			return KafkaSender.create(options);
		}

		@Bean
		ReactiveKafkaProducerTemplate<String, String> ownSender(SenderOptions<String, String> options) {
			return new ReactiveKafkaProducerTemplate<>(options);
		}

		@Bean
		ReactiveKafkaProducerTemplate<String, String> senderBean(KafkaSender<String, String> sender) {
			return new ReactiveKafkaProducerTemplate<>(sender);
		}

	}

}
