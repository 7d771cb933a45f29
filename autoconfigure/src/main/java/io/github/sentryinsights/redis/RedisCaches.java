package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The caches on one server.
 *
 * @param values the caches, the one that knows most of its keys first
 */
record RedisCaches(List<RedisCache> values) {

	boolean isEmpty() {
		return this.values.isEmpty();
	}

	/**
	 * Return the cache of a key.
	 * @param key the key, which is not consumed
	 * @return the cache, or {@code null} when the key belongs to none
	 */
	@Nullable RedisCache of(@Nullable ByteBuffer key) {
		if (key == null) {
			return null;
		}
		for (int i = 0; i < this.values.size(); i++) {
			if (this.values.get(i).holds(key)) {
				return this.values.get(i);
			}
		}
		return null;
	}

	/**
	 * Return the cache that everything belongs to which belongs to no other.
	 * @return the cache, or {@code null} when there are keys of no cache
	 */
	@Nullable RedisCache ofEverything() {
		RedisCache last = this.values.isEmpty() ? null : this.values.get(this.values.size() - 1);
		return (last != null && last.holdsEverything()) ? last : null;
	}

}
