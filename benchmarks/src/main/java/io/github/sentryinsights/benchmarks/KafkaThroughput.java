package io.github.sentryinsights.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
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
import io.sentry.ISpan;
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
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
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

import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.convention.QueueConvention;

/**
 * How many records a second go through a broker, from a producer to a listener, with this
 * library at a sample rate of a tenth and without it.
 * <p>
 * A process of its own for each side, as one would have the compiler's view of the other,
 * and by turns, as the machine is not the same at all times. Each first sends records for
 * as long as the compiler is busy with what it has not seen before, which on two
 * processors takes a third of them for the first minute. What is captured goes nowhere:
 * the SDK could not send a tenth of that many.
 * <p>
 * Arguments: the number of processes for each side, 3 by default; the number of records
 * of a turn, of which each process does 10, 50000 by default; the microseconds of work
 * that the listener does for a record, 0 by default; and the sides, all by default.
 */
public final class KafkaThroughput {

	private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

	private static final int TURNS = 10;

	private static final String ONE_PROCESS = "0";

	private static final String VALUE = value();

	private static final List<Header> HEADERS = headers();

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
		List<Side> sides = (args.length > 3) ? Arrays.stream(args).skip(3).map(Side::valueOf).toList()
				: List.of(Side.values());
		if (args.length > 0 && args[0].equals(ONE_PROCESS)) {
			int status = 1;
			try {
				measure(sides.get(0), records, workMicros);
				status = 0;
			}
			catch (Exception ex) {
				ex.printStackTrace();
			}
			// Threads of the broker may go on for ever.
			System.exit(status);
		}
		int processes = (args.length > 0) ? Integer.parseInt(args[0]) : 3;
		List<List<Turn>> turns = sides.stream().<List<Turn>>map(side -> new ArrayList<>()).toList();
		for (int i = 0; i < processes; i++) {
			for (int j = 0; j < sides.size(); j++) {
				int side = (i + j) % sides.size();
				turns.get(side).addAll(process(sides.get(side), records, workMicros));
			}
		}
		double first = median(turns.get(0), Turn::perSecond);
		for (int j = 0; j < sides.size(); j++) {
			List<Turn> own = turns.get(j);
			System.out.printf("%-8s%.0f records a second, %.1f %% of %s, processor time of a record %.2f us%n",
					sides.get(j), median(own, Turn::perSecond), 100 * median(own, Turn::perSecond) / first,
					sides.get(0), median(own, Turn::processorMicros));
		}
	}

	private static List<Turn> process(Side side, int records, long workMicros)
			throws IOException, InterruptedException {
		Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-cp",
				System.getProperty("java.class.path"), KafkaThroughput.class.getName(), ONE_PROCESS,
				Integer.toString(records), Long.toString(workMicros), side.name())
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
			Counted counted = new Counted(side, workMicros);
			AbstractMessageListenerContainer<?, ?> container = context
				.getBean(ConcurrentKafkaListenerContainerFactory.class)
				.createContainer("records");
			container.getContainerProperties().setGroupId("group");
			container.setupMessageListener(counted);
			container.start();
			try (Producer<String, String> producer = producer(context)) {
				long start = System.nanoTime();
				while (System.nanoTime() - start < WARM_UP_NANOS) {
					turn(producer, counted, records, side);
				}
				for (int i = 0; i < TURNS; i++) {
					System.out.println(turn(producer, counted, records, side));
				}
			}
			container.stop();
		}
		finally {
			broker.destroy();
		}
	}

	@SuppressWarnings("unchecked")
	private static Producer<String, String> producer(ConfigurableApplicationContext context) {
		return context.getBean(DefaultKafkaProducerFactory.class).createProducer();
	}

	private static Turn turn(Producer<String, String> producer, Counted counted, int records, Side side)
			throws InterruptedException {
		CountDownLatch handled = counted.expect(records);
		long start = System.nanoTime();
		long processorStart = PROCESS.getProcessCpuTime();
		send(producer, records, side);
		if (!handled.await(5, TimeUnit.MINUTES)) {
			throw new IllegalStateException(handled.getCount() + " records have not arrived");
		}
		if (!counted.asExpected) {
			throw new IllegalStateException("The records of " + side + " do not come as it says");
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		return new Turn(records / seconds, (PROCESS.getProcessCpuTime() - processorStart) / 1e3 / records);
	}

	private static void send(Producer<String, String> producer, int records, Side side) {
		String value = VALUE;
		TransactionOptions options = new TransactionOptions();
		options.setBindToScope(true);
		for (int i = 0; i < records;) {
			ITransaction transaction = Sentry.startTransaction(new TransactionContext("send", "task"), options);
			List<Header> headers = (side == Side.BARE) ? headers(transaction)
					: (side == Side.HEADERS) ? HEADERS : List.of();
			for (int j = 0; j < MeasuredApplication.OPERATIONS_PER_REQUEST && i < records; j++, i++) {
				producer.send(new ProducerRecord<>("records", null, Integer.toString(i), value, headers));
			}
			transaction.finish();
		}
		producer.flush();
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
	 * Headers as long as those of a trace.
	 */
	private static List<Header> headers() {
		return List.of(header(QueueConvention.TRACE_HEADER, "0".repeat(51)),
				header(QueueConvention.BAGGAGE_HEADER, "0".repeat(230)),
				header(QueueConvention.MESSAGE_ID_HEADER, "0".repeat(36)),
				header(QueueConvention.ENQUEUED_TIME_HEADER, "0".repeat(17)));
	}

	/**
	 * Headers that continue a trace, the same for all records of a transaction.
	 */
	private static List<Header> headers(ITransaction transaction) {
		List<Header> headers = new ArrayList<>(HEADERS);
		headers.set(0, header(QueueConvention.TRACE_HEADER, transaction.toSentryTrace().getValue()));
		headers.set(1, header(QueueConvention.BAGGAGE_HEADER, transaction.toBaggageHeader(null).getValue()));
		return headers;
	}

	private static Header header(String name, String value) {
		return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
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

		private final Side side;

		private final long workNanos;

		private boolean first = true;

		private volatile boolean asExpected;

		private volatile CountDownLatch expected = new CountDownLatch(0);

		Counted(Side side, long workMicros) {
			this.side = side;
			this.workNanos = TimeUnit.MICROSECONDS.toNanos(workMicros);
		}

		CountDownLatch expect(int records) {
			CountDownLatch expected = new CountDownLatch(records);
			this.expected = expected;
			return expected;
		}

		@Override
		public void onMessage(ConsumerRecord<String, String> record) {
			if (this.first) {
				this.first = false;
				this.asExpected = isAsExpected(record);
			}
			if (this.side == Side.BARE) {
				BareTransactions.process(record, this::handle);
			}
			else {
				handle();
			}
		}

		private boolean isAsExpected(ConsumerRecord<String, String> record) {
			boolean carries = record.headers().lastHeader(QueueConvention.TRACE_HEADER) != null;
			ISpan span = Sentry.getSpan();
			boolean within = span != null && span.getOperation().equals(OperationKind.QUEUE_PROCESS.operation());
			return carries == (this.side != Side.RAW) && within == (this.side == Side.OURS);
		}

		private void handle() {
			long end = System.nanoTime() + this.workNanos;
			while (this.workNanos > 0 && System.nanoTime() < end) {
				Thread.onSpinWait();
			}
			this.expected.countDown();
		}

	}

	/**
	 * What is measured: an application as it is; one that sends headers as long as those
	 * of a trace; one that sends those of a trace and handles sampled records in a
	 * transaction without any data, which is the least that can be done; and one with
	 * this library.
	 */
	private enum Side {

		RAW, HEADERS, BARE, OURS

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
