package io.github.sentryinsights.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.util.backoff.FixedBackOff;

import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing about what is delivered, in which order and how far it is acknowledged changes
 * because somebody looks.
 */
class KafkaSemanticsTests {

	private static final int RECORDS = 50_000;

	private static final int PARTITIONS = 4;

	private static final int FAILING = 2503;

	private static final int POISONOUS = 12_011;

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker)
		.withUserConfiguration(Consumers.class)
		.withPropertyValues("sentry.traces-sample-rate=0.01");

	@Test
	void deliveryIsTheSameWithAndWithoutInstrumentation() {
		broker.embedded().addTopics(new NewTopic("semantics", PARTITIONS, (short) 1));
		// Of one trace either all records would be sampled or none.
		this.contextRunner.withPropertyValues("sentry.insights.kafka.enabled=false")
			.run(context -> send(context.getBean("producerFactory", DefaultKafkaProducerFactory.class)));
		Consumed plain = consume(false, false);
		assertThat(plain.committed().values()).containsOnly((long) RECORDS / PARTITIONS);
		assertThat(plain.handled().values()).allSatisfy(offsets -> assertThat(offsets).isSorted());
		assertThat(consume(true, false)).isEqualTo(plain);
		Consumed batches = consume(false, true);
		assertThat(batches.committed()).isEqualTo(plain.committed());
		assertThat(consume(true, true)).isEqualTo(batches);
		assertThat(this.receiver.transactions()).isNotEmpty();
	}

	@SuppressWarnings("unchecked")
	private static void send(DefaultKafkaProducerFactory<String, String> factory) {
		try (Producer<String, String> producer = factory.createProducer()) {
			for (int i = 0; i < RECORDS; i++) {
				producer.send(new ProducerRecord<>("semantics", i % PARTITIONS, null, Integer.toString(i)));
			}
			producer.flush();
		}
	}

	private Consumed consume(boolean instrumented, boolean batch) {
		List<Consumed> consumed = new ArrayList<>();
		String group = "semantics-" + instrumented + "-" + batch;
		this.contextRunner.withPropertyValues("group=" + group, "sentry.insights.kafka.enabled=" + instrumented)
			.run(context -> {
				Handling handling = new Handling();
				ConcurrentKafkaListenerContainerFactory<String, String> factory = context.getBean("semantics",
						ConcurrentKafkaListenerContainerFactory.class);
				ConcurrentMessageListenerContainer<String, String> container = factory.createContainer("semantics");
				container.getContainerProperties().setGroupId(group);
				container.setupMessageListener(batch ? (BatchMessageListener<String, String>) handling::handle
						: (MessageListener<String, String>) handling::handle);
				container.start();
				Awaitility.await()
					.atMost(Duration.ofSeconds(60))
					.pollInterval(Duration.ofMillis(20))
					.until(() -> handling.finished.size() + handling.givenUp() == RECORDS);
				container.stop();
				consumed.add(new Consumed(handling.handled, committed(group)));
			});
		return consumed.get(0);
	}

	private static Map<TopicPartition, Long> committed(String group) throws Exception {
		Map<TopicPartition, Long> committed = new TreeMap<>(Comparator.comparingInt(TopicPartition::partition));
		try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address()))) {
			admin.listConsumerGroupOffsets(group)
				.partitionsToOffsetAndMetadata()
				.get()
				.forEach((partition, offset) -> committed.put(partition, offset.offset()));
		}
		return committed;
	}

	/**
	 * What a consumer group has done.
	 *
	 * @param handled the offsets in the order in which they were handled, by partition
	 * @param committed the offsets that the broker knows of
	 */
	private record Consumed(Map<Integer, List<Long>> handled, Map<TopicPartition, Long> committed) {
	}

	/**
	 * A listener that fails now and then: some records once, and a few for good.
	 */
	private static final class Handling {

		final Map<Integer, List<Long>> handled = new ConcurrentHashMap<>();

		final Set<Integer> finished = ConcurrentHashMap.newKeySet();

		private final Map<Integer, Integer> attempts = new ConcurrentHashMap<>();

		void handle(ConsumerRecord<String, String> record) {
			int number = Integer.parseInt(record.value());
			if (number % FAILING == 0 || number % POISONOUS == 0) {
				int attempt = this.attempts.merge(number, 1, Integer::sum);
				if (number % POISONOUS == 0 || attempt == 1) {
					throw new IllegalStateException("out of stock");
				}
			}
			this.handled.computeIfAbsent(record.partition(), partition -> new ArrayList<>()).add(record.offset());
			this.finished.add(number);
		}

		void handle(List<ConsumerRecord<String, String>> records) {
			for (int i = 0; i < records.size(); i++) {
				try {
					handle(records.get(i));
				}
				catch (IllegalStateException ex) {
					throw new BatchListenerFailedException("out of stock", ex, i);
				}
			}
		}

		int givenUp() {
			return (int) this.attempts.entrySet()
				.stream()
				.filter(entry -> entry.getKey() % POISONOUS == 0 && entry.getValue() >= 3)
				.count();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Consumers {

		@Bean
		static ConcurrentKafkaListenerContainerFactory<String, String> semantics(
				DefaultKafkaConsumerFactory<String, String> consumerFactory) {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(consumerFactory);
			factory.setConcurrency(2);
			factory.getContainerProperties().setAckMode(AckMode.BATCH);
			Properties properties = new Properties();
			properties.setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
			factory.getContainerProperties().setKafkaConsumerProperties(properties);
			factory.setCommonErrorHandler(new DefaultErrorHandler((record, exception) -> {
			}, new FixedBackOff(0, 2)));
			return factory;
		}

	}

}
