package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.CacheConvention.Origin;
import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * The entries of one server whose keys match a pattern, which is the name of the cache.
 */
final class RedisCache {

	private final CachePattern pattern;

	private final Map<OperationKind, OperationSource> sources;

	RedisCache(CachePattern pattern, RedisServer server, Operations operations) {
		this.pattern = pattern;
		this.sources = Stream.of(OperationKind.values())
			.filter(OperationKind::isCacheAccess)
			.collect(Collectors.toMap(kind -> kind,
					kind -> operations.source(CacheConvention.accesses(kind, pattern.text(), Origin.REDIS,
							server.address(), server.port())),
					(first, second) -> first, () -> new EnumMap<>(OperationKind.class)));
	}

	boolean holds(ByteBuffer key) {
		return this.pattern.matches(key);
	}

	boolean holdsEverything() {
		return this.pattern.matchesEverything();
	}

	OperationSource accesses(OperationKind kind) {
		OperationSource source = this.sources.get(kind);
		if (source == null) {
			throw new IllegalArgumentException(kind.name());
		}
		return source;
	}

}
