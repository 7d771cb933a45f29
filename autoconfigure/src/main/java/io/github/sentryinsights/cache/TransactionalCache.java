package io.github.sentryinsights.cache;

import org.springframework.cache.Cache;
import org.springframework.cache.transaction.TransactionAwareCacheDecorator;

/**
 * Holds back writes until the transaction commits; the accesses are reported when they
 * happen.
 */
final class TransactionalCache extends TransactionAwareCacheDecorator implements InstrumentedCaches.Instrumented {

	private final Cache original;

	TransactionalCache(Cache original, Cache reporting) {
		super(reporting);
		this.original = original;
	}

	@Override
	public Cache original() {
		return this.original;
	}

	@Override
	public Cache getTargetCache() {
		return InstrumentedCache.unwrap(this.original);
	}

}
