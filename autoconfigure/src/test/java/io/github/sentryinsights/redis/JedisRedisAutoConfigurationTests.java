package io.github.sentryinsights.redis;

import java.util.function.Supplier;

import io.sentry.Sentry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.clients.jedis.Jedis;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.ReceivedSpan;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JedisRedisAutoConfiguration}.
 */
class JedisRedisAutoConfigurationTests {

	@RegisterExtension
	static EmbeddedRedis server = EmbeddedRedis.start();

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@Test
	void factoryIsInstrumentedAndStaysInjectableByItsType() {
		runner().run(context -> {
			JedisConnectionFactory factory = context.getBean(JedisConnectionFactory.class);
			assertThat(factory.getPort()).isEqualTo(server.port());
			assertThat(context.getBean(InstrumentedBeans.class)).hasToString("redis (redisConnectionFactory)");
			this.recorder.record(factory, redis -> new StringRedisTemplate(redis).hasKey("product:1"));
			assertThat(this.recorder.received().spans()).extracting(ReceivedSpan::description)
				.containsExactly("EXISTS product:1");
		});
	}

	@Test
	void factoryWithoutAPoolIsInstrumented() {
		this.recorder.record(
				runner(() -> new JedisConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", server.port()))),
				redis -> new StringRedisTemplate(redis).hasKey("product:1"));
		assertThat(this.recorder.received().spans()).hasSize(1);
	}

	@Test
	void connectionsAreThoseOfTheFactoryWhereNothingIsKept() {
		runner().run(context -> {
			try (RedisConnection connection = context.getBean(JedisConnectionFactory.class).getConnection()) {
				assertThat(connection.getClass().getName()).endsWith("JedisConnection");
			}
		});
	}

	@Test
	void nativeConnectionIsReachable() throws Exception {
		this.recorder.record(runner(), redis -> {
			try (RedisConnection connection = redis.getConnection()) {
				assertThat(connection.getNativeConnection().getClass().getName()).startsWith("redis.clients.jedis.");
				assertThat(connection).isEqualTo(connection).hasSameHashCodeAs(connection);
			}
		});
		assertThat(this.recorder.received().spans()).isEmpty();
	}

	@Test
	void connectionsGoBackToThePool() {
		runner().run(context -> this.recorder.record(context.getBean(RedisConnectionFactory.class), redis -> {
			StringRedisTemplate template = new StringRedisTemplate(redis);
			for (int i = 0; i < 100; i++) {
				template.opsForValue().get("product:1");
			}
		}));
		assertThat(this.recorder.received().spans("cache.get")).hasSize(100);
	}

	@Test
	void nothingHappensWhenDisabled() {
		runner().withPropertyValues("sentry.insights.redis.enabled=false").run(context -> {
			assertThat(context).doesNotHaveBean(JedisInstrumentation.class);
			assertThat(context.getBean(JedisConnectionFactory.class).getClass())
				.isEqualTo(JedisConnectionFactory.class);
		});
	}

	@Test
	void excludedFactoryIsLeftAlone() {
		runner().withPropertyValues("sentry.insights.redis.exclude=redisConnectionFactory").run(context -> {
			assertThat(context.getBean(JedisConnectionFactory.class).getClass())
				.isEqualTo(JedisConnectionFactory.class);
			assertThat(context.getBean(InstrumentedBeans.class))
				.hasToString("nothing, not redis redisConnectionFactory (excluded)");
		});
	}

	@Test
	void factoryThatCannotBeExtendedIsLeftAlone() {
		runner(() -> new Unextendable(server.port())).run(context -> {
			assertThat(context.getBean(JedisConnectionFactory.class)).isExactlyInstanceOf(Unextendable.class);
			assertThat(context.getBean(InstrumentedBeans.class))
				.hasToString("nothing, not redis redisConnectionFactory (its class cannot be extended)");
		});
	}

	@Test
	void backsOffWithoutJedis() {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.redis.JedisRedisAutoConfiguration"))
			.withClassLoader(new FilteredClassLoader(Jedis.class))
			.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(JedisInstrumentation.class));
	}

	@Test
	void restartedFactoryIsInstrumentedOnce() {
		runner().run(context -> {
			context.getSourceApplicationContext().stop();
			context.getSourceApplicationContext().start();
			this.recorder.record(context.getBean(RedisConnectionFactory.class),
					redis -> new StringRedisTemplate(redis).opsForValue().get("product:1"));
		});
		assertThat(this.recorder.received().spans()).hasSize(2);
	}

	@Test
	void commandsWorkWithoutSentry() {
		runner().withPropertyValues("sentry.dsn=").run(context -> {
			assertThat(Sentry.isEnabled()).isFalse();
			assertThat(new StringRedisTemplate(context.getBean(RedisConnectionFactory.class)).hasKey("absent"))
				.isFalse();
		});
	}

	private ApplicationContextRunner runner() {
		return runner(() -> Client.JEDIS.standalone(server.port()));
	}

	private ApplicationContextRunner runner(Supplier<RedisConnectionFactory> factory) {
		return this.recorder.runner(Client.JEDIS, factory);
	}

	private static final class Unextendable extends JedisConnectionFactory {

		Unextendable(int port) {
			super(new RedisStandaloneConfiguration("127.0.0.1", port));
		}

	}

}
