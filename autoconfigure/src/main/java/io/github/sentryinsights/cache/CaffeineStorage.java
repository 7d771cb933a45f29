package io.github.sentryinsights.cache;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Policy.FixedExpiration;
import org.jspecify.annotations.Nullable;

/**
 * What a Caffeine cache tells. Loaded where Caffeine is present.
 */
final class CaffeineStorage {

	private CaffeineStorage() {
	}

	static boolean holds(Object nativeCache) {
		return nativeCache instanceof Cache;
	}

	static @Nullable Duration timeToLive(Object nativeCache) {
		return ((Cache<?, ?>) nativeCache).policy()
			.expireAfterWrite()
			.map(FixedExpiration::getExpiresAfter)
			.orElse(null);
	}

}
