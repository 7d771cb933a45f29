package io.github.sentryinsights.redis;

import java.util.Comparator;
import java.util.List;

import io.github.sentryinsights.InvalidInsightsPropertyException;
import io.github.sentryinsights.operation.Operations;

/**
 * The patterns of keys whose commands are accesses to a cache, the one that names most of
 * a key first.
 *
 * @param values the patterns
 */
record CachePatterns(List<CachePattern> values) {

	private static final String PROPERTY = "sentry.insights.redis.cache-prefixes";

	static CachePatterns of(List<String> texts) {
		for (int i = 0; i < texts.size(); i++) {
			String defect = CachePattern.defect(texts.get(i));
			if (defect != null) {
				throw new InvalidInsightsPropertyException(PROPERTY,
						"Entry " + (i + 1) + " of " + texts.size() + " " + defect + ".",
						"Name a prefix such as 'product:' or a pattern such as 'user:*:cart', or '*' for all keys, "
								+ "without blank entries or stray commas. A backslash goes before a *, ? or [ that "
								+ "is part of the key, and before another backslash.");
			}
		}
		return new CachePatterns(texts.stream()
			.distinct()
			.map(CachePattern::of)
			.sorted(Comparator.comparingInt(CachePattern::size).reversed())
			.toList());
	}

	RedisCaches caches(RedisServer server, Operations operations) {
		return new RedisCaches(
				this.values.stream().map(pattern -> new RedisCache(pattern, server, operations)).toList());
	}

}
