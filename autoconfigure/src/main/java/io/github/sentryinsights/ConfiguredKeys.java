package io.github.sentryinsights;

import io.github.sentryinsights.key.CacheKeys;

/**
 * What may be shown of keys by the policy that users have configured.
 *
 * @since 0.1.0
 */
public final class ConfiguredKeys {

	private ConfiguredKeys() {
	}

	/**
	 * Return what may be shown of keys.
	 * @param properties the properties that hold what the policies need
	 * @param policy the policy
	 * @param property the name of the property that chose the policy
	 * @return the keys
	 * @throws InvalidInsightsPropertyException if the policy needs a secret and there is
	 * none, or a short one
	 */
	public static CacheKeys of(InsightsProperties properties, CacheKeys.Policy policy, String property) {
		return switch (policy) {
			case KEEP -> CacheKeys.kept();
			case MASK -> CacheKeys.masked(properties.getCache().getKeyWords());
			case HASH -> CacheKeys.hashed(SecretHash.of(properties.getPii(), property + "=hash", "choose mask"));
			case DROP -> CacheKeys.dropped();
		};
	}

}
