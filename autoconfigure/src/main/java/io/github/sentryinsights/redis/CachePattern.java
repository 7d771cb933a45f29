package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Tells the keys of one cache, which is called like the text of the pattern: a prefix, or
 * a text with {@code *} for any number of bytes and {@code ?} for one.
 *
 * @param text the pattern as it is configured
 * @param parts the bytes to be matched, with {@link #ANY_TEXT} and {@link #ANY_BYTE}
 * among them
 */
record CachePattern(String text, int[] parts) {

	private static final int ANY_BYTE = -1;

	private static final int ANY_TEXT = -2;

	/**
	 * How far to look for what follows a {@code *}, in bytes, so that a huge key costs no
	 * more than others.
	 */
	private static final int MAX_ANY_TEXT = 1000;

	static CachePattern of(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		int[] parts = new int[bytes.length + 1];
		int length = 0;
		boolean wildcard = false;
		for (int i = 0; i < bytes.length; i++) {
			switch (bytes[i]) {
				case '*' -> {
					wildcard = true;
					if (length == 0 || parts[length - 1] != ANY_TEXT) {
						parts[length++] = ANY_TEXT;
					}
				}
				case '?' -> {
					wildcard = true;
					parts[length++] = ANY_BYTE;
				}
				case '\\' -> parts[length++] = bytes[++i] & 0xFF;
				default -> parts[length++] = bytes[i] & 0xFF;
			}
		}
		if (!wildcard) {
			parts[length++] = ANY_TEXT;
		}
		return new CachePattern(text, Arrays.copyOf(parts, length));
	}

	/**
	 * Return what is wrong with the text of a pattern.
	 * @param text the text
	 * @return the end of a sentence, or {@code null} when it is a pattern
	 */
	static @Nullable String defect(String text) {
		if (text.isBlank()) {
			return "is blank, which would make every Redis command an access to a cache";
		}
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character == '[') {
				return "has a set of characters in brackets, which is not supported";
			}
			if (character == '\\') {
				i++;
				if (i == text.length() || "*?[\\".indexOf(text.charAt(i)) == -1) {
					return "has a backslash before something that needs none";
				}
			}
		}
		return null;
	}

	boolean matchesEverything() {
		return this.parts.length == 1 && this.parts[0] == ANY_TEXT;
	}

	/**
	 * Return how much of a key the pattern names.
	 * @return the number of bytes that must be there
	 */
	int size() {
		return (int) Arrays.stream(this.parts).filter(part -> part != ANY_TEXT).count();
	}

	/**
	 * Return whether a key is one of the cache.
	 * @param key the key, which is not consumed
	 * @return whether the whole key matches
	 */
	boolean matches(ByteBuffer key) {
		int next = key.position() + KeyText.headerLength(key);
		int part = 0;
		int afterAny = -1;
		int resume = next;
		int last = next + MAX_ANY_TEXT;
		while (next < key.limit()) {
			int wanted = (part < this.parts.length) ? this.parts[part] : ANY_TEXT - 1;
			if (wanted == ANY_TEXT) {
				afterAny = ++part;
				resume = next;
				if (part == this.parts.length) {
					return true;
				}
			}
			else if (wanted == ANY_BYTE || wanted == (key.get(next) & 0xFF)) {
				part++;
				next++;
			}
			else if (afterAny != -1 && resume < last) {
				part = afterAny;
				next = ++resume;
			}
			else {
				return false;
			}
		}
		return part == this.parts.length || (part == this.parts.length - 1 && this.parts[part] == ANY_TEXT);
	}

}
