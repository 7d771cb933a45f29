package io.github.sentryinsights.benchmarks;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.async.RedisAsyncCommands;
import redis.embedded.RedisServer;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Compares reads of Redis over the network with and without this library, in one process
 * and by turns. What a read costs differs from second to second by much more than what is
 * compared, which a benchmark that measures one after the other cannot tell apart.
 */
public final class RedisPairs {

	private static final int READS = 50;

	private static final int WARM_UP = 400;

	private static final int PAIRS = 3000;

	private static final byte[] KEY = { '4', '2' };

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
		MarkdownTable table = new MarkdownTable(2, List.of("operation", "Sentry", "raw us", "us", "of raw"));
		for (Variant variant : variants) {
			measure(variant, table);
		}
		System.out.print(table);
	}

	private static void measure(Variant variant, MarkdownTable table) throws Exception {
		int port = freePort();
		RedisServer server = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
		server.start();
		LettuceConnectionFactory raw = new LettuceConnectionFactory(new RedisStandaloneConfiguration("localhost", port),
				asSpringBootDoes());
		try (MeasuredApplication application = MeasuredApplication.start(variant, context -> {
		}, "spring.data.redis.port=" + port)) {
			raw.afterPropertiesSet();
			raw.start();
			StringRedisTemplate plain = new StringRedisTemplate(raw);
			StringRedisTemplate ours = application.bean(StringRedisTemplate.class);
			application.verify(() -> ours.opsForValue().set("42", "Kettle"), true);
			RedisAsyncCommands<byte[], byte[]> plainAsync = commands(plain);
			RedisAsyncCommands<byte[], byte[]> oursAsync = commands(ours);
			String mode = variant.mode().label() + variant.detail();
			table.add(row("redis get", mode, application, () -> plain.opsForValue().get("42"),
					() -> ours.opsForValue().get("42")));
			table.add(row("redis asyncGet", mode, application, () -> plainAsync.get(KEY).get(),
					() -> oursAsync.get(KEY).get()));
		}
		finally {
			raw.destroy();
			server.stop();
		}
	}

	/**
	 * A timeout for each command costs more than what is compared.
	 */
	private static LettuceClientConfiguration asSpringBootDoes() {
		return LettuceClientConfiguration.builder()
			.clientOptions(ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled()).build())
			.build();
	}

	@SuppressWarnings("unchecked")
	private static RedisAsyncCommands<byte[], byte[]> commands(StringRedisTemplate template) {
		return (RedisAsyncCommands<byte[], byte[]>) template
			.execute((RedisCallback<Object>) RedisConnection::getNativeConnection);
	}

	private static List<String> row(String operation, String mode, MeasuredApplication application, Callable<?> plain,
			Callable<?> ours) throws Exception {
		double[] plainTimes = new double[PAIRS];
		double[] ratios = new double[PAIRS];
		double[] oursTimes = new double[PAIRS];
		for (int pair = -WARM_UP; pair < PAIRS; pair++) {
			boolean plainFirst = (pair & 1) == 0;
			double first = block(application, plainFirst ? plain : ours);
			double second = block(application, plainFirst ? ours : plain);
			if (pair >= 0) {
				plainTimes[pair] = plainFirst ? first : second;
				oursTimes[pair] = plainFirst ? second : first;
				ratios[pair] = oursTimes[pair] / plainTimes[pair];
			}
		}
		return List.of(operation, mode, MarkdownTable.number(median(plainTimes), 1),
				MarkdownTable.number(median(oursTimes), 1), MarkdownTable.number(median(ratios), 3) + "x");
	}

	private static double block(MeasuredApplication application, Callable<?> read) throws Exception {
		long start = System.nanoTime();
		for (int i = 0; i < READS; i++) {
			application.nextOperation();
			read.call();
		}
		return (System.nanoTime() - start) / 1000.0 / READS;
	}

	private static double median(double[] values) {
		Arrays.sort(values);
		return values[values.length / 2];
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

}
