package io.github.sentryinsights.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.Sentry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.core.RoutingKafkaTemplate;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

class KafkaProducersTests {

	private static final String KEY = "jane.doe";

	private static final String TOO_LARGE = "x".repeat(1000);

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker);

	@Test
	void everyWayToSendIsReportedOnce() {
		this.contextRunner.withUserConfiguration(Producers.class).run(context -> {
			KafkaApplication.inTransaction("sending", transaction -> {
				template(context, "kafkaTemplate").send("way-template", KEY, "value").get();
				template(context, "ownFactoryTemplate").send("way-own-factory", KEY, "value").get();
				template(context, "overridingTemplate").send("way-overriding", KEY, "value").get();
				RoutingKafkaTemplate routing = context.getBean(RoutingKafkaTemplate.class);
				routing.send("way-routed-text", KEY, "value").get();
				routing.send("way-routed-bytes", KEY.getBytes(), "value".getBytes()).get();
				ProducerFactory<String, String> factory = context.getBean("producerFactory",
						DefaultKafkaProducerFactory.class);
				try (Producer<String, String> raw = factory.createProducer();
						Producer<String, String> copied = factory
							.copyWithConfigurationOverride(Map.of(ProducerConfig.LINGER_MS_CONFIG, "1"))
							.createProducer()) {
					raw.send(new ProducerRecord<>("way-raw", KEY, "value")).get();
					copied.send(new ProducerRecord<>("way-copy", KEY, "value")).get();
				}
				template(context, "transactionalTemplate")
					.executeInTransaction(operations -> operations.send("way-transactional", KEY, "value").join());
			});
			List<ReceivedSpan> publishes = this.receiver.transaction("sending").spans("queue.publish");
			assertThat(publishes).allSatisfy(InsightsContract::verify)
				.allSatisfy(publish -> assertThat(publish.status()).isEqualTo("ok"))
				.allSatisfy(publish -> assertThat(publish.data("messaging.kafka.offset").isIntegralNumber()).isTrue())
				.allSatisfy(publish -> assertThat(publish.data("messaging.destination.partition.id").asText())
					.isEqualTo("0"))
				.allSatisfy(publish -> assertThat(publish.data("messaging.message.body.size").asInt()).isEqualTo(5))
				.allSatisfy(publish -> assertThat(publish.data().has("messaging.kafka.message.key")).isFalse())
				.extracting(ReceivedSpan::description)
				.containsExactly("way-template", "way-own-factory", "way-overriding", "way-routed-text",
						"way-routed-bytes", "way-raw", "way-copy", "way-transactional");
			assertThat(this.receiver.text()).doesNotContain(KEY);
		});
	}

	@Test
	void keysAreShownByTheirPolicy() {
		assertThat(keyShownBy("keep")).isEqualTo(KEY);
		assertThat(keyShownBy("mask")).isNotEmpty().doesNotContain("jane").doesNotContain("doe");
		assertThat(keyShownBy("hash")).matches("[0-9a-f]{16}");
		assertThat(keyShownBy("drop")).isEmpty();
	}

	private String keyShownBy(String policy) {
		List<String> shown = new ArrayList<>();
		this.contextRunner
			.withPropertyValues("sentry.insights.kafka.message-keys=" + policy,
					"sentry.insights.pii.hmac-key=not-a-secret-at-all")
			.run(context -> {
				KafkaApplication.inTransaction("by-" + policy,
						transaction -> template(context, "kafkaTemplate").send("keys", KEY, "value").get());
				shown.add(this.receiver.transaction("by-" + policy)
					.span("queue.publish")
					.data("messaging.kafka.message.key")
					.asText());
			});
		return shown.get(0);
	}

	@Test
	void hashOfKeysWithoutASecretStopsTheStart() {
		this.contextRunner.withPropertyValues("sentry.insights.kafka.message-keys=hash")
			.run(context -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("sentry.insights.pii.hmac-key"));
	}

	@Test
	void tombstoneIsTold() {
		this.contextRunner.run(context -> {
			KafkaApplication.inTransaction("sending",
					transaction -> template(context, "kafkaTemplate").send("tombstones", KEY, null).get());
			ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
			InsightsContract.verify(publish);
			assertThat(publish.data("messaging.kafka.message.tombstone").asBoolean()).isTrue();
			assertThat(publish.data().has("messaging.message.body.size")).isFalse();
		});
	}

	@Test
	void sendThatOutlivesItsTransactionEndsWithIt() {
		for (String leafSpans : List.of("true", "false")) {
			this.contextRunner.withPropertyValues("linger=2000", "sentry.insights.leaf-spans=" + leafSpans)
				.run(context -> {
					List<CompletableFuture<?>> sent = new ArrayList<>();
					KafkaApplication.inTransaction("outlived-" + leafSpans, transaction -> sent
						.add(template(context, "kafkaTemplate").send("outliving", KEY, "value")));
					assertThat(sent.get(0)).isNotDone();
					var transaction = this.receiver.transaction("outlived-" + leafSpans);
					ReceivedSpan publish = transaction.span("queue.publish");
					InsightsContract.verify(publish);
					assertThat(publish.status()).isEqualTo("ok");
					assertThat(publish.json().path("timestamp").asDouble())
						.isEqualTo(transaction.json().path("timestamp").asDouble());
					assertThat(sent.get(0)).succeedsWithin(Duration.ofSeconds(10));
				});
		}
		assertThat(this.receiver.items("event")).isEmpty();
	}

	@Test
	void sendThatFailsAfterItsTransactionIsCountedAndReportedOnceAMinute() {
		broker.embedded()
			.addTopics(new NewTopic("too-small", 1, (short) 1).configs(Map.of("max.message.bytes", "200")));
		for (String leafSpans : List.of("true", "false")) {
			this.receiver.clear();
			this.contextRunner.withBean(SimpleMeterRegistry.class)
				.withPropertyValues("linger=500", "sentry.insights.leaf-spans=" + leafSpans)
				.run(context -> {
					ReceivedSpan publish = sendTooLarge(context, "first-" + leafSpans);
					sendTooLarge(context, "second-" + leafSpans);
					assertThat(context.getBean(SimpleMeterRegistry.class)
						.get("sentry.insights.queue.publish")
						.tags("name", "too-small", "outcome", "error")
						.timer()
						.count()).isEqualTo(2);
					JsonNode event = this.receiver.item("event");
					assertThat(event.at("/exception/values/0/type").asText()).isEqualTo("RecordTooLargeException");
					assertThat(event.at("/contexts/trace/span_id").asText()).isEqualTo(publish.spanId());
					Sentry.flush(5000);
					assertThat(this.receiver.items("event")).hasSize(1);
					assertThat(this.receiver.text()).doesNotContain(TOO_LARGE).doesNotContain(KEY);
				});
		}
	}

	private ReceivedSpan sendTooLarge(ApplicationContext context, String name) {
		List<CompletableFuture<?>> sent = new ArrayList<>();
		KafkaApplication.inTransaction(name,
				transaction -> sent.add(template(context, "kafkaTemplate").send("too-small", KEY, TOO_LARGE)));
		ReceivedSpan publish = this.receiver.transaction(name).span("queue.publish");
		assertThat(publish.status()).isEqualTo("ok");
		assertThat(sent.get(0)).failsWithin(Duration.ofSeconds(10));
		return publish;
	}

	@SuppressWarnings("unchecked")
	private static KafkaTemplate<String, String> template(ApplicationContext context, String name) {
		return context.getBean(name, KafkaTemplate.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Producers {

		@Bean
		KafkaTemplate<String, String> ownFactoryTemplate(@Value("${broker}") String broker) {
			return new KafkaTemplate<>(
					new DefaultKafkaProducerFactory<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker),
							new StringSerializer(), new StringSerializer()));
		}

		@Bean
		KafkaTemplate<String, String> overridingTemplate(DefaultKafkaProducerFactory<String, String> producerFactory) {
			return new KafkaTemplate<>(producerFactory, Map.of(ProducerConfig.LINGER_MS_CONFIG, "1"));
		}

		@Bean
		RoutingKafkaTemplate routingTemplate(@Value("${broker}") String broker) {
			Map<String, Object> properties = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
			Map<Pattern, ProducerFactory<Object, Object>> factories = new LinkedHashMap<>();
			factories.put(Pattern.compile(".*-bytes"), factory(properties, new ByteArraySerializer()));
			factories.put(Pattern.compile(".*"), factory(properties, new StringSerializer()));
			return new RoutingKafkaTemplate(factories);
		}

		@SuppressWarnings({ "unchecked", "rawtypes" })
		private static ProducerFactory<Object, Object> factory(Map<String, Object> properties,
				org.apache.kafka.common.serialization.Serializer serializer) {
			return new DefaultKafkaProducerFactory<>(properties, serializer, serializer);
		}

		@Bean
		KafkaTemplate<String, String> transactionalTemplate(@Value("${broker}") String broker,
				@Value("${group}") String group) {
			return new KafkaTemplate<>(
					new DefaultKafkaProducerFactory<>(
							Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker,
									ProducerConfig.TRANSACTIONAL_ID_CONFIG, group),
							new StringSerializer(), new StringSerializer()));
		}

	}

}
