package io.github.sentryinsights.cache;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.context.annotation.Configuration;
import org.springframework.expression.spel.standard.SpelExpressionParser;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SpringCacheAutoConfiguration}, with Spring Boot's own auto-configured
 * managers.
 */
class SpringCacheAutoConfigurationTests {

	private static final String BOOT_3 = "org.springframework.boot.autoconfigure.cache.CacheAutoConfiguration";

	private static final String BOOT_4 = "org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration";

	private final CacheRecorder recorder = new CacheRecorder();

	private final ApplicationContextRunner runner = caching(this.recorder.runner());

	@AfterEach
	void stop() {
		this.recorder.close();
	}

	@Test
	void theCachesOfSpringBootAreReported() {
		ReceivedTransaction received = this.recorder.record(this.runner, context -> {
			context.getBean(CaffeineCacheManager.class).getCache("things").get("k");
			assertThat(context.getBean(InstrumentedBeans.class)).hasToString("cache (cacheManager)");
		});
		assertThat(received.spans("cache.get")).hasSize(1);
	}

	@Test
	void cachesCanBeSwitchedOff() {
		isLeftAlone(this.runner.withPropertyValues("sentry.insights.cache.enabled=false"), "nothing");
	}

	@Test
	void allIsOffWhenInsightsAreOff() {
		this.runner.withPropertyValues("sentry.insights.enabled=false")
			.run(context -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(CacheManagerInstrumentation.class)
				.doesNotHaveBean(InstrumentedBeans.class));
	}

	@Test
	void anExcludedManagerIsLeftAlone() {
		isLeftAlone(this.runner.withPropertyValues("sentry.insights.cache.exclude=cacheManager"),
				"nothing, not cache cacheManager (excluded)");
	}

	@Test
	void theInstrumentationCanBeReplaced() {
		isLeftAlone(this.runner.withBean("sentryInsightsCacheManagerInstrumentation", BeanPostProcessor.class,
				() -> new BeanPostProcessor() {
				}), "nothing");
	}

	@Test
	void withoutSentryAccessesAreStillCounted() {
		caching(withoutSentry()).run(context -> {
			CacheManager manager = context.getBean(CacheManager.class);
			manager.getCache("things").get("k");
			manager.getCache("things").put("k", "v");
			manager.getCache("things").get("k");
			manager.getCache("things").get("k");
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(count(registry, "miss")).isEqualTo(1);
			assertThat(count(registry, "hit")).isEqualTo(2);
			assertThat(registry.get("sentry.insights.cache.put").tag("outcome", "success").timer().count())
				.isEqualTo(1);
		});
	}

	@Test
	void theMetricsOfActuatorStay() {
		caching(withoutSentry()).withPropertyValues("spring.cache.caffeine.spec=recordStats")
			.withConfiguration(InsightsContextRunner.autoConfigurations(
					"org.springframework.boot.actuate.autoconfigure.metrics.cache.CacheMetricsAutoConfiguration",
					"org.springframework.boot.cache.autoconfigure.metrics.CacheMetricsAutoConfiguration"))
			.run(context -> {
				context.getBean(CacheManager.class).getCache("things").get("k");
				assertThat(context.getBean(MeterRegistry.class)
					.get("cache.gets")
					.tags("cache", "things", "result", "miss")
					.functionCounter()
					.count()).isEqualTo(1);
			});
	}

	@Test
	void theEndpointOfActuatorStays() {
		caching(withoutSentry()).withPropertyValues("management.endpoints.web.exposure.include=caches")
			.withConfiguration(InsightsContextRunner.autoConfigurations(
					"org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration",
					"org.springframework.boot.actuate.autoconfigure.cache.CachesEndpointAutoConfiguration",
					"org.springframework.boot.cache.autoconfigure.CachesEndpointAutoConfiguration"))
			.run(context -> {
				CacheManager manager = context.getBean(CacheManager.class);
				manager.getCache("things").put("k", "v");
				Object endpoint = context.getBean("cachesEndpoint");
				assertThat(evaluate("caches().cacheManagers['cacheManager'].caches['things'].target", endpoint))
					.isEqualTo(manager.getCache("things").getNativeCache().getClass().getName());
				evaluate("clearCaches()", endpoint);
				assertThat(manager.getCache("things").get("k")).isNull();
			});
	}

	private static Object evaluate(String expression, Object root) {
		return new SpelExpressionParser().parseExpression(expression).getValue(root);
	}

	@Test
	void twoApplicationsDoNotSeeEachOther() {
		caching(withoutSentry()).run(one -> caching(withoutSentry()).run(other -> {
			other.getBean(CacheManager.class).getCache("things").get("k");
			assertThat(count(other.getBean(MeterRegistry.class), "miss")).isEqualTo(1);
			assertThat(one.getBean(MeterRegistry.class).find("sentry.insights.cache.get").timer()).isNull();
			assertThat(one.getBean(CacheManager.class)).hasSameClassAs(other.getBean(CacheManager.class));
		}));
	}

	private static void isLeftAlone(ApplicationContextRunner runner, String report) {
		runner.run(context -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(CacheManager.class)).hasSameClassAs(new CaffeineCacheManager());
			assertThat(context.getBean(InstrumentedBeans.class)).hasToString(report);
		});
	}

	private static long count(MeterRegistry registry, String outcome) {
		return registry.get("sentry.insights.cache.get").tags("name", "things", "outcome", outcome).timer().count();
	}

	private static ApplicationContextRunner withoutSentry() {
		return InsightsContextRunner.withoutSentry()
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.cache.SpringCacheAutoConfiguration"))
			.withClassLoader(new FilteredClassLoader("io.sentry"))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new);
	}

	static ApplicationContextRunner caching(ApplicationContextRunner runner) {
		return runner.withConfiguration(InsightsContextRunner.autoConfigurations(BOOT_3, BOOT_4))
			.withPropertyValues("spring.cache.type=caffeine", "spring.cache.cache-names=things")
			.withUserConfiguration(Caching.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

	}

}
