package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * What a person can read of a key.
 */
final class KeyText {

	static final String BINARY = "<binary>";

	private static final int MAX_LENGTH = 200;

	/**
	 * What precedes the id of a session in the keys of Spring Session; who knows the id
	 * is logged in.
	 */
	private static final String SESSION = ":sessions:";

	private static final String EXPIRY = "expires:";

	/**
	 * The header of a {@link String} as Java serialises it; the length follows.
	 */
	private static final byte[] SERIALIZED_STRING = { (byte) 0xAC, (byte) 0xED, 0, 5, 't' };

	private KeyText() {
	}

	/**
	 * Return the length of what precedes the text in a key that a {@code RedisTemplate}
	 * has serialised with its default.
	 * @param key the key, which is not consumed
	 * @return the number of bytes, {@code 0} for any other key
	 */
	static int headerLength(ByteBuffer key) {
		if (key.remaining() < SERIALIZED_STRING.length + Short.BYTES) {
			return 0;
		}
		for (int i = 0; i < SERIALIZED_STRING.length; i++) {
			if (key.get(key.position() + i) != SERIALIZED_STRING[i]) {
				return 0;
			}
		}
		return SERIALIZED_STRING.length + Short.BYTES;
	}

	/**
	 * Return the text of a key.
	 * @param key the key, which is not consumed
	 * @return at most {@value #MAX_LENGTH} characters, or {@value #BINARY}
	 */
	static String of(ByteBuffer key) {
		String text = read(key);
		int session = text.indexOf(SESSION);
		if (session < 0) {
			return text;
		}
		int id = session + SESSION.length();
		return text.substring(0, text.startsWith(EXPIRY, id) ? id + EXPIRY.length() : id) + '?';
	}

	private static String read(ByteBuffer key) {
		ByteBuffer bytes = key.duplicate();
		bytes.position(bytes.position() + headerLength(key));
		String ascii = ascii(bytes);
		if (ascii != null) {
			return ascii;
		}
		CharBuffer text = CharBuffer.allocate(MAX_LENGTH);
		CoderResult result = StandardCharsets.UTF_8.newDecoder()
			.onMalformedInput(CodingErrorAction.REPORT)
			.decode(bytes, text, true);
		text.flip();
		if (result.isError() || text.chars().anyMatch(Character::isISOControl)) {
			return BINARY;
		}
		return result.isOverflow() ? text + "..." : text.toString();
	}

	/**
	 * Return the text of a short key of printable ASCII, as most are.
	 * @param bytes the key, which is not consumed
	 * @return the text, or {@code null} for any other key
	 */
	private static @Nullable String ascii(ByteBuffer bytes) {
		int length = bytes.remaining();
		if (length > MAX_LENGTH) {
			return null;
		}
		byte[] text = new byte[length];
		bytes.get(bytes.position(), text);
		for (byte character : text) {
			if (character < ' ' || character > '~') {
				return null;
			}
		}
		return new String(text, StandardCharsets.ISO_8859_1);
	}

}
