package io.github.sentryinsights.cache;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCache;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.interceptor.CacheOperationInvocationContext;
import org.springframework.cache.interceptor.CacheResolver;
import org.springframework.cache.interceptor.SimpleCacheResolver;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CacheResolverInstrumentation}.
 */
class CacheResolverInstrumentationTests {

	private final CacheRecorder recorder = new CacheRecorder();

	@AfterEach
	void stop() {
		this.recorder.close();
	}

	@Test
	void cachesThatOnlyTheResolverKnowsAreReported() {
		ConcurrentMapCache own = new ConcurrentMapCache("own");
		ReceivedTransaction received = find(context -> List.of(own));
		assertThat(received.spans()).extracting(span -> span.op())
			.containsExactly("cache.get", "cache.put", "cache.get");
		assertThat(own.get("user").get()).isEqualTo("user!");
	}

	@Test
	void cachesOfAManagerAreReportedOnce() {
		ReceivedTransaction received = this.recorder.record(runner().withUserConfiguration(OverAManager.class),
				context -> context.getBean(Users.class).find("user"));
		assertThat(received.spans()).extracting(span -> span.op()).containsExactly("cache.get", "cache.put");
	}

	@Test
	void aResolverThatChoosesAmongCachesOfOneNameKeepsTheirWrappers() {
		List<ConcurrentMapCache> tenants = List.of(new ConcurrentMapCache("tenant"), new ConcurrentMapCache("tenant"));
		CacheResolver resolver = context -> List.of(tenants.get(ThreadLocalRandom.current().nextInt(2)));
		runner().withBean("resolver", CacheResolver.class, () -> resolver).run(context -> {
			CacheResolver proxy = context.getBean(CacheResolver.class);
			Set<Cache> wrappers = new HashSet<>();
			for (int i = 0; i < 1000; i++) {
				wrappers.addAll(proxy.resolveCaches(null));
			}
			assertThat(wrappers).hasSize(2)
				.allSatisfy(wrapper -> assertThat(wrapper).isInstanceOf(DiscoverableCache.class));
		});
	}

	@Test
	void aResolverStaysWhatItIs() {
		CacheResolver resolver = new SetResolver();
		runner().withBean("resolver", CacheResolver.class, () -> resolver).run(context -> {
			assertThat(context.getBean("resolver")).isSameAs(resolver);
			assertThat(context.getBean(InstrumentedBeans.class))
				.hasToString("cache (cacheManager), not cache resolver (resolveCaches returns a type of its own)");
		});
		runner().withBean("resolver", CacheResolver.class, () -> resolver)
			.withPropertyValues("sentry.insights.cache.exclude=resolver")
			.run(context -> assertThat(context.getBean(InstrumentedBeans.class))
				.hasToString("cache (cacheManager), not cache resolver (excluded)"));
	}

	@Test
	void aResolverIsInjectedByItsType() {
		runner()
			.withBean("resolver", SimpleCacheResolver.class,
					() -> new SimpleCacheResolver(new ConcurrentMapCacheManager()))
			.run(context -> {
				SimpleCacheResolver resolver = context.getBean(SimpleCacheResolver.class);
				assertThat(resolver.getCacheManager()).isInstanceOf(ConcurrentMapCacheManager.class);
				assertThat(resolver).isEqualTo(resolver).isNotEqualTo("x");
			});
	}

	private ReceivedTransaction find(CacheResolver resolver) {
		return this.recorder.record(runner().withBean("resolver", CacheResolver.class, () -> resolver), context -> {
			Users users = context.getBean(Users.class);
			assertThat(users.find("user")).isEqualTo("user!");
			assertThat(users.find("user")).isEqualTo("user!");
		});
	}

	private ApplicationContextRunner runner() {
		return this.recorder.runner().withUserConfiguration(Caching.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

		@Bean
		ConcurrentMapCacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		Users users() {
			return new Users();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OverAManager {

		@Bean
		CacheResolver resolver(CacheManager manager) {
			return new NamingResolver(manager);
		}

	}

	static class NamingResolver extends SimpleCacheResolver {

		NamingResolver(CacheManager manager) {
			super(manager);
		}

		@Override
		protected Collection<String> getCacheNames(CacheOperationInvocationContext<?> context) {
			return List.of("users");
		}

	}

	static class Users {

		@Cacheable(cacheResolver = "resolver")
		public String find(String name) {
			return name + "!";
		}

	}

	static class SetResolver implements CacheResolver {

		@Override
		public Set<Cache> resolveCaches(CacheOperationInvocationContext<?> context) {
			return Set.of();
		}

	}

}
