package io.github.sentryinsights.cache;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.transaction.TransactionAwareCacheDecorator;

/**
 * A reporting cache that Spring Boot finds the metrics of: it looks for them behind one
 * kind of decorator, which this is by type alone, as every access goes to the cache at
 * once. Loaded where {@code spring-context-support} is present.
 */
final class DiscoverableCache extends TransactionAwareCacheDecorator implements InstrumentedCaches.Instrumented {

	private final InstrumentedCache cache;

	DiscoverableCache(InstrumentedCache cache) {
		super(cache);
		this.cache = cache;
	}

	/**
	 * Return the cache behind all transaction-aware decorators.
	 * @param cache the cache
	 * @return the cache itself when it is none
	 */
	static Cache unwrap(Cache cache) {
		Cache target = cache;
		while (target instanceof TransactionAwareCacheDecorator decorator) {
			target = decorator.getTargetCache();
		}
		return target;
	}

	@Override
	public Cache original() {
		return this.cache.original();
	}

	@Override
	public Cache getTargetCache() {
		return unwrap(original());
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		this.cache.put(key, value);
	}

	@Override
	public void evict(Object key) {
		this.cache.evict(key);
	}

	@Override
	public void clear() {
		this.cache.clear();
	}

}
