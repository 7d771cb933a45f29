package io.github.sentryinsights.cache;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import io.sentry.ITransaction;
import io.sentry.SpanStatus;
import org.awaitility.Awaitility;
import org.ehcache.jsr107.EhcacheCachingProvider;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.jcache.JCacheCacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares what Sentry's Caches page would compute from what arrives with what happened,
 * over random accesses to caches of several managers in several styles.
 */
class CachesPageTests {

	private static final int TRANSACTIONS = 100;

	private static final int ACCESSES = 100;

	private static final int KEYS = 20;

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	static LongStream seeds() {
		return LongStream.rangeClosed(1, 2);
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void thePageShowsTheTruth(long seed) {
		Page truth = new Page();
		InsightsContextRunner.sendingTo(this.receiver)
			.withConfiguration(InsightsContextRunner.autoConfigurations(
					"io.github.sentryinsights.cache.SpringCacheAutoConfiguration",
					"io.github.sentryinsights.reactor.ReactorInsightsAutoConfiguration"))
			.withUserConfiguration(Caches.class)
			.withPropertyValues("sentry.max-queue-size=1000")
			.run(context -> {
				assertThat(context).hasNotFailed();
				Traffic traffic = new Traffic(context, new Random(seed), truth);
				for (int i = 0; i < TRANSACTIONS; i++) {
					ITransaction transaction = CurrentTransaction.start("seed " + seed);
					for (int j = 0; j < ACCESSES; j++) {
						traffic.access();
					}
					transaction.finish(SpanStatus.OK);
				}
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> this.receiver.transactions().size() == TRANSACTIONS);
			});
		Page page = new Page();
		for (ReceivedTransaction transaction : this.receiver.transactions()) {
			for (ReceivedSpan span : transaction.spans()) {
				InsightsContract.verify(span);
				page.add(span);
			}
		}
		assertThat(page.gets).as("seed %s", seed).isGreaterThan(3000);
		assertThat(page).as("seed %s", seed).isEqualTo(truth);
	}

	/**
	 * What the page computes.
	 */
	private static final class Page {

		private final Map<String, Integer> operations = new TreeMap<>();

		private int gets;

		private int misses;

		private int sized;

		private long size;

		void add(ReceivedSpan span) {
			boolean get = span.op().equals("cache.get");
			add(span.op(), get && span.data("cache.hit").isBoolean() && !span.data("cache.hit").asBoolean(),
					get && span.data().has("cache.item_size") ? span.data("cache.item_size").asLong() : null);
		}

		void get(String value, boolean sized) {
			add("cache.get", value == null, (value != null && sized) ? (long) value.length() : null);
		}

		void add(String operation, boolean miss, Long size) {
			this.operations.merge(operation, 1, Integer::sum);
			this.gets += operation.equals("cache.get") ? 1 : 0;
			this.misses += miss ? 1 : 0;
			if (size != null) {
				this.sized++;
				this.size += size;
			}
		}

		double missRate() {
			return (double) this.misses / this.gets;
		}

		double averageItemSize() {
			return (double) this.size / this.sized;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Page page && this.operations.equals(page.operations)
					&& missRate() == page.missRate() && averageItemSize() == page.averageItemSize();
		}

		@Override
		public int hashCode() {
			return this.operations.hashCode();
		}

		@Override
		public String toString() {
			return this.operations + ", miss rate " + missRate() + ", average size " + averageItemSize();
		}

	}

	/**
	 * Random accesses, each of which is done to a cache and to a plain map.
	 */
	private static final class Traffic {

		private final Random random;

		private final Page truth;

		private final Shop shop;

		private final InsightsTemplate template;

		private final List<Cache> caches;

		private final Map<String, Map<String, String>> entries = new HashMap<>();

		Traffic(ApplicationContext context, Random random, Page truth) {
			this.random = random;
			this.truth = truth;
			this.shop = context.getBean(Shop.class);
			this.template = context.getBean(InsightsTemplate.class);
			this.caches = List.of(context.getBean("maps", CacheManager.class).getCache("maps"),
					context.getBean("caffeine", CacheManager.class).getCache("caffeine"),
					context.getBean("async", CacheManager.class).getCache("async"),
					context.getBean("jcache", CacheManager.class).getCache("jcache"));
		}

		void access() throws Exception {
			String key = "user:" + this.random.nextInt(KEYS);
			String value = "v".repeat(1 + this.random.nextInt(300));
			switch (this.random.nextInt(4)) {
				case 0, 1 -> cache(this.caches.get(this.random.nextInt(this.caches.size())), key, value);
				case 2 -> shop(key, value);
				default -> own(key, value);
			}
		}

		private void cache(Cache cache, String key, String value) throws Exception {
			Map<String, String> entries = entries(cache.getName());
			switch (this.random.nextInt(12)) {
				case 0, 1 -> assertThat(cache.get(key, String.class)).isEqualTo(read(entries, key));
				case 2, 3 -> {
					Cache.ValueWrapper wrapper = cache.get(key);
					assertThat((wrapper != null) ? wrapper.get() : null).isEqualTo(read(entries, key));
				}
				case 4, 5 -> assertThat(cache.get(key, () -> value)).isEqualTo(readThrough(entries, key, value));
				case 6 -> {
					this.truth.add("cache.put", false, null);
					entries.put(key, value);
					cache.put(key, value);
				}
				case 7 -> {
					this.truth.add("cache.put", false, null);
					entries.putIfAbsent(key, value);
					cache.putIfAbsent(key, value);
				}
				case 8 -> {
					remove(entries, key);
					cache.evict(key);
				}
				case 9 -> {
					remove(entries, key);
					cache.evictIfPresent(key);
				}
				case 10 -> {
					if (this.random.nextInt(5) == 0) {
						this.truth.add("cache.flush", false, null);
						entries.clear();
						cache.clear();
					}
					else if (cache.getName().equals("async")) {
						CompletableFuture<?> found = cache.retrieve(key);
						Object wrapped = (found != null) ? found.get(10, TimeUnit.SECONDS) : null;
						assertThat((wrapped instanceof Cache.ValueWrapper wrapper) ? wrapper.get() : wrapped)
							.isEqualTo(read(entries, key));
					}
				}
				default -> {
					if (!cache.getName().equals("jcache") && !cache.getName().equals("caffeine")) {
						assertThat(cache.retrieve(key, () -> CompletableFuture.supplyAsync(() -> value))
							.get(10, TimeUnit.SECONDS)).isEqualTo(retrieveThrough(entries, key, value));
					}
				}
			}
		}

		private void shop(String key, String value) throws Exception {
			Map<String, String> entries = entries("async");
			switch (this.random.nextInt(8)) {
				case 0 -> assertThat(this.shop.find(key, value)).isEqualTo(findOrLoad(entries, key, value));
				case 1 -> assertThat(this.shop.once(key, value)).isEqualTo(readThrough(entries, key, value));
				case 2 -> assertThat(this.shop.future(key, value).get(10, TimeUnit.SECONDS))
					.isEqualTo(findOrLoad(entries, key, value));
				case 3 -> assertThat(this.shop.mono(key, value).block(Duration.ofSeconds(10)))
					.isEqualTo(findOrLoad(entries, key, value));
				case 4 -> assertThat(this.shop.futureOnce(key, value).get(10, TimeUnit.SECONDS))
					.isEqualTo(retrieveThrough(entries, key, value));
				case 5 -> {
					this.truth.add("cache.put", false, null);
					entries.put(key, value);
					this.shop.change(key, value);
				}
				case 6 -> {
					remove(entries, key);
					this.shop.forget(key);
				}
				default -> {
					Map<String, String> lists = entries("lists");
					boolean hit = lists.containsKey(key);
					this.truth.add("cache.get", !hit, null);
					if (!hit) {
						this.truth.add("cache.put", false, null);
						lists.put(key, value);
					}
					assertThat(this.shop.flux(key, value).collectList().block(Duration.ofSeconds(10)))
						.containsExactly(lists.get(key));
				}
			}
		}

		private void own(String key, String value) {
			Map<String, String> entries = entries("own");
			InsightsTemplate.TracedCache own = this.template.cache("own");
			switch (this.random.nextInt(5)) {
				case 0 -> {
					this.truth.add("cache.put", false, null);
					own.put(key, value).run(() -> entries.put(key, value));
				}
				case 1 -> {
					remove(entries, key);
					own.remove(key).run(() -> entries.remove(key));
				}
				case 2 -> {
					boolean present = own.falseIsMiss().get(key).call(() -> entries.containsKey(key));
					this.truth.add("cache.get", !present, null);
				}
				case 3 -> {
					Mono<String> read = own.get(key).publisher(() -> Mono.fromSupplier(() -> entries.get(key)));
					assertThat(read.block(Duration.ofSeconds(10))).isEqualTo(read(entries, key));
				}
				default -> assertThat(own.get(key).call(() -> entries.get(key))).isEqualTo(read(entries, key));
			}
		}

		private String read(Map<String, String> entries, String key) {
			this.truth.get(entries.get(key), true);
			return entries.get(key);
		}

		private String findOrLoad(Map<String, String> entries, String key, String value) {
			if (read(entries, key) == null) {
				this.truth.add("cache.put", false, null);
				entries.put(key, value);
			}
			return entries.get(key);
		}

		private String readThrough(Map<String, String> entries, String key, String value) {
			if (read(entries, key) == null) {
				this.truth.add("function", false, null);
				this.truth.add("cache.put", false, null);
				entries.put(key, value);
			}
			return entries.get(key);
		}

		/**
		 * A write that follows a loader later is no operation of its own.
		 */
		private String retrieveThrough(Map<String, String> entries, String key, String value) {
			if (read(entries, key) == null) {
				this.truth.add("function", false, null);
				entries.put(key, value);
			}
			return entries.get(key);
		}

		private void remove(Map<String, String> entries, String key) {
			this.truth.add("cache.remove", false, null);
			entries.remove(key);
		}

		private Map<String, String> entries(String cache) {
			return this.entries.computeIfAbsent(cache, name -> new HashMap<>());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caches {

		@Bean
		@Primary
		CaffeineCacheManager async() {
			CaffeineCacheManager manager = new CaffeineCacheManager();
			manager.setAsyncCacheMode(true);
			return manager;
		}

		@Bean
		CaffeineCacheManager caffeine() {
			return new CaffeineCacheManager();
		}

		@Bean
		ConcurrentMapCacheManager maps() {
			return new ConcurrentMapCacheManager();
		}

		@Bean(destroyMethod = "close")
		javax.cache.CacheManager ehcache() {
			javax.cache.CacheManager manager = new EhcacheCachingProvider().getCacheManager();
			manager.createCache("jcache", new javax.cache.configuration.MutableConfiguration<>());
			return manager;
		}

		@Bean
		JCacheCacheManager jcache(javax.cache.CacheManager ehcache) {
			return new JCacheCacheManager(ehcache);
		}

		@Bean
		Shop shop() {
			return new Shop();
		}

	}

	static class Shop {

		@Cacheable(cacheNames = "async", key = "#key")
		public String find(String key, String value) {
			return value;
		}

		@Cacheable(cacheNames = "async", key = "#key", sync = true)
		public String once(String key, String value) {
			return value;
		}

		@Cacheable(cacheNames = "async", key = "#key")
		public CompletableFuture<String> future(String key, String value) {
			return CompletableFuture.completedFuture(value);
		}

		@Cacheable(cacheNames = "async", key = "#key", sync = true)
		public CompletableFuture<String> futureOnce(String key, String value) {
			return CompletableFuture.completedFuture(value);
		}

		@Cacheable(cacheNames = "async", key = "#key")
		public Mono<String> mono(String key, String value) {
			return Mono.just(value);
		}

		@Cacheable(cacheNames = "lists", key = "#key")
		public Flux<String> flux(String key, String value) {
			return Flux.just(value);
		}

		@CachePut(cacheNames = "async", key = "#key")
		public String change(String key, String value) {
			return value;
		}

		@CacheEvict(cacheNames = "async", key = "#key")
		public void forget(String key) {
		}

	}

}
