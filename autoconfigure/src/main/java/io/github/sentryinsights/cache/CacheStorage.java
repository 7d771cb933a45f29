package io.github.sentryinsights.cache;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.support.NoOpCache;
import org.springframework.data.redis.cache.FixedDurationTtlFunction;
import org.springframework.data.redis.cache.RedisCache;
import org.springframework.util.ClassUtils;
import org.springframework.util.ObjectUtils;

/**
 * Where a cache keeps its entries.
 *
 * @param local whether in the memory of this process, so that nothing runs under an
 * access
 * @param timeToLive how long an entry lives, in seconds, where the same for all and known
 */
record CacheStorage(boolean local, @Nullable Long timeToLive) {

	private static final boolean REDIS = ClassUtils.isPresent(
			"org.springframework.data.redis.cache.FixedDurationTtlFunction", CacheStorage.class.getClassLoader());

	static CacheStorage of(Cache cache) {
		return new CacheStorage(isLocal(cache), timeToLive(cache));
	}

	private static boolean isLocal(Cache cache) {
		if (cache instanceof NoOpCache) {
			return true;
		}
		String type = nativeType(cache);
		// A loading cache runs the application's loader as part of a read.
		return type.startsWith("java.util.concurrent.")
				|| (type.startsWith("com.github.benmanes.caffeine.cache.") && !type.contains("Loading"));
	}

	private static String nativeType(Cache cache) {
		try {
			return ObjectUtils.nullSafeClassName(cache.getNativeCache());
		}
		catch (RuntimeException ex) {
			// Not every cache has one to show, whatever the interface says.
			return cache.getClass().getName();
		}
	}

	private static @Nullable Long timeToLive(Cache cache) {
		return REDIS ? Redis.timeToLive(cache) : null;
	}

	/**
	 * Loaded where Spring Data Redis is.
	 */
	private static final class Redis {

		private Redis() {
		}

		static @Nullable Long timeToLive(Cache cache) {
			if (cache instanceof RedisCache redis
					&& redis.getCacheConfiguration().getTtlFunction() instanceof FixedDurationTtlFunction fixed) {
				Duration duration = fixed.duration();
				return (duration.toSeconds() > 0) ? duration.toSeconds() : null;
			}
			return null;
		}

	}

}
