package io.github.sentryinsights.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

import com.sun.management.OperatingSystemMXBean;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.embedded.RedisServer;

/**
 * Compares reads of Redis over the network with and without this library, in one process
 * and by turns. What a read costs differs from second to second by much more than what is
 * compared, which a benchmark that measures one after the other cannot tell apart.
 * <p>
 * All connections share one thread of Netty. With a thread of its own each, it decides
 * once, when they are opened, which of them is the faster, by more than what is compared.
 * <p>
 * Each round has a block of reads by a plain connection factory, one by ours and one by
 * another plain one, in an order that changes from round to round. A block is compared
 * with the plain blocks beside it, and the median of all rounds counts. The column
 * {@code null} is what the same comparison says of the two plain ones: how far it is from
 * 1 is how far the others can be trusted. {@code cpu} is the time of all threads of the
 * process together, without the server, of ours over that of the plain ones.
 * <p>
 * To run it on its own, for some two minutes on a machine that has nothing else to do:
 *
 * <pre>
 * mvn -B -ntp -q -pl benchmarks -am package -DskipTests
 * java -cp benchmarks/target/benchmarks.jar io.github.sentryinsights.benchmarks.RedisPairs
 * </pre>
 */
public final class RedisPairs {

	private static final int READS = 50;

	private static final int WARM_UP = 800;

	private static final int ROUNDS = 3000;

	private static final byte[] KEY = { '4', '2' };

	private static final OperatingSystemMXBean PROCESS = ManagementFactory
		.getPlatformMXBean(OperatingSystemMXBean.class);

	private RedisPairs() {
	}

	/**
	 * Measure.
	 * @param args the names of variants, by default that of unsampled and sampled
	 * requests
	 * @throws Exception if a read fails
	 */
	public static void main(String[] args) throws Exception {
		Variant[] variants = (args.length != 0) ? Arrays.stream(args).map(Variant::valueOf).toArray(Variant[]::new)
				: new Variant[] { Variant.OURS_UNSAMPLED, Variant.OURS_SAMPLED };
		MarkdownTable table = new MarkdownTable(2,
				List.of("operation", "Sentry", "raw us", "us", "of raw", "null", "cpu"));
		for (Variant variant : variants) {
			measure(variant, table);
		}
		System.out.print(table);
	}

	private static void measure(Variant variant, MarkdownTable table) throws Exception {
		int port = freePort();
		RedisServer server = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
		server.start();
		ClientResources resources = ClientResources.builder()
			.eventLoopGroupProvider(new DefaultEventLoopGroupProvider(1))
			.build();
		LettuceConnectionFactory plain = plainFactory(port, resources);
		LettuceConnectionFactory other = plainFactory(port, resources);
		try (MeasuredApplication application = MeasuredApplication.start(variant,
				context -> context.registerBean(ClientResources.class, () -> resources),
				"spring.data.redis.port=" + port)) {
			StringRedisTemplate ours = application.bean(StringRedisTemplate.class);
			application.verify(() -> ours.opsForValue().set("42", "Kettle"), true);
			String mode = variant.mode().label() + variant.detail();
			table.add(new Rounds(application, get(plain), get(ours.getRequiredConnectionFactory()), get(other))
				.row("redis get", mode));
			table.add(new Rounds(application, asyncGet(plain), asyncGet(ours.getRequiredConnectionFactory()),
					asyncGet(other))
				.row("redis asyncGet", mode));
		}
		finally {
			plain.destroy();
			other.destroy();
			resources.shutdown().get();
			server.stop();
		}
	}

	/**
	 * A factory as Spring Boot makes it. Without the timeout for each command it would be
	 * faster by more than what is compared.
	 */
	private static LettuceConnectionFactory plainFactory(int port, ClientResources resources) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("localhost", port),
				LettuceClientConfiguration.builder()
					.clientResources(resources)
					.clientOptions(ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled()).build())
					.build());
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	private static Callable<?> get(RedisConnectionFactory factory) {
		StringRedisTemplate template = new StringRedisTemplate(factory);
		return () -> template.opsForValue().get("42");
	}

	@SuppressWarnings("unchecked")
	private static Callable<?> asyncGet(RedisConnectionFactory factory) {
		RedisAsyncCommands<byte[], byte[]> commands = (RedisAsyncCommands<byte[], byte[]>) new StringRedisTemplate(
				factory)
			.execute((RedisCallback<Object>) RedisConnection::getNativeConnection);
		return () -> commands.get(KEY).get();
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	/**
	 * The rounds of one operation.
	 */
	private static final class Rounds {

		private static final int PLAIN = 0;

		private static final int OURS = 1;

		private static final int OTHER = 2;

		private final MeasuredApplication application;

		private final Callable<?>[] reads;

		private final double[][] times = new double[3][ROUNDS];

		private final long[] processTime = new long[3];

		Rounds(MeasuredApplication application, Callable<?>... reads) {
			this.application = application;
			this.reads = reads;
		}

		List<String> row(String operation, String mode) throws Exception {
			for (int round = -WARM_UP; round < 0; round++) {
				run(round, 0);
			}
			Arrays.fill(this.processTime, 0);
			for (int round = 0; round < ROUNDS; round++) {
				run(round, round);
			}
			double[] ours = new double[ROUNDS];
			double[] other = new double[ROUNDS];
			for (int round = 0; round < ROUNDS; round++) {
				double plain = this.times[PLAIN][round];
				other[round] = this.times[OTHER][round] / plain;
				ours[round] = 2 * this.times[OURS][round] / (plain + this.times[OTHER][round]);
			}
			return List.of(operation, mode, MarkdownTable.number(median(this.times[PLAIN]), 1),
					MarkdownTable.number(median(this.times[OURS]), 1), ratio(median(ours)), ratio(median(other)),
					ratio(2.0 * this.processTime[OURS] / (this.processTime[PLAIN] + this.processTime[OTHER])));
		}

		private void run(int round, int index) throws Exception {
			int first = Math.floorMod(round, 3);
			boolean backwards = (round & 1) != 0;
			for (int i = 0; i < 3; i++) {
				int turn = Math.floorMod(first + (backwards ? -i : i), 3);
				long process = PROCESS.getProcessCpuTime();
				long start = System.nanoTime();
				for (int read = 0; read < READS; read++) {
					this.application.nextOperation();
					this.reads[turn].call();
				}
				this.times[turn][index] = (System.nanoTime() - start) / 1000.0 / READS;
				this.processTime[turn] += PROCESS.getProcessCpuTime() - process;
			}
		}

		private static String ratio(double ratio) {
			return MarkdownTable.number(ratio, 3) + "x";
		}

		private static double median(double[] values) {
			double[] sorted = values.clone();
			Arrays.sort(sorted);
			return sorted[sorted.length / 2];
		}

	}

}
