package io.github.sentryinsights.cache;

import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.Operations;

/**
 * The caches of one manager or resolver, each in one wrapper for as long as somebody uses
 * it.
 * <p>
 * Wrappers are held weakly, so that a cache the manager has dropped does not live on
 * here. Safe for use by several threads.
 */
final class InstrumentedCaches {

	private static final int MAX_NAMES = 10_000;

	private static final boolean CONTEXT_SUPPORT = ClassUtils.isPresent(
			"org.springframework.cache.transaction.TransactionAwareCacheDecorator",
			InstrumentedCaches.class.getClassLoader());

	private final Operations operations;

	private final CacheKeys keys;

	private final Map<String, Named> names = new ConcurrentHashMap<>();

	InstrumentedCaches(Operations operations, CacheKeys keys) {
		this.operations = operations;
		this.keys = keys;
	}

	/**
	 * Return the type of the wrappers.
	 * @return the type
	 */
	static Class<? extends Cache> type() {
		return CONTEXT_SUPPORT ? DiscoverableCache.class : InstrumentedCache.class;
	}

	@Nullable Cache get(CacheManager manager, @Nullable String name) {
		Cache cache = manager.getCache(name);
		return (name == null || cache == null) ? cache : instrumented(cache, name);
	}

	/**
	 * Return the caches in their wrappers.
	 * @param caches the caches
	 * @return the very same collection where they have come in wrappers
	 */
	Collection<? extends Cache> all(Collection<? extends Cache> caches) {
		for (Cache cache : caches) {
			if (!(cache instanceof Instrumented)) {
				return caches.stream().map(this::instrumented).toList();
			}
		}
		return caches;
	}

	private Cache instrumented(Cache cache) {
		String name = cache.getName();
		return (name != null) ? instrumented(cache, name) : cache;
	}

	private Cache instrumented(Cache cache, String name) {
		if (cache instanceof Instrumented) {
			return cache;
		}
		try {
			Named named = this.names.get(name);
			return ((named != null) ? named : named(name)).instrumented(cache);
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
			return cache;
		}
	}

	private Named named(String name) {
		return (this.names.size() < MAX_NAMES) ? this.names.computeIfAbsent(name, Named::new) : new Named(name);
	}

	/**
	 * A cache whose accesses are reported.
	 */
	sealed interface Instrumented extends Cache permits InstrumentedCache, DiscoverableCache, TransactionalCache {

		/**
		 * Return the cache of the manager that this one stands for.
		 * @return the cache, or the target of a transaction-aware one
		 */
		Cache original();

		/**
		 * Return whether writes are held back until a transaction commits.
		 * @return whether they are
		 */
		default boolean isHoldingBack() {
			return false;
		}

	}

	/**
	 * What is kept of the caches of one name, which is one cache but for scoped managers
	 * and for resolvers that choose among several.
	 */
	private final class Named {

		private final CacheSources sources;

		private volatile WeakReference<@Nullable Cache> latest = new WeakReference<>(null);

		private final Map<Cache, WeakReference<Cache>> wrappers = new WeakHashMap<>(1);

		Named(String name) {
			this.sources = CacheSources.of(name, InstrumentedCaches.this.operations, InstrumentedCaches.this.keys);
		}

		Cache instrumented(Cache cache) {
			// Managers that do what their transaction manager says make a new decorator
			// for each call, and hold back writes that are not accesses yet.
			boolean transactional = CONTEXT_SUPPORT && TransactionalCache.isLike(cache);
			Cache original = transactional ? TransactionalCache.target(cache) : cache;
			Cache wrapper = this.latest.get();
			return (wrapper != null && wraps(wrapper, original, transactional)) ? wrapper
					: wrapper(original, transactional);
		}

		private static boolean wraps(Cache wrapper, Cache original, boolean transactional) {
			return wrapper instanceof Instrumented instrumented && instrumented.original() == original
					&& instrumented.isHoldingBack() == transactional;
		}

		private synchronized Cache wrapper(Cache original, boolean transactional) {
			WeakReference<Cache> known = this.wrappers.get(original);
			Cache wrapper = (known != null) ? known.get() : null;
			if (known == null || wrapper == null || !wraps(wrapper, original, transactional)) {
				wrapper = transactional ? new TransactionalCache(original, reporting(original)) : reporting(original);
				known = new WeakReference<>(wrapper);
				this.wrappers.put(original, known);
			}
			this.latest = known;
			return wrapper;
		}

		private Cache reporting(Cache cache) {
			if (cache instanceof Instrumented || SentryCacheTracing.isMadeOf(cache)) {
				return cache;
			}
			InstrumentedCache reporting = new InstrumentedCache(cache, this.sources);
			return CONTEXT_SUPPORT ? new DiscoverableCache(reporting) : reporting;
		}

	}

}
