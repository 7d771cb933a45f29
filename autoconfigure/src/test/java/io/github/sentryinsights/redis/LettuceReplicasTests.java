package io.github.sentryinsights.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

import io.lettuce.core.ReadFrom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the node that is told where Lettuce reads from a real replica and writes to
 * its master.
 */
class LettuceReplicasTests {

	@RegisterExtension
	static EmbeddedRedis master = EmbeddedRedis.start();

	@RegisterExtension
	static EmbeddedRedis replica = EmbeddedRedis.start(EmbeddedRedis.freePort(), "replicaof 127.0.0.1 " + master.port(),
			"replica-read-only no");

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@ParameterizedTest
	@EnumSource
	void eachCommandIsToldWithTheNodeItIsSentTo(Replicas replicas) {
		ReceivedTransaction trace = this.recorder.record(runner(replicas), factory -> {
			StringRedisTemplate redis = new StringRedisTemplate(factory);
			for (int i = 0; i < 2; i++) {
				redis.opsForValue().set("product:1", "12345");
				Awaitility.await().until(() -> replica.has("product:1"));
				assertThat(redis.opsForValue().get("product:1")).isEqualTo("12345");
			}
		});
		assertThat(trace.spans("cache.put")).hasSize(2).allMatch(write -> peer(write) == master.port());
		assertThat(trace.spans("cache.get")).hasSize(2).allMatch(read -> peer(read) == replica.port());
		assertThat(trace.spans("db.redis")).extracting(command -> command.data("server.port").asInt())
			.containsExactly(master.port(), replica.port(), master.port(), replica.port());
	}

	@ParameterizedTest
	@EnumSource
	void reactiveCommandsAreToldWithTheNodeTheyAreSentTo(Replicas replicas) {
		runner(replicas).run(context -> {
			ReactiveStringRedisTemplate redis = new ReactiveStringRedisTemplate(
					context.getBean(LettuceConnectionFactory.class));
			ContextTransaction.around("reactive", redis.opsForValue().get("product:2").then())
				.block(Duration.ofSeconds(10));
		});
		ReceivedTransaction trace = this.recorder.receiver().transaction("reactive");
		assertThat(peer(trace.span("cache.get"))).isEqualTo(replica.port());
	}

	@ParameterizedTest
	@EnumSource
	void anAccessThroughACacheManagerIsToldWithTheNodeOfItsCommand(Replicas replicas) {
		ReceivedTransaction trace = throughCacheManager(replicas::factory, "a");
		assertThat(peer(trace.span("cache.put"))).isEqualTo(master.port());
		assertThat(peer(trace.span("cache.get"))).isEqualTo(replica.port());
	}

	@Test
	void readsFromTheReplicaOfAClusterAreToldWithIt(@TempDir Path directory) {
		try (EmbeddedCluster cluster = EmbeddedCluster.start(directory)) {
			int replica = cluster.addReplica("things::a");
			ReceivedTransaction trace = throughCacheManager(
					() -> new LettuceConnectionFactory(cluster.configuration(), readingFromReplicas()), "a");
			assertThat(peer(trace.span("cache.put"))).isEqualTo(cluster.port(cluster.owner("things::a")));
			assertThat(peer(trace.span("cache.get"))).isEqualTo(replica);
			assertThat(trace.spans("db.redis")).filteredOn(command -> command.description().startsWith("GET"))
				.extracting(command -> command.data("server.port").asInt())
				.containsExactly(replica);
		}
	}

	private ReceivedTransaction throughCacheManager(Supplier<RedisConnectionFactory> factory, String key) {
		this.recorder.runner(Client.LETTUCE, factory)
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.cache.SpringCacheAutoConfiguration"))
			.withUserConfiguration(RedisStylesTests.Caches.class)
			.run(context -> {
				Cache cache = context.getBean(CacheManager.class).getCache("things");
				this.recorder.record(context.getBean(RedisConnectionFactory.class), redis -> {
					cache.put(key, "1");
					// Spring Data Redis 4 does not wait for its own writes.
					Awaitility.await().until(() -> new StringRedisTemplate(redis).hasKey("things::" + key));
					cache.get(key);
				});
			});
		return this.recorder.received();
	}

	private ApplicationContextRunner runner(Replicas replicas) {
		return this.recorder.runner(Client.LETTUCE, replicas::factory);
	}

	private static LettuceClientConfiguration readingFromReplicas() {
		return LettuceClientConfiguration.builder()
			.readFrom(ReadFrom.REPLICA_PREFERRED)
			.shutdownQuietPeriod(Duration.ZERO)
			.build();
	}

	private static int peer(ReceivedSpan span) {
		return span.data("network.peer.port").asInt();
	}

	/**
	 * How a factory comes to know the replica.
	 */
	enum Replicas {

		LISTED {

			@Override
			LettuceConnectionFactory factory() {
				RedisStaticMasterReplicaConfiguration both = new RedisStaticMasterReplicaConfiguration("127.0.0.1",
						master.port());
				both.addNode("127.0.0.1", replica.port());
				return new LettuceConnectionFactory(both, readingFromReplicas());
			}

		},

		TOLD_BY_THE_MASTER {

			@Override
			LettuceConnectionFactory factory() {
				return new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", master.port()),
						readingFromReplicas());
			}

		};

		abstract LettuceConnectionFactory factory();

	}

}
