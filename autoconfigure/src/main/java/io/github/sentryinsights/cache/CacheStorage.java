package io.github.sentryinsights.cache;

import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.support.AbstractValueAdaptingCache;
import org.springframework.cache.support.NoOpCache;
import org.springframework.util.ClassUtils;

/**
 * What a cache and its own configuration tell of where entries are kept. Read once for
 * each cache.
 *
 * @param local whether in the memory of this process, so that nothing runs under an
 * access
 * @param storing whether anything is kept at all
 * @param nulls whether {@code null} is kept as a value
 * @param timeToLive how long an entry lives after it was written, where the same for all
 * and known
 * @param measured the types of values whose size in bytes is that of the entry
 */
record CacheStorage(boolean local, boolean storing, boolean nulls, @Nullable Duration timeToLive,
		Set<Class<?>> measured) {

	private static final boolean REDIS = isPresent("org.springframework.data.redis.cache.FixedDurationTtlFunction");

	private static final boolean CAFFEINE = isPresent("com.github.benmanes.caffeine.cache.Policy");

	private static final boolean JCACHE = isPresent("javax.cache.expiry.ExpiryPolicy");

	private static final Set<Class<?>> BYTES_AND_TEXT = Set.of(byte[].class, String.class);

	static CacheStorage of(Cache cache) {
		if (cache instanceof NoOpCache) {
			return new CacheStorage(true, false, false, null, Set.of());
		}
		Object nativeCache = nativeCache(cache);
		boolean nulls = !(cache instanceof AbstractValueAdaptingCache adapting) || adapting.isAllowNullValues();
		return new CacheStorage(isLocal(nativeCache), true, nulls, timeToLive(cache, nativeCache),
				(REDIS && RedisStorage.holds(cache)) ? RedisStorage.measured(cache) : BYTES_AND_TEXT);
	}

	private static boolean isPresent(String className) {
		return ClassUtils.isPresent(className, CacheStorage.class.getClassLoader());
	}

	/**
	 * Not every cache has a native one to show, whatever the interface says.
	 */
	private static Object nativeCache(Cache cache) {
		try {
			Object nativeCache = cache.getNativeCache();
			return (nativeCache != null) ? nativeCache : cache;
		}
		catch (RuntimeException | LinkageError ex) {
			return cache;
		}
	}

	private static boolean isLocal(Object nativeCache) {
		String type = nativeCache.getClass().getName();
		// A loading cache runs the application's loader as part of a read.
		return type.startsWith("java.util.concurrent.")
				|| (type.startsWith("com.github.benmanes.caffeine.cache.") && !type.contains("Loading"));
	}

	private static @Nullable Duration timeToLive(Cache cache, Object nativeCache) {
		try {
			if (REDIS && RedisStorage.holds(cache)) {
				return RedisStorage.timeToLive(cache);
			}
			if (CAFFEINE && CaffeineStorage.holds(nativeCache)) {
				return CaffeineStorage.timeToLive(nativeCache);
			}
			return (JCACHE && JCacheStorage.holds(nativeCache)) ? JCacheStorage.timeToLive(nativeCache) : null;
		}
		catch (RuntimeException | LinkageError ex) {
			// Configurations may refuse to be read.
			return null;
		}
	}

	/**
	 * Return whether a value that was written is kept.
	 * @param value the value
	 * @return whether a read would find it
	 */
	boolean keeps(@Nullable Object value) {
		return this.storing && (value != null || this.nulls);
	}

	/**
	 * Return whether the size of a value is that of the entry.
	 * @param value the value
	 * @return whether it can be told
	 */
	boolean measures(@Nullable Object value) {
		return value != null && this.measured.contains(value.getClass());
	}

}
