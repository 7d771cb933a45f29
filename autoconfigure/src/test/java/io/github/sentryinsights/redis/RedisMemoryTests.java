package io.github.sentryinsights.redis;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import javax.management.ObjectName;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that nothing is kept of commands that are over.
 */
class RedisMemoryTests {

	private static final int ROUNDS = 100;

	private static final int KEYS_A_ROUND = 1000;

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@ParameterizedTest
	@EnumSource
	void nothingIsKeptOfAHundredThousandKeys(Client client) {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		try (EmbeddedRedis server = EmbeddedRedis.start()) {
			this.recorder.runner(client, () -> client.standalone(server.port()))
				.withBean(SimpleMeterRegistry.class, () -> registry)
				.withPropertyValues("sentry.max-queue-size=1", "sentry.insights.redis.cache-prefixes=*")
				.run(context -> {
					RedisConnectionFactory factory = context.getBean(RedisConnectionFactory.class);
					run(factory, 0, ROUNDS / 10);
					long before = liveObjects();
					run(factory, ROUNDS / 10, ROUNDS);
					// Transactions may still be on their way to Sentry.
					Awaitility.await()
						.atMost(Duration.ofMinutes(1))
						.until(RedisMemoryTests::liveObjects, live -> live < before + 10 * KEYS_A_ROUND);
					assertThat(count(registry)).isEqualTo(ROUNDS * KEYS_A_ROUND);
					assertThat(registry.getMeters()).hasSizeLessThan(100);
				});
		}
	}

	private void run(RedisConnectionFactory factory, int first, int end) throws Exception {
		for (int round = first; round < end; round++) {
			int key = round * KEYS_A_ROUND;
			this.recorder.record(factory, redis -> read(redis, key));
			this.recorder.receiver().clear();
		}
	}

	private static void read(RedisConnectionFactory redis, int first) {
		new StringRedisTemplate(redis).executePipelined((RedisCallback<?>) connection -> {
			for (int i = 0; i < KEYS_A_ROUND; i++) {
				connection.stringCommands().get(("product:distinct-" + (first + i)).getBytes(StandardCharsets.UTF_8));
			}
			return null;
		});
	}

	private static long count(SimpleMeterRegistry registry) {
		return registry.get("sentry.insights.cache.get").timers().stream().mapToLong(timer -> timer.count()).sum();
	}

	/**
	 * Return the number of objects of this library that can be reached.
	 */
	private static long liveObjects() throws Exception {
		String histogram = (String) ManagementFactory.getPlatformMBeanServer()
			.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
					new Object[] { new String[0] }, new String[] { String[].class.getName() });
		return histogram.lines()
			.filter(line -> line.contains(" io.github.sentryinsights."))
			.map(line -> List.of(line.trim().split("\\s+")))
			.mapToLong(columns -> Long.parseLong(columns.get(1)))
			.sum();
	}

}
