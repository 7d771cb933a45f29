package io.github.sentryinsights.cache;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.data.redis.cache.FixedDurationTtlFunction;
import org.springframework.data.redis.cache.RedisCache;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;

/**
 * What a cache of Spring Data Redis tells. Loaded where that is present.
 */
final class RedisStorage {

	private static final String TEXT = "\u00e9";

	private static final byte[] BYTES = { 1, 2, 3 };

	private RedisStorage() {
	}

	static boolean holds(Cache cache) {
		return cache instanceof RedisCache;
	}

	static @Nullable Duration timeToLive(Cache cache) {
		return (((RedisCache) cache).getCacheConfiguration().getTtlFunction() instanceof FixedDurationTtlFunction fixed)
				? fixed.duration() : null;
	}

	/**
	 * Find out which values go to the server as they are, rather than in the form of a
	 * serializer that adds to them.
	 * @param cache the cache
	 * @return the types of such values
	 */
	static Set<Class<?>> measured(Cache cache) {
		SerializationPair<Object> values = ((RedisCache) cache).getCacheConfiguration().getValueSerializationPair();
		Set<Class<?>> measured = new HashSet<>();
		if (writes(values, BYTES, BYTES.length)) {
			measured.add(byte[].class);
		}
		if (writes(values, TEXT, 2)) {
			measured.add(String.class);
		}
		return Set.copyOf(measured);
	}

	private static boolean writes(SerializationPair<Object> values, Object value, int size) {
		try {
			ByteBuffer written = values.write(value);
			return written.remaining() == size;
		}
		catch (RuntimeException ex) {
			// A serializer for values of another type.
			return false;
		}
	}

}
