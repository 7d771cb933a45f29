package io.github.sentryinsights.cache;

import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Starts and describes the operations on the caches of one name.
 *
 * @param get starts reads
 * @param put starts writes
 * @param remove starts removals of an entry
 * @param flush starts removals of all entries
 * @param load starts the calls of loaders
 * @param keys what may be shown of keys
 */
record CacheSources(OperationSource get, OperationSource put, OperationSource remove, OperationSource flush,
		OperationSource load, CacheKeys keys) {

	static CacheSources of(String cache, Operations operations, CacheKeys keys) {
		return new CacheSources(source(OperationKind.CACHE_GET, cache, operations),
				source(OperationKind.CACHE_PUT, cache, operations),
				source(OperationKind.CACHE_REMOVE, cache, operations),
				source(OperationKind.CACHE_FLUSH, cache, operations),
				operations.source(FunctionConvention.loads(cache)), keys);
	}

	private static OperationSource source(OperationKind kind, String cache, Operations operations) {
		return operations.source(CacheConvention.accesses(kind, cache, CacheConvention.Origin.SPRING, null, null));
	}

}
