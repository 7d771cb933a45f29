package io.github.sentryinsights.cache;

import org.springframework.cache.Cache;
import org.springframework.cache.transaction.TransactionAwareCacheDecorator;

/**
 * Holds back writes until the transaction commits; the accesses are reported when they
 * happen. Loaded where {@code spring-context-support} is present.
 */
final class TransactionalCache extends TransactionAwareCacheDecorator implements InstrumentedCaches.Instrumented {

	private final Cache original;

	TransactionalCache(Cache original, Cache reporting) {
		super(reporting);
		this.original = original;
	}

	/**
	 * Return whether a cache does nothing but to hold back writes.
	 * @param cache the cache
	 * @return whether it is a decorator of another cache
	 */
	static boolean isLike(Cache cache) {
		return cache.getClass() == TransactionAwareCacheDecorator.class;
	}

	/**
	 * Return the cache behind one that holds back writes.
	 * @param cache the cache
	 * @return the target
	 */
	static Cache target(Cache cache) {
		return ((TransactionAwareCacheDecorator) cache).getTargetCache();
	}

	@Override
	public boolean isHoldingBack() {
		return true;
	}

	@Override
	public Cache original() {
		return this.original;
	}

	@Override
	public Cache getTargetCache() {
		return DiscoverableCache.unwrap(this.original);
	}

}
