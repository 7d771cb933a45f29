package io.github.sentryinsights.key;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * What may be shown of the keys of caches, on spans of any kind. Immutable and safe for
 * use by several threads. Nothing here throws, whatever a key does when asked for its
 * text.
 *
 * @since 0.1.0
 */
public final class CacheKeys {

	/** The number of keys of one operation that are shown at most. */
	public static final int MAX_KEYS = 100;

	private final @Nullable Function<@Nullable Object, ShownKeys> shown;

	private CacheKeys(@Nullable Function<@Nullable Object, ShownKeys> shown) {
		this.shown = shown;
	}

	/**
	 * Show keys as they are, but for their length.
	 * @return the keys
	 */
	public static CacheKeys kept() {
		return new CacheKeys(key -> ShownKeys.of(PlainKey.of(key).cut()));
	}

	/**
	 * Show the shape of keys: known words stay, and all else becomes {@code {id}}.
	 * @param words words that stay beside the common ones, in any letter case
	 * @return the keys
	 */
	public static CacheKeys masked(Collection<String> words) {
		return new CacheKeys(new KeyMask(words)::of);
	}

	/**
	 * Show a hash of each key, so that equal keys are told to be equal and nothing else.
	 * @param hash the hash
	 * @return the keys
	 */
	public static CacheKeys hashed(KeyedHash hash) {
		return new CacheKeys(key -> ShownKeys.of(hash.of(PlainKey.of(key).digestible())));
	}

	/**
	 * Show no keys.
	 * @return the keys
	 */
	public static CacheKeys dropped() {
		return new CacheKeys(null);
	}

	/**
	 * Return what may be shown of the key of an operation.
	 * @param key the key
	 * @return its text, of at most {@value PlainKey#MAX_LENGTH} characters
	 */
	public ShownKeys one(@Nullable Object key) {
		return (this.shown != null) ? this.shown.apply(key) : ShownKeys.NONE;
	}

	/**
	 * Return what may be shown of the keys of an operation.
	 * @param keys the keys, of which the first {@value #MAX_KEYS} count
	 * @return their texts, of at most {@value PlainKey#MAX_LENGTH} characters each
	 */
	public ShownKeys all(List<?> keys) {
		if (keys.size() == 1) {
			return one(keys.get(0));
		}
		return (this.shown == null || keys.isEmpty()) ? ShownKeys.NONE
				: new ShownKeys(keys.stream().limit(MAX_KEYS).map(key -> one(key).texts().get(0)).toList());
	}

	/**
	 * What users can choose to see of keys.
	 */
	public enum Policy {

		/** Keys as they are. */
		KEEP,

		/** The shape of keys, without their ids. */
		MASK,

		/** A keyed hash of each key. */
		HASH,

		/** No keys. */
		DROP

	}

}
