package io.github.sentryinsights.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.lettuce.core.ReadFrom;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettucePoolingClientConfiguration;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the ways in which a factory of Lettuce can come by its connections. No
 * command before the ones that are told has opened any.
 */
class LettuceConnectionsTests {

	@RegisterExtension
	static EmbeddedRedis server = EmbeddedRedis.start();

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@ParameterizedTest
	@EnumSource
	void commandsAreTold(Connections connections) {
		ReceivedTransaction trace = record(connections, factory -> {
			StringRedisTemplate redis = new StringRedisTemplate(factory);
			redis.opsForValue().set("product:1", "12345");
			assertThat(redis.opsForValue().get("product:1")).isEqualTo("12345");
		});
		assertReadAndWritten(trace);
	}

	@ParameterizedTest
	@EnumSource
	@SuppressWarnings("unchecked")
	void asynchronousCommandsAreTold(Connections connections) {
		ReceivedTransaction trace = record(connections, factory -> {
			try (RedisConnection connection = factory.getConnection()) {
				RedisAsyncCommands<byte[], byte[]> redis = (RedisAsyncCommands<byte[], byte[]>) connection
					.getNativeConnection();
				byte[] key = "product:1".getBytes();
				redis.set(key, "12345".getBytes()).get(10, TimeUnit.SECONDS);
				assertThat(redis.get(key).get(10, TimeUnit.SECONDS)).asString().isEqualTo("12345");
			}
		});
		assertReadAndWritten(trace);
	}

	@ParameterizedTest
	@EnumSource
	void reactiveCommandsOfAThreadAreTold(Connections connections) {
		ReceivedTransaction trace = record(connections, factory -> {
			ReactiveStringRedisTemplate redis = new ReactiveStringRedisTemplate((LettuceConnectionFactory) factory);
			redis.opsForValue().set("product:1", "12345").block(Duration.ofSeconds(10));
			assertThat(redis.opsForValue().get("product:1").block(Duration.ofSeconds(10))).isEqualTo("12345");
		});
		assertReadAndWritten(trace);
	}

	@ParameterizedTest
	@EnumSource
	void reactiveCommandsOfAContextAreTold(Connections connections) {
		ReceivedTransaction trace = recordReactive(connections,
				redis -> redis.opsForValue()
					.set("product:1", "12345")
					.then(redis.opsForValue().get("product:1"))
					.doOnNext(value -> assertThat(value).isEqualTo("12345")));
		assertReadAndWritten(trace);
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "EAGER")
	void reactiveCommandsThatBlockTheirConnectionAreTold(Connections connections) {
		ReceivedTransaction trace = recordReactive(connections,
				redis -> redis.opsForList()
					.rightPush("queue", "first")
					.then(redis.opsForList().leftPop("queue", Duration.ofSeconds(5)))
					.doOnNext(value -> assertThat(value).isEqualTo("first")));
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description)
			.containsExactly("RPUSH queue", "BLPOP queue");
	}

	@ParameterizedTest
	@EnumSource(names = { "OWN", "OWN_OF_POOL", "OWN_OF_REPLICAS" })
	void reactiveCommandsWithoutArgumentsAreTold(Connections connections) {
		ReceivedTransaction trace = recordReactive(connections,
				redis -> redis.execute(connection -> connection.serverCommands().dbSize()).then());
		assertThat(trace.span("db.redis").description()).isEqualTo("DBSIZE");
	}

	@ParameterizedTest
	@EnumSource(names = { "OWN", "OWN_OF_POOL" })
	void aReactiveCommandFailsAsItDoesWithoutAConnection(Connections connections) {
		try (EmbeddedRedis stopped = EmbeddedRedis.start()) {
			runner(() -> {
				LettuceConnectionFactory factory = connections.factory(stopped.port());
				factory.setEagerInitialization(false);
				return factory;
			}).run(context -> {
				LettuceConnectionFactory factory = context.getBean(LettuceConnectionFactory.class);
				stopped.close();
				this.recorder.record(factory, ignored -> assertThat(
						new ReactiveStringRedisTemplate(factory).hasKey("key").onErrorComplete(ex -> {
							assertThat(ex).isInstanceOf(RedisConnectionFailureException.class);
							return true;
						}).block(Duration.ofSeconds(10)))
					.isNull());
			});
		}
	}

	@Test
	void aFactoryThatCannotConnectWhileItStartsFailsTheStart() {
		for (boolean early : new boolean[] { true, false }) {
			int port;
			try (EmbeddedRedis stopped = EmbeddedRedis.start()) {
				port = stopped.port();
			}
			runner(() -> {
				LettuceConnectionFactory factory = Connections.EAGER_POOL.factory(port);
				factory.setEarlyStartup(early);
				return factory;
			}).run(context -> assertThat(context).getFailure()
				.hasStackTraceContaining(RedisConnectionFailureException.class.getName()));
		}
	}

	@Test
	void aFactoryThatConnectsWhileItStartsDoesSoAgainAfterARestart() {
		runner(() -> Connections.EAGER_POOL.factory(server.port())).run(context -> {
			LettuceConnectionFactory factory = context.getBean(LettuceConnectionFactory.class);
			assertThat(factory.getEagerInitialization()).isTrue();
			context.getSourceApplicationContext().stop();
			context.getSourceApplicationContext().start();
			assertThat(factory.getEagerInitialization()).isTrue();
			this.recorder.record(factory, redis -> new StringRedisTemplate(redis).hasKey("product:1"));
		});
		assertThat(this.recorder.received().spans("db.redis")).hasSize(1);
	}

	private static void assertReadAndWritten(ReceivedTransaction trace) {
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description)
			.containsExactly("SET product:1", "GET product:1");
		assertThat(trace.span("cache.put").data("cache.write").asBoolean()).isTrue();
		assertThat(trace.span("cache.get").data("cache.hit").asBoolean()).isTrue();
		assertThat(trace.span("cache.get").data("cache.item_size").asInt()).isEqualTo(5);
	}

	private ReceivedTransaction record(Connections connections, RedisRecorder.Work work) {
		return this.recorder.record(runner(() -> connections.factory(server.port())), work);
	}

	private ReceivedTransaction recordReactive(Connections connections, ReactiveWork work) {
		runner(() -> connections
			.factory(server.port())).run(
					context -> ContextTransaction
						.around("reactive",
								work.on(new ReactiveStringRedisTemplate(
										context.getBean(LettuceConnectionFactory.class))))
						.block(Duration.ofSeconds(20)));
		return this.recorder.receiver().transaction("reactive");
	}

	private ApplicationContextRunner runner(Supplier<RedisConnectionFactory> factory) {
		return this.recorder.runner(Client.LETTUCE, factory);
	}

	private interface ReactiveWork {

		Mono<?> on(ReactiveStringRedisTemplate redis);

	}

	/**
	 * How a factory comes by its connections.
	 */
	enum Connections {

		SHARED(factory -> {
		}), EAGER(factory -> factory.setEagerInitialization(true)),

		OWN(factory -> factory.setShareNativeConnection(false)),

		POOL(factory -> {
		}), EAGER_POOL(factory -> factory.setEagerInitialization(true)),

		OWN_OF_POOL(factory -> factory.setShareNativeConnection(false)),

		REPLICAS(factory -> {
		}), OWN_OF_REPLICAS(factory -> factory.setShareNativeConnection(false));

		private final Consumer<LettuceConnectionFactory> settings;

		Connections(Consumer<LettuceConnectionFactory> settings) {
			this.settings = settings;
		}

		LettuceConnectionFactory factory(int port) {
			LettuceConnectionFactory factory = List.of(REPLICAS, OWN_OF_REPLICAS).contains(this)
					? new LettuceConnectionFactory(new RedisStaticMasterReplicaConfiguration("127.0.0.1", port),
							LettuceClientConfiguration.builder()
								.readFrom(ReadFrom.REPLICA_PREFERRED)
								.shutdownQuietPeriod(Duration.ZERO)
								.build())
					: new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port),
							name().endsWith("POOL")
									? LettucePoolingClientConfiguration.builder()
										.shutdownQuietPeriod(Duration.ZERO)
										.build()
									: LettuceClientConfiguration.builder().shutdownQuietPeriod(Duration.ZERO).build());
			this.settings.accept(factory);
			return factory;
		}

	}

}
