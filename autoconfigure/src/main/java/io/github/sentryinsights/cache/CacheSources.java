package io.github.sentryinsights.cache;

import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Starts the operations on the caches of one name.
 *
 * @param get starts reads
 * @param put starts writes
 * @param remove starts removals of an entry
 * @param flush starts removals of all entries
 */
record CacheSources(OperationSource get, OperationSource put, OperationSource remove, OperationSource flush) {

	static CacheSources of(String cache, Operations operations) {
		return new CacheSources(source(OperationKind.CACHE_GET, cache, operations),
				source(OperationKind.CACHE_PUT, cache, operations),
				source(OperationKind.CACHE_REMOVE, cache, operations),
				source(OperationKind.CACHE_FLUSH, cache, operations));
	}

	private static OperationSource source(OperationKind kind, String cache, Operations operations) {
		return operations.source(CacheConvention.accesses(kind, cache, CacheConvention.Origin.SPRING, null, null));
	}

}
