package io.github.sentryinsights.redis;

import java.time.Duration;

import io.lettuce.core.ReadFrom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

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

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void readsFromAReplicaAreToldFromTheFirstOn(boolean shared) {
		try (EmbeddedSentinel sentinel = EmbeddedSentinel.start()) {
			RedisStaticMasterReplicaConfiguration nodes = new RedisStaticMasterReplicaConfiguration("127.0.0.1",
					sentinel.masterPort());
			nodes.addNode("127.0.0.1", sentinel.replicaPort());
			ReceivedTransaction trace = this.recorder.record(this.recorder.runner(Client.LETTUCE, () -> {
				LettuceConnectionFactory factory = new LettuceConnectionFactory(nodes,
						LettuceClientConfiguration.builder()
							.readFrom(ReadFrom.REPLICA)
							.shutdownQuietPeriod(Duration.ZERO)
							.build());
				factory.setShareNativeConnection(shared);
				return factory;
			}), factory -> {
				new StringRedisTemplate(factory).hasKey("a");
				new ReactiveStringRedisTemplate((LettuceConnectionFactory) factory).hasKey("b")
					.block(Duration.ofSeconds(10));
				new StringRedisTemplate(factory).opsForValue().set("c", "1");
			});
			assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description)
				.containsExactly("EXISTS a", "EXISTS b", "SET c");
			assertThat(trace.spans("db.redis")).extracting(span -> span.data("server.port").asInt())
				.containsExactly(sentinel.replicaPort(), sentinel.replicaPort(), sentinel.masterPort());
		}
	}

	private static int peer(ReceivedSpan span) {
		return span.data("network.peer.port").asInt();
	}

}
