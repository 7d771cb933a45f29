package io.github.sentryinsights.cache;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.transaction.TransactionAwareCacheDecorator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.data.redis.serializer.SerializationException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import redis.embedded.RedisServer;

import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for the caches of a {@link RedisCacheManager} on a real server.
 */
class RedisCacheTests {

	private static int port;

	private static RedisServer server;

	private final CacheRecorder recorder = new CacheRecorder();

	private final ApplicationContextRunner runner = this.recorder.runner()
		.withBean(LettuceConnectionFactory.class, () -> new LettuceConnectionFactory("127.0.0.1", port))
		.withUserConfiguration(Caches.class);

	@BeforeAll
	static void startServer() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = socket.getLocalPort();
		}
		server = new RedisServer(port);
		server.start();
	}

	@AfterAll
	static void stopServer() throws IOException {
		server.stop();
	}

	@AfterEach
	void stop() {
		this.recorder.close();
	}

	@Test
	void anAccessIsOneSpan() {
		ReceivedTransaction received = this.recorder.record(this.runner, context -> {
			Cache cache = context.getBean(RedisCacheManager.class).getCache("things");
			cache.invalidate();
			assertThat(cache.get("k")).isNull();
			cache.put("k", "v");
			awaitWrite(cache, "k");
			assertThat(cache.get("k", String.class)).isEqualTo("v");
			cache.evict("k");
		});
		assertThat(received.spans()).extracting(ReceivedSpan::op)
			.containsExactly("cache.flush", "cache.get", "cache.put", "cache.get", "cache.remove");
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(false, true);
		assertThat(received.span("cache.put").data("cache.ttl").asInt()).isEqualTo(90);
	}

	@Test
	void aReadThatLoadsIsAMissAndAWrite() {
		ReceivedTransaction received = this.recorder.record(this.runner, context -> {
			Cache cache = context.getBean(CacheManager.class).getCache("things");
			assertThat(cache.get("loaded", () -> "v")).isEqualTo("v");
			assertThat(cache.get("loaded", () -> "w")).isEqualTo("v");
			assertThat(cache.retrieve("loaded").get(5, TimeUnit.SECONDS)).isNotNull();
			assertThat(cache.retrieve("absent").get(5, TimeUnit.SECONDS)).isNull();
		});
		assertThat(received.spans()).extracting(ReceivedSpan::op)
			.containsExactly("cache.get", "function", "cache.put", "cache.get", "cache.get", "cache.get");
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(false, true, true, false);
		assertThat(received.spans()).allMatch(span -> span.isChildOf(received.root()));
	}

	@Test
	void writesOfATransactionAwareManagerWaitForTheCommit() {
		ReceivedTransaction received = this.recorder.record(this.runner, context -> {
			Cache cache = context.getBean("transactional", CacheManager.class).getCache("things");
			TransactionSynchronizationManager.initSynchronization();
			try {
				cache.put("held", "v");
			}
			finally {
				TransactionSynchronizationManager.clearSynchronization();
			}
			assertThat(cache).isSameAs(context.getBean("transactional", CacheManager.class).getCache("things"));
		});
		assertThat(received.spans()).isEmpty();
	}

	@Test
	void aServerThatIsGoneIsAnErrorAndTheExceptionOfTheCache() {
		ReceivedTransaction received = this.recorder.record(this.recorder.runner()
			.withBean(LettuceConnectionFactory.class, () -> new LettuceConnectionFactory("127.0.0.1", 1))
			.withUserConfiguration(Caches.class), context -> {
				Cache cache = context.getBean(CacheManager.class).getCache("things");
				assertThatException().isThrownBy(() -> cache.get("k"))
					.withMessageContaining("Unable to connect to Redis");
			});
		assertThat(received.span("cache.get").status()).isEqualTo("internal_error");
	}

	@Test
	void aLoaderThatIsCalledLaterStaysInTheTrace() {
		ReceivedTransaction received = this.recorder.record(this.runner, context -> {
			Cache cache = context.getBean(CacheManager.class).getCache("things");
			assertThat(cache.retrieve("later", () -> CompletableFuture.completedFuture("v")).get(10, TimeUnit.SECONDS))
				.isEqualTo("v");
			assertThat(cache.retrieve("later", () -> CompletableFuture.completedFuture("w")).get(10, TimeUnit.SECONDS))
				.isEqualTo("v");
		});
		assertThat(received.spans()).extracting(ReceivedSpan::op).containsExactly("cache.get", "function", "cache.get");
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(false, true);
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.write").asBoolean())
			.containsExactly(true, false);
		assertThat(received.span("function").isChildOf(received.root())).isTrue();
	}

	@Test
	void theSizeIsThatOnTheServerOrLeftOut() {
		ReceivedTransaction received = this.recorder.record(this.runner, context -> {
			for (String name : List.of("things", "texts", "bytes")) {
				Cache cache = context.getBean("sized", CacheManager.class).getCache(name);
				Object value = name.equals("bytes") ? new byte[300] : "caf\u00e9";
				cache.put("k", value);
				awaitWrite(cache, "k");
				assertThat(cache.get("k").get()).isEqualTo(value);
			}
		});
		assertThat(received.spans("cache.put")).extracting(span -> span.data("cache.item_size").asInt(-1))
			.containsExactly(-1, 5, 300);
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.item_size").asInt(-1))
			.containsExactly(-1, 5, 300);
	}

	@Test
	void whatASerializerThrowsIsAnErrorAndReachesTheCaller() {
		ReceivedTransaction received = this.recorder.record(this.runner, context -> {
			Cache things = context.getBean("cacheManager", CacheManager.class).getCache("things");
			Cache unreported = ((TransactionAwareCacheDecorator) things).getTargetCache();
			Throwable plain = catchThrowable(() -> unreported.put("k", new Object()));
			assertThat(plain).isInstanceOf(RuntimeException.class);
			assertThat(catchThrowable(() -> things.put("k", new Object()))).hasSameClassAs(plain)
				.hasMessage(plain.getMessage());
			try (RedisConnection connection = context.getBean(LettuceConnectionFactory.class).getConnection()) {
				connection.stringCommands().set("things::broken".getBytes(), "no object".getBytes());
			}
			assertThatExceptionOfType(SerializationException.class).isThrownBy(() -> things.get("broken"));
			assertThatExceptionOfType(SerializationException.class)
				.isThrownBy(() -> things.get("broken", String.class));
		});
		assertThat(received.spans()).hasSize(3).allMatch(span -> span.status().equals("internal_error"));
		assertThat(received.spans("cache.get")).noneMatch(span -> span.data("cache.hit").asBoolean(true));
	}

	@Test
	void anAccessThroughAnInstrumentedConnectionIsCountedOnce() {
		ReceivedTransaction received = this.recorder.record(this.runner
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.redis.LettuceRedisAutoConfiguration"))
			.withPropertyValues("sentry.insights.redis.cache-prefixes=things::"), context -> {
				Cache cache = context.getBean(CacheManager.class).getCache("things");
				cache.get("twice");
			});
		ReceivedSpan access = received.span("cache.get");
		ReceivedSpan command = received.span("db.redis");
		assertThat(command.isChildOf(access)).isTrue();
		assertThat(access.data("network.peer.address")).isEqualTo(command.data("server.address"));
		assertThat(access.data("network.peer.port").asInt()).isEqualTo(port);
		assertThat(received.spans()).hasSize(2);
	}

	/**
	 * Spring Data Redis 4 does not wait for its writes.
	 */
	private static void awaitWrite(Cache cache, String key) {
		Cache unreported = ((TransactionAwareCacheDecorator) cache).getTargetCache();
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> unreported.get(key) != null);
	}

	@Configuration(proxyBeanMethods = false)
	static class Caches {

		@Bean
		@Primary
		RedisCacheManager cacheManager(LettuceConnectionFactory connections) {
			return RedisCacheManager.builder(connections)
				.cacheDefaults(RedisCacheConfiguration.defaultCacheConfig().entryTtl(Duration.ofSeconds(90)))
				.build();
		}

		@Bean
		RedisCacheManager sized(LettuceConnectionFactory connections) {
			RedisCacheConfiguration configuration = RedisCacheConfiguration.defaultCacheConfig();
			return RedisCacheManager.builder(connections)
				.withCacheConfiguration("texts",
						configuration.serializeValuesWith(SerializationPair.fromSerializer(RedisSerializer.string())))
				.withCacheConfiguration("bytes",
						configuration
							.serializeValuesWith(SerializationPair.fromSerializer(RedisSerializer.byteArray())))
				.build();
		}

		@Bean
		RedisCacheManager transactional(LettuceConnectionFactory connections) {
			return RedisCacheManager.builder(connections).transactionAware().build();
		}

	}

}
