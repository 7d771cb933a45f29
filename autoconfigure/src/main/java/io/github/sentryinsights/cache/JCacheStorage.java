package io.github.sentryinsights.cache;

import java.time.Duration;

import javax.cache.Cache;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * What a JCache tells. Loaded where its API is present.
 */
final class JCacheStorage {

	private static final boolean EHCACHE = ClassUtils.isPresent("org.ehcache.jsr107.Eh107Configuration",
			JCacheStorage.class.getClassLoader());

	private JCacheStorage() {
	}

	static boolean holds(Object nativeCache) {
		return nativeCache instanceof Cache;
	}

	static @Nullable Duration timeToLive(Object nativeCache) {
		Cache<?, ?> cache = (Cache<?, ?>) nativeCache;
		Duration own = (EHCACHE && EhcacheStorage.holds(cache)) ? EhcacheStorage.timeToLive(cache) : null;
		return (own != null) ? own : standardTimeToLive(cache);
	}

	private static @Nullable Duration standardTimeToLive(Cache<?, ?> cache) {
		ExpiryPolicy policy = configuration(cache).getExpiryPolicyFactory().create();
		boolean fromWrite = policy instanceof CreatedExpiryPolicy || policy instanceof ModifiedExpiryPolicy;
		javax.cache.expiry.Duration duration = policy.getExpiryForCreation();
		return (fromWrite && duration != null && !duration.isEternal())
				? Duration.of(duration.getDurationAmount(), duration.getTimeUnit().toChronoUnit()) : null;
	}

	private static <K, V> CompleteConfiguration<K, V> configuration(Cache<K, V> cache) {
		@SuppressWarnings("unchecked")
		Class<CompleteConfiguration<K, V>> type = (Class<CompleteConfiguration<K, V>>) (Class<?>) CompleteConfiguration.class;
		return cache.getConfiguration(type);
	}

}
