package io.github.sentryinsights.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.kafka.core.KafkaTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.kafka.receiver.KafkaReceiver;
import reactor.kafka.receiver.ReceiverOptions;
import reactor.test.StepVerifier;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with the receivers of Reactor Kafka, which run with the client of Kafka until
 * version 3.
 */
class ReactorKafkaReceiverTests {

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker)
		.withConfiguration(InsightsContextRunner
			.autoConfigurations("io.github.sentryinsights.reactor.ReactorInsightsAutoConfiguration"));

	@Test
	void receivedRecordIsReportedByWhatDealsWithIt() {
		this.contextRunner.run(context -> {
			KafkaApplication.inTransaction("sending",
					transaction -> context.getBean(KafkaTemplate.class).send("flow-received", "value").join());
			InsightsTemplate template = context.getBean(InsightsTemplate.class);
			Flux<String> handled = KafkaReceiver.create(receiverOptions("flow-received"))
				.receive()
				.concatMap(record -> template.queue("kafka", record.topic())
					.process(headers(record))
					.publisher(() -> Mono.just(record.value())));
			StepVerifier.create(handled.take(1)).expectNext("value").expectComplete().verify(Duration.ofSeconds(10));
			ReceivedTransaction process = this.receiver.transaction("flow-received");
			InsightsContract.verify(process.root());
			assertThat(process.root().isChildOf(this.receiver.transaction("sending").span("queue.publish"))).isTrue();
		});
	}

	private static Map<String, byte[]> headers(ConsumerRecord<String, String> record) {
		Map<String, byte[]> headers = new HashMap<>();
		record.headers().forEach(header -> headers.put(header.key(), header.value()));
		return headers;
	}

	private static ReceiverOptions<String, String> receiverOptions(String topic) {
		return ReceiverOptions
			.<String, String>create(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address(),
					ConsumerConfig.GROUP_ID_CONFIG, topic, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"))
			.withKeyDeserializer(new StringDeserializer())
			.withValueDeserializer(new StringDeserializer())
			.subscription(List.of(topic));
	}

}
