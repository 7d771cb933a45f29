package io.github.sentryinsights.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.sun.management.OperatingSystemMXBean;
import io.sentry.ITransaction;
import io.sentry.ITransportFactory;
import io.sentry.Sentry;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import io.sentry.transport.NoOpTransport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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

import io.github.sentryinsights.convention.QueueConvention;

/**
 * How many records a second go through a broker, from a producer to a listener, with this
 * library at a sample rate of a tenth, without it, and without it but with its headers.
 * <p>
 * A process of its own for each side, as one would have the compiler's view of the other,
 * and by turns, as the machine is not the same at all times. Each first sends as many
 * records as it takes until all is compiled, which is not what a service does all day.
 * <p>
 * Arguments: the number of processes for each side, 3 by default; the number of records
 * of a turn, of which each process does 20 to warm up and 10 to measure, 50000 by
 * default; and the microseconds of work that the listener does for a record, 0 by
 * default.
 */
public final class KafkaThroughput {

	private static final int WARM_UPS = 20;

	private static final int TURNS = 10;

	private static final String VALUE = value();

	private static final Map<String, byte[]> HEADERS = headers();

	private static final OperatingSystemMXBean PROCESS = (OperatingSystemMXBean) ManagementFactory
		.getOperatingSystemMXBean();

	private KafkaThroughput() {
	}

	/**
	 * Measure.
	 * @param args the arguments
	 * @throws Exception if a record gets lost
	 */
	public static void main(String[] args) throws Exception {
		int records = (args.length > 1) ? Integer.parseInt(args[1]) : 50_000;
		long workMicros = (args.length > 2) ? Long.parseLong(args[2]) : 0;
		if (args.length == 4) {
			measure(Side.valueOf(args[3]), records, workMicros);
			System.exit(0);
		}
		int processes = (args.length > 0) ? Integer.parseInt(args[0]) : 3;
		List<List<Turn>> turns = Arrays.stream(Side.values()).<List<Turn>>map(side -> new ArrayList<>()).toList();
		for (int i = 0; i < processes; i++) {
			for (Side side : Side.values()) {
				turns.get(side.ordinal()).addAll(process(side, records, workMicros));
			}
		}
		double raw = median(turns.get(Side.RAW.ordinal()), Turn::perSecond);
		for (Side side : Side.values()) {
			List<Turn> own = turns.get(side.ordinal());
			System.out.printf("%-8s%.0f records a second, %.1f %% of raw, processor time of a record %.2f us%n", side,
					median(own, Turn::perSecond), 100 * median(own, Turn::perSecond) / raw,
					median(own, Turn::processorMicros));
		}
	}

	private static List<Turn> process(Side side, int records, long workMicros)
			throws IOException, InterruptedException {
		Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-cp",
				System.getProperty("java.class.path"), KafkaThroughput.class.getName(), "1", Integer.toString(records),
				Long.toString(workMicros), side.name())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		List<Turn> turns = new ArrayList<>();
		try (BufferedReader output = process.inputReader()) {
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				if (line.startsWith(Turn.PREFIX)) {
					turns.add(Turn.parse(line));
				}
			}
		}
		if (process.waitFor() != 0 || turns.size() != TURNS) {
			throw new IllegalStateException("A process has failed");
		}
		System.err.printf("%s: %.0f/s, %.2f us%n", side, median(turns, Turn::perSecond),
				median(turns, Turn::processorMicros));
		return turns;
	}

	private static double median(List<Turn> turns, ToDoubleFunction<Turn> value) {
		double[] sorted = turns.stream().mapToDouble(value).sorted().toArray();
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	private static void measure(Side side, int records, long workMicros) throws InterruptedException {
		EmbeddedKafkaBroker broker = new EmbeddedKafkaKraftBroker(1, 1, "records");
		broker.afterPropertiesSet();
		try (ConfigurableApplicationContext context = application(broker, side == Side.OURS)) {
			Counted counted = new Counted(workMicros);
			AbstractMessageListenerContainer<?, ?> container = context
				.getBean(ConcurrentKafkaListenerContainerFactory.class)
				.createContainer("records");
			container.getContainerProperties().setGroupId("group");
			container.setupMessageListener(counted);
			container.start();
			try (Producer<?, ?> producer = context.getBean(DefaultKafkaProducerFactory.class).createProducer()) {
				for (int i = -WARM_UPS; i < TURNS; i++) {
					Turn turn = turn(producer, counted, records, side == Side.HEADERS);
					if (i >= 0) {
						System.out.println(turn);
					}
				}
			}
			container.stop();
		}
		finally {
			broker.destroy();
		}
	}

	private static Turn turn(Producer<?, ?> producer, Counted counted, int records, boolean headers)
			throws InterruptedException {
		CountDownLatch handled = counted.expect(records);
		long start = System.nanoTime();
		long processorStart = PROCESS.getProcessCpuTime();
		send(producer, records, headers);
		if (!handled.await(5, TimeUnit.MINUTES)) {
			throw new IllegalStateException(handled.getCount() + " records have not arrived");
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		return new Turn(records / seconds, (PROCESS.getProcessCpuTime() - processorStart) / 1e3 / records);
	}

	@SuppressWarnings("unchecked")
	private static void send(Producer<?, ?> producer, int records, boolean headers) {
		Producer<String, String> strings = (Producer<String, String>) producer;
		String value = VALUE;
		TransactionOptions options = new TransactionOptions();
		options.setBindToScope(true);
		for (int i = 0; i < records;) {
			ITransaction transaction = Sentry.startTransaction(new TransactionContext("send", "task"), options);
			for (int j = 0; j < MeasuredApplication.OPERATIONS_PER_REQUEST && i < records; j++, i++) {
				ProducerRecord<String, String> record = new ProducerRecord<>("records", Integer.toString(i), value);
				if (headers) {
					HEADERS.forEach((name, header) -> record.headers().add(name, header));
				}
				strings.send(record);
			}
			transaction.finish();
		}
		strings.flush();
	}

	/**
	 * An order of 25 lines, some 1000 bytes of JSON.
	 */
	private static String value() {
		Random random = new Random(42);
		return IntStream.range(0, 25)
			.mapToObj(
					line -> "{\"product\":" + random.nextInt(1_000_000) + ",\"quantity\":" + random.nextInt(100) + "}")
			.collect(Collectors.joining(",", "[", "]"));
	}

	/**
	 * Headers as long as those of a trace, as an application that carries them by itself
	 * would send.
	 */
	private static Map<String, byte[]> headers() {
		return Map.of(QueueConvention.TRACE_HEADER, new byte[51], QueueConvention.BAGGAGE_HEADER, new byte[230],
				QueueConvention.MESSAGE_ID_HEADER, new byte[36], QueueConvention.ENQUEUED_TIME_HEADER, new byte[17]);
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

	/**
	 * Counts the records it has handled, each of which takes some work.
	 */
	private static final class Counted implements MessageListener<String, String> {

		private final long workNanos;

		private volatile CountDownLatch expected = new CountDownLatch(0);

		Counted(long workMicros) {
			this.workNanos = TimeUnit.MICROSECONDS.toNanos(workMicros);
		}

		CountDownLatch expect(int records) {
			CountDownLatch expected = new CountDownLatch(records);
			this.expected = expected;
			return expected;
		}

		@Override
		public void onMessage(ConsumerRecord<String, String> record) {
			long end = System.nanoTime() + this.workNanos;
			while (this.workNanos > 0 && System.nanoTime() < end) {
				Thread.onSpinWait();
			}
			this.expected.countDown();
		}

	}

	/**
	 * What is measured: an application as it is, one that sends headers as long as those
	 * of a trace, and one with this library.
	 */
	private enum Side {

		RAW, HEADERS, OURS

	}

	/**
	 * How one turn went.
	 *
	 * @param perSecond records a second
	 * @param processorMicros processor time for a record, in microseconds
	 */
	private record Turn(double perSecond, double processorMicros) {

		private static final String PREFIX = "turn ";

		static Turn parse(String line) {
			String[] values = line.substring(PREFIX.length()).split(" ");
			return new Turn(Double.parseDouble(values[0]), Double.parseDouble(values[1]));
		}

		@Override
		public String toString() {
			return PREFIX + this.perSecond + " " + this.processorMicros;
		}

	}

}
