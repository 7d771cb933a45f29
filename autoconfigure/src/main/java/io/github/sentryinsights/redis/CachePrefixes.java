package io.github.sentryinsights.redis;

import java.util.Comparator;
import java.util.List;

import io.github.sentryinsights.InvalidInsightsPropertyException;
import io.github.sentryinsights.operation.Operations;

/**
 * The key prefixes whose commands are accesses to a cache, the longest first.
 *
 * @param values the prefixes
 */
record CachePrefixes(List<String> values) {

	private static final String PROPERTY = "sentry.insights.redis.cache-prefixes";

	static CachePrefixes of(List<String> values) {
		for (int i = 0; i < values.size(); i++) {
			if (values.get(i).isBlank()) {
				throw new InvalidInsightsPropertyException(PROPERTY,
						"Entry " + (i + 1) + " of " + values.size()
								+ " is blank, which would make every Redis command an access to a cache.",
						"Remove the blank entry or the stray comma, or name a prefix such as 'product:'.");
			}
		}
		return new CachePrefixes(
				values.stream().distinct().sorted(Comparator.comparingInt(String::length).reversed()).toList());
	}

	List<RedisCache> caches(RedisServer server, Operations operations) {
		return this.values.stream().map(prefix -> new RedisCache(prefix, server, operations)).toList();
	}

}
