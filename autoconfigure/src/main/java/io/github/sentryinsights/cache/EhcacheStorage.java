package io.github.sentryinsights.cache;

import java.time.Duration;

import javax.cache.Cache;

import org.ehcache.config.CacheRuntimeConfiguration;
import org.ehcache.expiry.ExpiryPolicy;
import org.ehcache.jsr107.Eh107Configuration;
import org.jspecify.annotations.Nullable;

/**
 * What an Ehcache behind JCache tells, which hides its expiry from that API unless it
 * came from there. Loaded where Ehcache is present.
 */
final class EhcacheStorage {

	private static final String TIME_TO_LIVE = "ExpiryPolicyBuilder$TimeToLiveExpiryPolicy";

	private EhcacheStorage() {
	}

	static boolean holds(Cache<?, ?> cache) {
		return cache.getClass().getName().startsWith("org.ehcache.");
	}

	static @Nullable Duration timeToLive(Cache<?, ?> cache) {
		ExpiryPolicy<?, ?> policy = policy(cache);
		// Any other policy may tell entries apart, or asks for the last access.
		return policy.getClass().getName().endsWith(TIME_TO_LIVE) ? policy.getExpiryForCreation(null, null) : null;
	}

	@SuppressWarnings("unchecked")
	private static <K, V> ExpiryPolicy<Object, Object> policy(Cache<K, V> cache) {
		Class<Eh107Configuration<K, V>> type = (Class<Eh107Configuration<K, V>>) (Class<?>) Eh107Configuration.class;
		CacheRuntimeConfiguration<Object, Object> configuration = cache.getConfiguration(type)
			.unwrap(CacheRuntimeConfiguration.class);
		return configuration.getExpiryPolicy();
	}

}
