package io.github.sentryinsights.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.kafka.sender.KafkaSender;
import reactor.kafka.sender.SenderOptions;
import reactor.kafka.sender.SenderRecord;
import reactor.kafka.sender.SenderResult;
import reactor.test.StepVerifier;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the senders of Reactor Kafka.
 */
class ReactorKafkaTests {

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.kafka.ReactorKafkaAutoConfiguration",
						"io.github.sentryinsights.reactor.ReactorInsightsAutoConfiguration"))
		.withUserConfiguration(Senders.class);

	@Test
	void recordsBelongToTheThreadThatSubscribesAndTheirReceiversToThem() {
		this.contextRunner.withUserConfiguration(Listener.class).run(context -> {
			ProducerRecord<String, String> record = new ProducerRecord<>("flow-thread", "key", "value");
			KafkaApplication.inTransaction("sending", transaction -> {
				List<SenderResult<Integer>> results = sender(context, "sender")
					.send(Flux.just(SenderRecord.create(record, 1), SenderRecord.create(record, 2)))
					.collectList()
					.block();
				assertThat(results).extracting(SenderResult::correlationMetadata).containsExactly(1, 2);
				assertThat(results).extracting(result -> result.recordMetadata().topic()).containsOnly("flow-thread");
				assertThat(results).extracting(SenderResult::exception).containsOnlyNulls();
			});
			assertThat(record.headers()).isEmpty();
			List<ReceivedSpan> publishes = this.receiver.transaction("sending").spans("queue.publish");
			assertThat(publishes).hasSize(2)
				.allSatisfy(InsightsContract::verify)
				.allSatisfy(publish -> assertThat(publish.description()).isEqualTo("flow-thread"))
				.allSatisfy(publish -> assertThat(publish.status()).isEqualTo("ok"))
				.allSatisfy(publish -> assertThat(publish.data("messaging.message.body.size").asInt()).isEqualTo(5))
				.allSatisfy(publish -> assertThat(publish.data("messaging.kafka.offset").isIntegralNumber()).isTrue());
			assertThat(publishes).allSatisfy(publish -> assertThat(this.receiver
				.transaction(process -> process.name().equals("flow-thread") && process.root().isChildOf(publish))
				.root()
				.data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id")));
		});
	}

	@Test
	void recordsBelongToTheReactorContext() {
		this.contextRunner.run(context -> {
			Mono<SenderResult<String>> flow = sender(context, "sender")
				.send(Flux.just(record("flow-context", "value", "correlated")))
				.single();
			StepVerifier
				.create(context.getBean(InsightsTemplate.class)
					.transaction("flow")
					.publisher(() -> flow)
					.subscribeOn(Schedulers.boundedElastic()))
				.assertNext(result -> assertThat(result.correlationMetadata()).isEqualTo("correlated"))
				.verifyComplete();
			assertThat(this.receiver.transaction("flow").span("queue.publish").description()).isEqualTo("flow-context");
		});
	}

	@Test
	void everyWayToSendIsReportedOnce() {
		this.contextRunner.run(context -> {
			KafkaApplication.inTransaction("sending", transaction -> {
				KafkaSender<String, String> transactional = sender(context, "transactional");
				transactional
					.sendTransactionally(Flux.just(Flux.just(record("way-flow-first", "value", 1)),
							Flux.just(record("way-flow-second", "value", 2))))
					.concatMap(results -> results)
					.blockLast();
				transactional.sendTransactionally(Flux.just(Flux.just(record("way-flow-unasked", "value", 3))))
					.then()
					.block();
				transactional.createOutbound()
					.sendTransactionally(Flux.just(Flux.just(new ProducerRecord<>("way-outbound-tx", "value"))))
					.then()
					.block();
				sender(context, "sender").createOutbound()
					.send(Flux.just(new ProducerRecord<>("way-outbound", "value")))
					.then(Mono.empty())
					.send(Flux.just(new ProducerRecord<>("way-outbound-next", "value")))
					.then()
					.block();
			});
			assertThat(this.receiver.transaction("sending").spans("queue.publish"))
				.allSatisfy(publish -> assertThat(publish.status()).isEqualTo("ok"))
				.extracting(ReceivedSpan::description)
				.containsExactly("way-flow-first", "way-flow-second", "way-flow-unasked", "way-outbound-tx",
						"way-outbound", "way-outbound-next");
		});
	}

	@Test
	void failedRecordHasFailedWithItsFlow() {
		this.contextRunner.run(context -> {
			KafkaApplication.inTransaction("sending",
					transaction -> StepVerifier
						.create(sender(context, "sender").send(Mono.just(record("flow-failed", "x".repeat(2000), 1))))
						.verifyError(RecordTooLargeException.class));
			assertThat(this.receiver.transaction("sending").span("queue.publish").status()).isEqualTo("internal_error");
		});
	}

	@Test
	void failedRecordIsAResultWhereTheFlowGoesOn() {
		this.contextRunner.run(context -> {
			KafkaApplication.inTransaction("sending", transaction -> StepVerifier
				.create(sender(context, "lenient")
					.send(Flux.just(record("flow-lenient", "x".repeat(2000), 1), record("flow-lenient", "value", 2))))
				.expectNextMatches(result -> result.exception() instanceof RecordTooLargeException
						&& result.correlationMetadata().equals(1))
				.expectNextMatches(result -> result.exception() == null)
				.verifyError(RecordTooLargeException.class));
			assertThat(this.receiver.transaction("sending").spans("queue.publish")).extracting(ReceivedSpan::status)
				.containsExactly("internal_error", "ok");
		});
	}

	@Test
	void recordOnTheWayEndsWithItsCancelledFlow() {
		this.contextRunner.run(context -> {
			KafkaApplication.inTransaction("sending", transaction -> {
				CountDownLatch handedOver = new CountDownLatch(1);
				Flux<SenderRecord<String, String, Integer>> records = Flux.just(record("flow-cancelled", "value", 1))
					.concatWith(Flux.<SenderRecord<String, String, Integer>>never()
						.doOnSubscribe(subscription -> handedOver.countDown()));
				Disposable flow = sender(context, "lingering").send(records).subscribe();
				handedOver.await();
				flow.dispose();
			});
			assertThat(this.receiver.transaction("sending").span("queue.publish").status()).isEqualTo("cancelled");
		});
	}

	@Test
	void traceThatIsNotSampledTravelsToo() {
		this.contextRunner.withUserConfiguration(Listener.class).run(context -> {
			KafkaApplication.inUnsampledTransaction("sending",
					transaction -> sender(context, "sender").send(Mono.just(record("flow-headers", "value", 1)))
						.blockLast(Duration.ofSeconds(10)));
			String trace = context.getBean(Listener.class).trace();
			assertThat(trace).endsWith("-0");
		});
	}

	@Test
	void excludedSenderIsLeftAlone() {
		this.contextRunner.withPropertyValues("sentry.insights.kafka.exclude=sender").run(context -> {
			KafkaApplication.inTransaction("sending",
					transaction -> sender(context, "sender").send(Mono.just(record("flow-excluded", "value", 1)))
						.blockLast());
			ReceivedTransaction sending = this.receiver.transaction("sending");
			assertThat(sending.spans()).isEmpty();
		});
	}

	private static <T> SenderRecord<String, String, T> record(String topic, String value, T correlation) {
		return SenderRecord.create(new ProducerRecord<>(topic, value), correlation);
	}

	@SuppressWarnings("unchecked")
	private static KafkaSender<String, String> sender(ApplicationContext context, String name) {
		return context.getBean(name, KafkaSender.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Senders {

		@Bean
		KafkaSender<String, String> sender(@Value("${broker}") String broker) {
			return KafkaSender.create(options(broker, Map.of()));
		}

		@Bean
		KafkaSender<String, String> lenient(@Value("${broker}") String broker) {
			return KafkaSender.create(options(broker, Map.of()).stopOnError(false));
		}

		@Bean
		KafkaSender<String, String> lingering(@Value("${broker}") String broker) {
			return KafkaSender.create(options(broker, Map.of(ProducerConfig.LINGER_MS_CONFIG, 60_000))
				.closeTimeout(Duration.ofMillis(1)));
		}

		@Bean
		KafkaSender<String, String> transactional(@Value("${broker}") String broker) {
			return KafkaSender.create(options(broker, Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "flow")));
		}

		private static SenderOptions<String, String> options(String broker, Map<String, Object> properties) {
			Map<String, Object> all = new HashMap<>(properties);
			all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
			all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1000);
			return SenderOptions.<String, String>create(all)
				.withKeySerializer(new StringSerializer())
				.withValueSerializer(new StringSerializer());
		}

	}

	static class Listener {

		private volatile String trace;

		private final CountDownLatch handled = new CountDownLatch(1);

		@KafkaListener(topics = "flow-thread")
		void handle(String value) {
		}

		@KafkaListener(topics = "flow-headers")
		void handle(ConsumerRecord<String, String> record) {
			this.trace = new String(record.headers().lastHeader("sentry-trace").value(), StandardCharsets.UTF_8);
			this.handled.countDown();
		}

		String trace() throws InterruptedException {
			this.handled.await();
			return this.trace;
		}

	}

}
