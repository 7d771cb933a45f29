package io.github.sentryinsights.convention;

import org.jspecify.annotations.Nullable;

/**
 * The size of a payload, where it is known without serializing it.
 */
final class PayloadSize {

	private PayloadSize() {
	}

	/**
	 * Return the size of a payload.
	 * @param payload the payload
	 * @return the size of bytes, or of text in UTF-8, in bytes; negative for all else
	 */
	static long of(@Nullable Object payload) {
		if (payload instanceof byte[] bytes) {
			return bytes.length;
		}
		return (payload instanceof String text) ? utf8Length(text) : -1;
	}

	private static long utf8Length(String text) {
		long length = text.length();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c >= 0x80) {
				// Each half of a surrogate pair stands for two of its four bytes.
				length += (c >= 0x800 && !Character.isSurrogate(c)) ? 2 : 1;
			}
		}
		return length;
	}

}
