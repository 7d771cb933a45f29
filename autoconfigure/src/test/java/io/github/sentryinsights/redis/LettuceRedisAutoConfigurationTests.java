package io.github.sentryinsights.redis;

import java.time.Duration;

import io.lettuce.core.AbstractRedisClient;
import io.sentry.ITransaction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.InvalidInsightsPropertyException;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LettuceRedisAutoConfiguration}.
 */
class LettuceRedisAutoConfigurationTests {

	@RegisterExtension
	static EmbeddedRedis redis = EmbeddedRedis.start();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startReceiver() {
		this.contextRunner = InsightsContextRunner.sendingTo(this.receiver)
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.redis.LettuceRedisAutoConfiguration"))
			.withPropertyValues("test.redis.port=" + redis.port());
	}

	@Test
	void factoryIsInstrumentedAndStaysInjectableByItsType() {
		this.contextRunner.withUserConfiguration(RedisConfiguration.class).run(context -> {
			assertThat(context.getBean(LettuceConnectionFactory.class))
				.isSameAs(context.getBean(ReactiveRedisConnectionFactory.class));
			assertThat(context.getBean(InstrumentedBeans.class)).hasToString("redis (redisConnectionFactory)");
			assertThat(trace(context, "redisConnectionFactory").spans("db.redis")).hasSize(1);
		});
	}

	@Test
	void nothingHappensWhenDisabled() {
		this.contextRunner.withUserConfiguration(RedisConfiguration.class)
			.withPropertyValues("sentry.insights.redis.enabled=false")
			.run(context -> {
				assertThat(context).doesNotHaveBean(LettuceInstrumentation.class);
				assertThat(trace(context, "redisConnectionFactory").spans()).isEmpty();
			});
	}

	@Test
	void nothingHappensWhenEverythingIsDisabled() {
		this.contextRunner.withUserConfiguration(RedisConfiguration.class)
			.withPropertyValues("sentry.insights.enabled=false")
			.run(context -> {
				assertThat(context).hasNotFailed();
				assertThat(trace(context, "redisConnectionFactory").spans()).isEmpty();
			});
	}

	@Test
	void excludedFactoryIsLeftAlone() {
		this.contextRunner.withUserConfiguration(TwoFactories.class)
			.withPropertyValues("sentry.insights.redis.exclude=sessions")
			.run(context -> {
				assertThat(trace(context, "catalog").spans("db.redis")).hasSize(1);
				this.receiver.clear();
				assertThat(trace(context, "sessions").spans()).isEmpty();
				assertThat(context.getBean(InstrumentedBeans.class))
					.hasToString("redis (catalog), not redis sessions (excluded)");
			});
	}

	@Test
	void eachFactoryHasItsOwnServer() {
		try (EmbeddedRedis other = EmbeddedRedis.start()) {
			this.contextRunner.withUserConfiguration(TwoFactories.class)
				.withPropertyValues("test.redis.other-port=" + other.port())
				.run(context -> {
					assertThat(port(trace(context, "catalog"))).isEqualTo(redis.port());
					this.receiver.clear();
					assertThat(port(trace(context, "sessions"))).isEqualTo(other.port());
				});
		}
	}

	@Test
	void recorderOfTheUserReplacesSentry() {
		this.contextRunner.withUserConfiguration(RedisConfiguration.class)
			.withBean(OperationRecorder.class, () -> OperationRecorder.NONE)
			.run(context -> assertThat(trace(context, "redisConnectionFactory").spans()).isEmpty());
	}

	@Test
	void backsOffWithoutLettuce() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(AbstractRedisClient.class))
			.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LettuceInstrumentation.class));
	}

	@Test
	void backsOffWithoutSpringDataRedis() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("org.springframework.data.redis"))
			.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LettuceInstrumentation.class));
	}

	@Test
	void commandsWorkWithoutSentry() {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.redis.LettuceRedisAutoConfiguration"))
			.withUserConfiguration(RedisConfiguration.class)
			.withPropertyValues("test.redis.port=" + redis.port())
			.run(context -> assertThat(
					new StringRedisTemplate(context.getBean(LettuceConnectionFactory.class)).hasKey("absent"))
				.isFalse());
	}

	@Test
	void factoryThatStartsLateIsInstrumented() {
		this.contextRunner.withUserConfiguration(RedisConfiguration.class)
			.withPropertyValues("test.redis.early-startup=false")
			.run(context -> assertThat(trace(context, "redisConnectionFactory").spans("db.redis")).hasSize(1));
	}

	@Test
	void everyFactoryOfAPrototypeIsInstrumented() {
		this.contextRunner
			.withBean("prototype", LettuceConnectionFactory.class,
					() -> RedisConfiguration.factory(redis.port(), Duration.ofSeconds(10)),
					definition -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
			.run(context -> {
				for (int i = 0; i < 2; i++) {
					this.receiver.clear();
					LettuceConnectionFactory factory = context.getBean(LettuceConnectionFactory.class);
					ITransaction transaction = CurrentTransaction.start("test");
					new StringRedisTemplate(factory).hasKey("key");
					new ReactiveStringRedisTemplate(factory).hasKey("key").block(Duration.ofSeconds(10));
					transaction.finish();
					factory.destroy();
					assertThat(this.receiver.transaction("test").spans("db.redis")).hasSize(2);
				}
			});
	}

	@Test
	void restartedContextIsInstrumentedOnce() {
		this.contextRunner.withUserConfiguration(RedisConfiguration.class).run(context -> {
			AbstractRedisClient first = context.getBean(LettuceConnectionFactory.class).getNativeClient();
			context.getSourceApplicationContext().stop();
			context.getSourceApplicationContext().start();
			assertThat(context.getBean(LettuceConnectionFactory.class).getNativeClient()).isNotSameAs(first);
			assertThat(trace(context, "redisConnectionFactory").spans("db.redis")).hasSize(1);
		});
	}

	@Test
	void factoryThatConnectsWhileItStartsIsInstrumented() {
		for (boolean early : new boolean[] { true, false }) {
			this.contextRunner.withBean("redisConnectionFactory", LettuceConnectionFactory.class, () -> {
				LettuceConnectionFactory factory = RedisConfiguration.factory(redis.port(), Duration.ofSeconds(10));
				factory.setEagerInitialization(true);
				factory.setEarlyStartup(early);
				return factory;
			}).run(context -> {
				assertThat(trace(context, "redisConnectionFactory").spans("db.redis")).hasSize(1);
				this.receiver.clear();
			});
		}
	}

	@Test
	void blankPrefixFailsTheStart() {
		this.contextRunner.withUserConfiguration(RedisConfiguration.class)
			.withPropertyValues("sentry.insights.redis.cache-prefixes=product:,,session:")
			.run(context -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidInsightsPropertyException.class)
				.hasMessageContaining("'sentry.insights.redis.cache-prefixes': Entry 2 of 3 is blank"));
	}

	private static int port(ReceivedTransaction trace) {
		ReceivedSpan span = trace.span("db.redis");
		return span.data("server.port").asInt();
	}

	private ReceivedTransaction trace(AssertableApplicationContext context, String factory) {
		ITransaction transaction = CurrentTransaction.start("test");
		new StringRedisTemplate(context.getBean(factory, LettuceConnectionFactory.class)).hasKey("key");
		transaction.finish();
		return this.receiver.transaction("test");
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoFactories {

		@Bean
		LettuceConnectionFactory catalog(Environment environment) {
			return RedisConfiguration.factory(environment.getRequiredProperty("test.redis.port", Integer.class),
					Duration.ofSeconds(10));
		}

		@Bean
		LettuceConnectionFactory sessions(Environment environment) {
			return RedisConfiguration.factory(
					environment.getProperty("test.redis.other-port", Integer.class, redis.port()),
					Duration.ofSeconds(10));
		}

	}

}
