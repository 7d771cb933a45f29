package io.github.sentryinsights.cache;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.EternalExpiryPolicy;

import com.github.benmanes.caffeine.cache.Caffeine;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.jsr107.Eh107Configuration;
import org.ehcache.jsr107.EhcacheCachingProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.jcache.JCacheCacheManager;
import org.springframework.cache.support.CompositeCacheManager;
import org.springframework.cache.support.SimpleCacheManager;
import org.springframework.cache.transaction.TransactionAwareCacheManagerProxy;

import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for the caches of every {@link CacheManager}. Those of Redis are in
 * {@link RedisCacheTests}.
 */
class CacheManagersTests {

	private final CacheRecorder recorder = new CacheRecorder();

	static Stream<Arguments> managers() {
		return Stream.of(arguments("ConcurrentMap", supply(() -> new ConcurrentMapCacheManager("things"))),
				arguments("Caffeine", supply(() -> caffeine(false))),
				arguments("asynchronous Caffeine", supply(() -> caffeine(true))),
				arguments("JCache", supply(() -> jcache(new MutableConfiguration<>()))),
				arguments("transaction-aware JCache", supply(CacheManagersTests::transactionAware)),
				arguments("composite",
						supply(() -> new CompositeCacheManager(new ConcurrentMapCacheManager("others"),
								new ConcurrentMapCacheManager("things")))),
				arguments("transaction-aware",
						supply(() -> new TransactionAwareCacheManagerProxy(new ConcurrentMapCacheManager("things")))),
				arguments("custom", supply(() -> simple(new InstrumentedCacheTests.SlowCache()))));
	}

	static Stream<Arguments> timesToLive() {
		Duration minute = Duration.ofSeconds(60);
		return Stream.of(arguments("ConcurrentMap", supply(ConcurrentMapCacheManager::new), null),
				arguments("Caffeine", supply(() -> caffeine("expireAfterWrite=60s")), 60),
				arguments("Caffeine, since the last access", supply(() -> caffeine("expireAfterAccess=60s")), null),
				arguments("asynchronous Caffeine", supply(() -> {
					CaffeineCacheManager manager = caffeine("expireAfterWrite=60s");
					manager.setAsyncCacheMode(true);
					return manager;
				}), 60),
				arguments("JCache",
						supply(() -> jcache(new MutableConfiguration<>().setExpiryPolicyFactory(
								CreatedExpiryPolicy.factoryOf(new javax.cache.expiry.Duration(TimeUnit.MINUTES, 1))))),
						60),
				arguments("JCache, since the last access",
						supply(() -> jcache(new MutableConfiguration<>().setExpiryPolicyFactory(
								AccessedExpiryPolicy.factoryOf(javax.cache.expiry.Duration.ONE_MINUTE)))),
						null),
				arguments("JCache, eternal",
						supply(() -> jcache(
								new MutableConfiguration<>().setExpiryPolicyFactory(EternalExpiryPolicy.factoryOf()))),
						null),
				arguments("Ehcache", supply(() -> ehcache(ExpiryPolicyBuilder.timeToLiveExpiration(minute))), 60),
				arguments("Ehcache, since the last access",
						supply(() -> ehcache(ExpiryPolicyBuilder.timeToIdleExpiration(minute))), null),
				arguments("Ehcache, eternal", supply(() -> ehcache(ExpiryPolicyBuilder.noExpiration())), null),
				arguments("Ehcache, by entry",
						supply(() -> ehcache(ExpiryPolicyBuilder.expiry().create((key, value) -> minute).build())),
						null));
	}

	@AfterEach
	void stop() {
		this.recorder.close();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("managers")
	void everyAccessIsReported(String name, Supplier<CacheManager> manager) {
		ReceivedTransaction received = record(manager.get(), cache -> {
			assertThat(cache.get("k")).isNull();
			cache.put("k", "caf\u00e9");
			assertThat(cache.get("k").get()).isEqualTo("caf\u00e9");
			assertThat(cache.get("k", String.class)).isEqualTo("caf\u00e9");
			assertThat(cache.putIfAbsent("k", "w").get()).isEqualTo("caf\u00e9");
			assertThat(cache.get("l", () -> new byte[300])).hasSize(300);
			assertThat((byte[]) cache.get("l", () -> null)).hasSize(300);
			cache.evict("k");
			cache.evictIfPresent("l");
			assertThat(cache.get("l")).isNull();
			cache.clear();
			cache.invalidate();
		});
		assertThat(received.spans()).extracting(ReceivedSpan::op)
			.containsExactly("cache.get", "cache.put", "cache.get", "cache.get", "cache.put", "cache.get", "function",
					"cache.put", "cache.get", "cache.remove", "cache.remove", "cache.get", "cache.flush",
					"cache.flush");
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(false, true, true, false, true, false);
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.item_size").asInt(-1))
			.containsExactly(-1, 5, 5, -1, 300, -1);
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.write").asText())
			.containsExactly("", "", "", "true", "false", "");
		assertThat(received.spans("cache.put")).extracting(span -> span.data("cache.write").asBoolean())
			.containsExactly(true, false, true);
		assertThat(received.spans()).extracting(span -> span.data("cache.operation").asText())
			.containsExactly("get", "put", "get", "get", "putIfAbsent", "get", "", "get", "get", "evict",
					"evictIfPresent", "get", "clear", "invalidate");
		assertThat(received.spans()).allMatch(span -> span.isChildOf(received.root()))
			.allMatch(span -> span.status().equals("ok"));
		assertThat(received.span("function").description()).isEqualTo("load things");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("timesToLive")
	void theTimeToLiveIsThatOfTheConfiguration(String name, Supplier<CacheManager> manager, Integer seconds) {
		ReceivedTransaction received = record(manager.get(), cache -> cache.put("k", "v"));
		assertThat(received.span("cache.put").data("cache.ttl").asInt(-1)).isEqualTo((seconds != null) ? seconds : -1);
	}

	@Test
	void aManagerOfEveryKindIsInjectedByItsType() {
		for (CacheManager manager : List.of(new ConcurrentMapCacheManager(), caffeine(true),
				jcache(new MutableConfiguration<>()), new CompositeCacheManager(),
				new TransactionAwareCacheManagerProxy(new ConcurrentMapCacheManager()), simple())) {
			this.recorder.runner()
				.withBean("cacheManager", CacheManager.class, () -> manager)
				.run(context -> assertThat(context.getBean(CacheManager.class)).isNotSameAs(manager)
					.isInstanceOf(manager.getClass()));
		}
	}

	@Test
	void whatSpringAddsToTheInterfaceIsReported() {
		assertThat(Arrays.stream(Cache.class.getMethods())
			.filter(method -> !Arrays.stream(InstrumentedCache.class.getDeclaredMethods())
				.anyMatch(own -> own.getName().equals(method.getName())
						&& Arrays.equals(own.getParameterTypes(), method.getParameterTypes()))))
			.isEmpty();
	}

	private ReceivedTransaction record(CacheManager manager, InstrumentedCacheTests.Accesses accesses) {
		return this.recorder.record(this.recorder.runner().withBean("cacheManager", CacheManager.class, () -> manager),
				context -> accesses.run(context.getBean(CacheManager.class).getCache("things")));
	}

	private static Supplier<CacheManager> supply(Callable<? extends CacheManager> manager) {
		return () -> {
			try {
				return manager.call();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		};
	}

	private static CaffeineCacheManager caffeine(boolean async) {
		CaffeineCacheManager manager = new CaffeineCacheManager();
		manager.setAsyncCacheMode(async);
		return manager;
	}

	private static CaffeineCacheManager caffeine(String specification) {
		CaffeineCacheManager manager = new CaffeineCacheManager();
		manager.setCaffeine(Caffeine.from(specification));
		return manager;
	}

	private static JCacheCacheManager jcache(javax.cache.configuration.Configuration<Object, Object> configuration) {
		javax.cache.CacheManager manager = new EhcacheCachingProvider().getCacheManager();
		manager.createCache("things", configuration);
		JCacheCacheManager spring = new JCacheCacheManager(manager);
		spring.afterPropertiesSet();
		return spring;
	}

	private static JCacheCacheManager ehcache(org.ehcache.expiry.ExpiryPolicy<? super Object, ? super Object> expiry) {
		return jcache(Eh107Configuration.fromEhcacheCacheConfiguration(CacheConfigurationBuilder
			.newCacheConfigurationBuilder(Object.class, Object.class, ResourcePoolsBuilder.heap(10))
			.withExpiry(expiry)));
	}

	private static JCacheCacheManager transactionAware() {
		JCacheCacheManager manager = jcache(new MutableConfiguration<>());
		manager.setTransactionAware(true);
		return manager;
	}

	private static SimpleCacheManager simple(Cache... caches) {
		SimpleCacheManager manager = new SimpleCacheManager();
		Collection<Cache> all = List.of(caches);
		manager.setCaches(all);
		manager.initializeCaches();
		return manager;
	}

}
