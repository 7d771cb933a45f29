package io.github.sentryinsights.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.caffeine.CaffeineCache;
import org.springframework.cache.caffeine.CaffeineCacheManager;

/**
 * Accesses to a Caffeine cache.
 */
public class CacheBenchmark {

	/**
	 * Read a value that is there.
	 * @param products the cache
	 * @return the value
	 */
	@Benchmark
	public Object hit(Products products) {
		products.application.nextOperation();
		return products.cache.get("42");
	}

	/**
	 * Read a value that is not there.
	 * @param products the cache
	 * @return nothing
	 */
	@Benchmark
	public Object miss(Products products) {
		products.application.nextOperation();
		return products.cache.get("43");
	}

	/**
	 * Write a value.
	 * @param products the cache
	 */
	@Benchmark
	public void put(Products products) {
		products.application.nextOperation();
		products.cache.put("42", "Kettle");
	}

	/**
	 * A cache with one entry.
	 */
	@State(Scope.Thread)
	public static class Products {

		/** The circumstances. */
		@Param({ "RAW", "RAW_UNSAMPLED", "RAW_SAMPLED", "OURS_OFF", "OURS_UNSAMPLED", "OURS_UNSAMPLED_METERED",
				"OURS_SAMPLED", "OURS_SAMPLED_CHILDREN", "PEER_OFF", "PEER_UNSAMPLED", "PEER_SAMPLED" })
		public Variant variant;

		private MeasuredApplication application;

		private Cache cache;

		/**
		 * Start the application and fill the cache.
		 * @throws Exception if the variant is not what it says
		 */
		@Setup
		public void fill() throws Exception {
			this.application = MeasuredApplication.start(this.variant, context -> context.registerBean("cacheManager",
					CacheManager.class, () -> new CaffeineCacheManager("products")));
			this.cache = this.application.bean(CacheManager.class).getCache("products");
			this.application.verify(() -> this.cache.put("42", "Kettle"), this.cache.getClass() != CaffeineCache.class);
		}

		/**
		 * Close the application.
		 */
		@TearDown
		public void close() {
			this.application.close();
		}

	}

}
