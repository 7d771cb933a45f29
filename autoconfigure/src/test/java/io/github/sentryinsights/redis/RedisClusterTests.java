package io.github.sentryinsights.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.lettuce.core.cluster.SlotHash;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.data.redis.connection.ReactiveRedisClusterConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the commands that go to a real cluster of three nodes.
 */
class RedisClusterTests {

	private static EmbeddedCluster cluster;

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@BeforeAll
	static void startCluster(@TempDir Path directory) {
		cluster = EmbeddedCluster.start(directory);
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@ParameterizedTest
	@EnumSource
	void eachCommandIsToldWithTheNodeThatItsKeyBelongsTo(Client client) {
		List<String> keys = Stream.of("a", "b", "c", "d", "e", "f").map(name -> "product:" + name).toList();
		ReceivedTransaction trace = record(client, redis -> {
			for (String key : keys) {
				redis.opsForValue().set(key, "12345");
				assertThat(redis.opsForValue().get(key)).isEqualTo("12345");
			}
		});
		assertThat(trace.spans("cache.put")).hasSize(6);
		assertThat(trace.spans("cache.get")).hasSize(6).allSatisfy(span -> {
			assertThat(span.data("cache.hit").asBoolean()).isTrue();
			assertThat(span.data("cache.item_size").asInt()).isEqualTo(5);
			assertThat(peer(span)).isEqualTo(port(span));
		});
		assertThat(trace.spans("db.redis")).hasSize(12);
		assertThat(trace.spans("db.redis").stream().map(span -> span.data("server.port").asInt()).distinct().count())
			.isEqualTo(3);
	}

	@ParameterizedTest
	@EnumSource
	void aCommandThatIsMovedIsOneReadOfTheNodeThatAnswers(Client client) {
		String key = "product:moved-" + client;
		int owner = cluster.owner(key);
		int other = (owner + 1) % 3;
		ReceivedTransaction trace = record(client, redis -> {
			redis.opsForValue().get(key);
			cluster.give(SlotHash.getSlot(key), other);
			Awaitility.await().ignoreExceptions().untilAsserted(() -> cluster.onNode(other, (node, commands) -> {
				commands.set(key, "1234567");
			}));
			assertThat(redis.opsForValue().get(key)).isEqualTo("1234567");
		});
		assertThat(trace.spans("db.redis")).hasSize(2);
		assertThat(trace.spans("cache.get")).hasSize(2);
		ReceivedSpan read = trace.spans("cache.get").get(1);
		assertThat(read.status()).isEqualTo("ok");
		assertThat(read.data("cache.hit").asBoolean()).isTrue();
		assertThat(read.data("cache.item_size").asInt()).isEqualTo(7);
		assertThat(peer(read)).isEqualTo(cluster.port(other));
	}

	@ParameterizedTest
	@EnumSource
	void aCommandThatIsSentOnOnceIsOneReadOfTheNodeThatAnswers(Client client) {
		String key = "product:asked-" + client;
		int slot = SlotHash.getSlot(key);
		int owner = cluster.owner(key);
		int other = (owner + 1) % 3;
		cluster.onNode(other, (node, redis) -> redis.clusterSetSlotImporting(slot, cluster.id(owner)));
		cluster.onNode(owner, (node, redis) -> redis.clusterSetSlotMigrating(slot, cluster.id(other)));
		cluster.onNode(other, (node, redis) -> {
			redis.asking();
			redis.set(key, "123456789");
		});
		ReceivedTransaction trace = record(client,
				redis -> assertThat(redis.opsForValue().get(key)).isEqualTo("123456789"));
		ReceivedSpan read = trace.span("cache.get");
		assertThat(trace.spans()).hasSize(2);
		assertThat(read.data("cache.hit").asBoolean()).isTrue();
		assertThat(read.data("cache.item_size").asInt()).isEqualTo(9);
		assertThat(peer(read)).isEqualTo(cluster.port((client == Client.LETTUCE) ? other : owner));
	}

	@ParameterizedTest
	@EnumSource
	void aCommandThatIsMovedIsCountedOnce(Client client) {
		String key = "product:counted-" + client;
		int other = (cluster.owner(key) + 1) % 3;
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		runner(client).withBean(SimpleMeterRegistry.class, () -> registry).run(context -> {
			StringRedisTemplate redis = new StringRedisTemplate(context.getBean(RedisConnectionFactory.class));
			redis.opsForValue().get(key);
			cluster.give(SlotHash.getSlot(key), other);
			Awaitility.await().ignoreExceptions().untilAsserted(() -> cluster.onNode(other, (node, commands) -> {
				commands.set(key, "1");
			}));
			redis.opsForValue().get(key);
			assertThat(registry.get("sentry.insights.cache.get").tag("outcome", "hit").timer().count()).isEqualTo(1);
			assertThat(registry.get("sentry.insights.cache.get").tag("outcome", "miss").timer().count()).isEqualTo(1);
			assertThat(
					registry.get("sentry.insights.db.redis").timers().stream().mapToLong(timer -> timer.count()).sum())
				.isEqualTo(2);
		});
	}

	@ParameterizedTest
	@EnumSource
	void keysOfOneSlotAreReadAtOnce(Client client) {
		ReceivedTransaction trace = record(client, redis -> {
			redis.opsForValue().set("product:{one}:1", "123");
			redis.opsForValue().multiGet(List.of("product:{one}:1", "product:{one}:2"));
		});
		ReceivedSpan read = trace.span("cache.get");
		assertThat(read.data("cache.key")).hasSize(2);
		assertThat(peer(read)).isEqualTo(cluster.port(cluster.owner("product:{one}:1")));
		assertThat(read.data("cache.hit").asBoolean()).isTrue();
		assertThat(read.data("cache.item_size").asInt()).isEqualTo(3);
	}

	@ParameterizedTest
	@EnumSource
	void keysOfSeveralSlotsAreOneReadOfNoNodeInParticular(Client client) {
		List<String> keys = Stream.of("a", "b", "c", "d", "e", "f").map(name -> "product:" + name).toList();
		ReceivedTransaction trace = record(client, redis -> {
			keys.forEach(key -> redis.opsForValue().set(key, "12345"));
			assertThat(redis.opsForValue().multiGet(keys)).hasSize(6).containsOnly("12345");
		});
		ReceivedSpan read = trace.span("cache.get");
		assertThat(read.data("cache.hit").asBoolean()).isTrue();
		assertThat(read.data("cache.operation").asText()).isEqualTo("mget");
		assertThat(read.data("cache.item_size").asInt()).isEqualTo(30);
		assertThat(read.data().has("network.peer.port")).isFalse();
		assertThat(trace.spans("db.redis").stream().filter(command -> command.isChildOf(read)))
			.hasSize((client == Client.LETTUCE) ? 6 : 1);
	}

	@ParameterizedTest
	@EnumSource
	void anAccessThroughACacheManagerIsToldWithTheNodeOfItsCommand(Client client) {
		runner(client)
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.cache.SpringCacheAutoConfiguration"))
			.withUserConfiguration(RedisStylesTests.Caches.class)
			.run(context -> {
				Cache cache = context.getBean(CacheManager.class).getCache("things");
				this.recorder.record(context.getBean(RedisConnectionFactory.class), factory -> {
					assertThat(cache.get("a")).isNull();
					assertThat(cache.get("b")).isNull();
					assertThat(cache.get("c")).isNull();
				});
			});
		ReceivedTransaction trace = this.recorder.received();
		assertThat(trace.spans("cache.get")).extracting(RedisClusterTests::peer)
			.containsExactly(owner("things::a"), owner("things::b"), owner("things::c"));
		assertThat(trace.spans("db.redis")).hasSize(3);
	}

	private static int owner(String key) {
		return cluster.port(cluster.owner(key));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void reactiveCommandsAreToldWithTheNodeThatTheirKeyBelongsTo(boolean shared) {
		this.recorder.runner(Client.LETTUCE, () -> {
			LettuceConnectionFactory factory = (LettuceConnectionFactory) Client.LETTUCE
				.cluster(cluster.configuration());
			factory.setShareNativeConnection(shared);
			return factory;
		}).run(context -> {
			ReactiveRedisConnectionFactory factory = context.getBean(ReactiveRedisConnectionFactory.class);
			assertThat(factory.getReactiveConnection()).isInstanceOf(ReactiveRedisClusterConnection.class);
			ReactiveStringRedisTemplate redis = new ReactiveStringRedisTemplate(factory);
			Mono<Void> work = Flux.just("a", "b", "c", "d", "e", "f")
				.map(name -> "product:" + name)
				.concatMap(key -> redis.opsForValue().set(key, "12345").flatMap(done -> redis.opsForValue().get(key)))
				.then();
			ContextTransaction.around("reactive", work).block(Duration.ofSeconds(10));
			assertThat(factory.getReactiveClusterConnection().clusterGetNodes().count().block(Duration.ofSeconds(10)))
				.isEqualTo(3);
		});
		ReceivedTransaction trace = this.recorder.receiver().transaction("reactive");
		assertThat(trace.spans("cache.put")).hasSize(6);
		assertThat(trace.spans("cache.get")).hasSize(6).allMatch(read -> peer(read) == port(read));
		assertThat(trace.spans("db.redis")).hasSize(12);
	}

	private static int peer(ReceivedSpan span) {
		return span.data("network.peer.port").asInt();
	}

	private static int port(ReceivedSpan access) {
		return owner(access.description());
	}

	private ReceivedTransaction record(Client client, Work work) {
		return this.recorder.record(runner(client), factory -> work.run(new StringRedisTemplate(factory)));
	}

	private ApplicationContextRunner runner(Client client) {
		return this.recorder.runner(client, () -> client.cluster(cluster.configuration()));
	}

	@FunctionalInterface
	private interface Work {

		void run(StringRedisTemplate redis) throws Exception;

	}

}
