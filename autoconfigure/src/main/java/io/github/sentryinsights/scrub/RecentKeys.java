package io.github.sentryinsights.scrub;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Tells what keys of entries are, and remembers it of some: payloads repeat the same few
 * keys, whose words take longer to read than most of their values. Safe for use by
 * several threads.
 */
final class RecentKeys {

	/** A power of two. */
	private static final int PLACES = 256;

	/** Longer ones are no names that somebody repeats. */
	private static final int MAX_LENGTH = 64;

	private final SensitiveKeys keys;

	private final Predicate<String> plain;

	private final @Nullable Verdict[] recent = new Verdict[PLACES];

	/**
	 * Remember what keys are.
	 * @param keys tells what their values are
	 * @param plain tells whether there is nothing to replace in a key itself, always the
	 * same of the same key
	 */
	RecentKeys(SensitiveKeys keys, Predicate<String> plain) {
		this.keys = keys;
		this.plain = plain;
	}

	/**
	 * Whether a key is sensitive.
	 * @param key the key
	 * @return whether its value is a secret
	 * @see SensitiveKeys#matches(String)
	 */
	boolean matches(String key) {
		return isLong(key) ? this.keys.matches(key) : of(key).sensitive();
	}

	/**
	 * Whether a key holds a secret or speaks about it.
	 * @param key the key
	 * @return whether the value tells what it is
	 * @see SensitiveKeys#mayHold
	 */
	boolean mayHold(String key) {
		return isLong(key) ? this.keys.mayHold(key, 0, key.length()) : of(key).holder();
	}

	/**
	 * Whether a key is sensitive when its value looks like a secret.
	 * @param key the key
	 * @return whether only a long value of letters and digits is one
	 * @see SensitiveKeys#isLikely
	 */
	boolean isLikely(String key) {
		return isLong(key) ? this.keys.isLikely(key, 0, key.length()) : of(key).likely();
	}

	/**
	 * Whether there is nothing to replace in a key itself.
	 * @param key the key
	 * @return {@code false} as well for one that is too long to be remembered
	 */
	boolean isPlain(String key) {
		return !isLong(key) && of(key).plain();
	}

	private static boolean isLong(String key) {
		return key.length() > MAX_LENGTH;
	}

	private Verdict of(String key) {
		int place = key.hashCode() & (PLACES - 1);
		Verdict verdict = this.recent[place];
		if (verdict == null || !verdict.key().equals(key)) {
			verdict = new Verdict(key, this.keys.matches(key), this.keys.mayHold(key, 0, key.length()),
					this.keys.isLikely(key, 0, key.length()), this.plain.test(key));
			this.recent[place] = verdict;
		}
		return verdict;
	}

	private record Verdict(String key, boolean sensitive, boolean holder, boolean likely, boolean plain) {
	}

}
