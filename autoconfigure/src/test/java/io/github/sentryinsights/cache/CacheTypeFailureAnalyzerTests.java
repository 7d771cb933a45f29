package io.github.sentryinsights.cache;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCache;
import org.springframework.cache.interceptor.CacheOperationInvocationContext;
import org.springframework.cache.interceptor.CacheResolver;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

import io.github.sentryinsights.InsightsAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link CacheTypeFailureAnalyzer} in applications that ask for cache managers
 * by their class.
 */
@ExtendWith(OutputCaptureExtension.class)
class CacheTypeFailureAnalyzerTests {

	@Test
	void askingForAFinalManagerIsExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(OfManager.class));
		assertThat(output)
			.contains("The bean 'prices' was asked for as a " + FinalManager.class.getName()
					+ ", but Sentry Insights has put a cache manager in its place")
			.contains("Inject it as a org.springframework.cache.CacheManager, or add the bean to "
					+ "'sentry.insights.cache.exclude' to leave it alone.");
	}

	@Test
	void askingForAFinalManagerAfterItsCreationIsExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Late.class));
		assertThat(output).contains("The bean 'prices' was asked for as a " + FinalManager.class.getName());
	}

	@Test
	void askingForAFinalResolverIsExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(OfResolver.class));
		assertThat(output)
			.contains("The bean 'resolver' was asked for as a " + FinalResolver.class.getName()
					+ ", but Sentry Insights has put a cache resolver in its place")
			.contains("Inject it as a org.springframework.cache.interceptor.CacheResolver, or add");
	}

	@Test
	void askingForAManagerThatDoesNotExistIsNotExplained(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Mistaken.class));
		assertThat(output).doesNotContain("sentry.insights.cache.exclude");
	}

	@Test
	void anExcludedManagerCanBeAskedFor() {
		try (ConfigurableApplicationContext context = start(OfManager.class,
				"--sentry.insights.cache.exclude=prices")) {
			assertThat(context.getBean("size")).isEqualTo(1);
		}
	}

	private static ConfigurableApplicationContext start(Class<?> application, String... arguments) {
		SpringApplication springApplication = new SpringApplication(application);
		springApplication
			.setDefaultProperties(Map.of("spring.main.web-application-type", "none", "spring.main.banner-mode", "off"));
		return springApplication.run(arguments);
	}

	@ImportAutoConfiguration({ InsightsAutoConfiguration.class, SpringCacheAutoConfiguration.class })
	@Configuration(proxyBeanMethods = false)
	static class OfManager {

		@Bean
		FinalManager prices() {
			return new FinalManager();
		}

		@Bean
		Integer size(FinalManager prices) {
			return prices.getCacheNames().size();
		}

	}

	@ImportAutoConfiguration({ InsightsAutoConfiguration.class, SpringCacheAutoConfiguration.class })
	@Configuration(proxyBeanMethods = false)
	static class Late {

		@Bean
		FinalManager prices() {
			return new FinalManager();
		}

		@Bean
		Integer size(CacheManager first, BeanFactory beans) {
			return beans.getBean(FinalManager.class).getCacheNames().size();
		}

	}

	@ImportAutoConfiguration({ InsightsAutoConfiguration.class, SpringCacheAutoConfiguration.class })
	@Configuration(proxyBeanMethods = false)
	static class OfResolver {

		@Bean
		FinalResolver resolver() {
			return new FinalResolver();
		}

		@Bean
		Integer size(FinalResolver resolver) {
			return 1;
		}

	}

	@ImportAutoConfiguration({ InsightsAutoConfiguration.class, SpringCacheAutoConfiguration.class })
	@Configuration(proxyBeanMethods = false)
	static class Mistaken {

		@Bean
		Integer size(FinalManager prices) {
			return 0;
		}

	}

	static final class FinalManager implements CacheManager {

		private final Cache cache = new ConcurrentMapCache("prices");

		@Override
		public Cache getCache(String name) {
			return this.cache;
		}

		@Override
		public Collection<String> getCacheNames() {
			return List.of("prices");
		}

	}

	static final class FinalResolver implements CacheResolver {

		@Override
		public Collection<? extends Cache> resolveCaches(CacheOperationInvocationContext<?> context) {
			return List.of();
		}

	}

}
