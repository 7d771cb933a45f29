package io.github.sentryinsights.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.sentry.ITransaction;
import io.sentry.ITransportFactory;
import io.sentry.Sentry;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import io.sentry.transport.NoOpTransport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.kafka.KafkaAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * How many records a second go through a broker, from a producer to a listener, with this
 * library at a sample rate of a tenth and without it. Both take turns, as the machine is
 * not the same at all times.
 * <p>
 * Arguments: the number of turns, 10 by default, and the number of records of each,
 * 100000 by default. Progress goes to the error stream.
 */
public final class KafkaThroughput {

	private KafkaThroughput() {
	}

	/**
	 * Measure.
	 * @param args the arguments
	 * @throws Exception if a record gets lost
	 */
	public static void main(String[] args) throws Exception {
		int turns = (args.length > 0) ? Integer.parseInt(args[0]) : 10;
		int records = (args.length > 1) ? Integer.parseInt(args[1]) : 100_000;
		EmbeddedKafkaBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
		broker.afterPropertiesSet();
		try {
			List<Double> shares = new ArrayList<>();
			for (int turn = -2; turn < turns; turn++) {
				double raw = perSecond(broker, records, false, "raw-" + turn);
				double ours = perSecond(broker, records, true, "ours-" + turn);
				System.err.printf("raw %.0f/s, Sentry Insights %.0f/s%n", raw, ours);
				if (turn >= 0) {
					shares.add(ours / raw);
				}
			}
			double[] sorted = shares.stream().mapToDouble(Double::doubleValue).sorted().toArray();
			System.out.printf("%.1f %% of the raw throughput, median of %d turns %s%n", 100 * median(sorted), turns,
					Arrays.toString(Arrays.stream(sorted).map(share -> Math.round(1000 * share) / 10.0).toArray()));
		}
		finally {
			broker.destroy();
		}
		System.exit(0);
	}

	private static double median(double[] sorted) {
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	private static double perSecond(EmbeddedKafkaBroker broker, int records, boolean instrumented, String topic)
			throws InterruptedException {
		broker.addTopics(topic);
		try (ConfigurableApplicationContext context = application(broker, instrumented)) {
			CountDownLatch handled = new CountDownLatch(records);
			AbstractMessageListenerContainer<?, ?> container = context
				.getBean(ConcurrentKafkaListenerContainerFactory.class)
				.createContainer(topic);
			container.getContainerProperties().setGroupId(topic);
			container.setupMessageListener((MessageListener<String, String>) record -> handled.countDown());
			container.start();
			long start = System.nanoTime();
			try (Producer<?, ?> producer = context.getBean(DefaultKafkaProducerFactory.class).createProducer()) {
				send(producer, topic, records);
			}
			if (!handled.await(5, TimeUnit.MINUTES)) {
				throw new IllegalStateException(handled.getCount() + " records have not arrived");
			}
			double seconds = (System.nanoTime() - start) / 1e9;
			container.stop();
			return records / seconds;
		}
	}

	@SuppressWarnings("unchecked")
	private static void send(Producer<?, ?> producer, String topic, int records) {
		Producer<String, String> strings = (Producer<String, String>) producer;
		String value = "x".repeat(200);
		TransactionOptions options = new TransactionOptions();
		options.setBindToScope(true);
		for (int i = 0; i < records;) {
			ITransaction transaction = Sentry.startTransaction(new TransactionContext("send", "task"), options);
			for (int j = 0; j < MeasuredApplication.OPERATIONS_PER_REQUEST && i < records; j++, i++) {
				strings.send(new ProducerRecord<>(topic, Integer.toString(i), value));
			}
			transaction.finish();
		}
		strings.flush();
	}

	private static ConfigurableApplicationContext application(EmbeddedKafkaBroker broker, boolean instrumented) {
		Map<String, Object> server = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.getBrokersAsString(),
				ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
		return new SpringApplicationBuilder(MeasuredApplication.Application.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.properties("logging.level.root=error", "spring.sql.init.mode=never",
					"spring.autoconfigure.exclude=" + KafkaAutoConfiguration.class.getName(),
					"sentry.dsn=http://public@localhost:1/1", "sentry.traces-sample-rate=0.1",
					"sentry.insights.enabled=" + instrumented)
			.initializers((GenericApplicationContext context) -> {
				context.registerBean(ITransportFactory.class, () -> (options, details) -> NoOpTransport.getInstance());
				context.registerBean(DefaultKafkaProducerFactory.class, () -> new DefaultKafkaProducerFactory<>(server,
						new StringSerializer(), new StringSerializer()));
				context.registerBean(ConcurrentKafkaListenerContainerFactory.class, () -> {
					ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
					factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(server, new StringDeserializer(),
							new StringDeserializer()));
					return factory;
				});
			})
			.run();
	}

}
