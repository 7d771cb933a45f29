package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
 * The entries of one server whose keys share a prefix, which is the name of the cache.
 */
final class RedisCache {

	private final byte[] prefix;

	private final Map<OperationKind, OperationSource> sources;

	RedisCache(String prefix, RedisServer server, Operations operations) {
		this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
		this.sources = Stream.of(OperationKind.CACHE_GET, OperationKind.CACHE_PUT, OperationKind.CACHE_REMOVE)
			.collect(Collectors.toMap(kind -> kind,
					kind -> operations
						.source(CacheConvention.accesses(kind, prefix, Origin.REDIS, server.address(), server.port())),
					(first, second) -> first, () -> new EnumMap<>(OperationKind.class)));
	}

	boolean holds(ByteBuffer key) {
		int start = key.position() + KeyText.headerLength(key);
		if (key.limit() - start < this.prefix.length) {
			return false;
		}
		for (int i = 0; i < this.prefix.length; i++) {
			if (key.get(start + i) != this.prefix[i]) {
				return false;
			}
		}
		return true;
	}

	OperationSource accesses(OperationKind kind) {
		OperationSource source = this.sources.get(kind);
		if (source == null) {
			throw new IllegalArgumentException(kind.name());
		}
		return source;
	}

}
