package io.github.sentryinsights.redis;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.sentryinsights.testing.ReceivedSpan;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the commands that go to the master that a real sentinel tells.
 */
class RedisSentinelTests {

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@ParameterizedTest
	@EnumSource
	void commandsAreToldWithTheMasterAlsoAfterAFailover(Client client) {
		try (EmbeddedSentinel sentinel = EmbeddedSentinel.start()) {
			this.recorder.runner(client, () -> client.sentinel(sentinel.configuration())).run(context -> {
				RedisConnectionFactory factory = context.getBean(RedisConnectionFactory.class);
				StringRedisTemplate redis = new StringRedisTemplate(factory);
				redis.opsForValue().set("product:1", "123");
				this.recorder.record(factory, ignored -> redis.opsForValue().get("product:1"));
				ReceivedSpan before = this.recorder.received().span("cache.get");
				assertThat(before.data("cache.hit").asBoolean()).isTrue();
				assertThat(peer(before)).isEqualTo(sentinel.masterPort());
				this.recorder.receiver().clear();

				sentinel.killMaster();
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.ignoreExceptions()
					.until(() -> redis.opsForValue().setIfAbsent("product:2", "1234") != null);
				this.recorder.record(factory, ignored -> redis.opsForValue().get("product:2"));
				ReceivedSpan after = this.recorder.received().span("cache.get");
				assertThat(after.data("cache.hit").asBoolean()).isTrue();
				assertThat(peer(after)).isEqualTo(sentinel.replicaPort());
			});
		}
	}

	private static int peer(ReceivedSpan span) {
		return span.data("network.peer.port").asInt();
	}

}
