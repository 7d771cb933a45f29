package io.github.sentryinsights.scrub;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A stretch of a text with a byte for each character, as bytes are read two at a time and
 * in less than the characters of a string. What is not ASCII, and what lies before the
 * start of the text and behind its end, is read as 0. Keeps what {@link Triggers} find in
 * it. Made once and filled again and again; not safe for use by several threads.
 */
final class Stretch {

	/** Characters of a stretch. */
	static final int LENGTH = 512;

	/** Characters behind a stretch that can be read too. */
	static final int BEHIND = 2;

	// Below this, the encoder costs more than it spares.
	private static final int SHORT = 48;

	private static final VarHandle PAIRS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle EIGHTS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

	private final char[] copied = new char[1 + LENGTH + BEHIND];

	private final byte[] bytes = new byte[LENGTH + 2 * Long.BYTES];

	private final CharBuffer source = CharBuffer.wrap(this.copied);

	private final ByteBuffer target = ByteBuffer.wrap(this.bytes);

	private final CharsetEncoder latin = StandardCharsets.ISO_8859_1.newEncoder();

	private final int[] stops = new int[LENGTH];

	private int end;

	private int cued;

	/**
	 * Read a stretch of a text.
	 * @param text the text
	 * @param from where the stretch begins
	 * @return how many characters are in it
	 */
	int read(String text, int from) {
		int length = Math.min(LENGTH, text.length() - from);
		int first = Math.max(0, from - 1);
		int last = Math.min(text.length(), from + length + BEHIND);
		int start = 1 - from + first;
		int end = start + last - first;
		this.bytes[0] = 0;
		if (last - first < SHORT) {
			for (int i = first; i < last; i++) {
				this.bytes[start + i - first] = ascii(text.charAt(i));
			}
		}
		else {
			text.getChars(first, last, this.copied, 0);
			encode(last - first, start, end);
		}
		this.bytes[end] = 0;
		this.bytes[end + 1] = 0;
		this.end = from + length;
		this.cued = 0;
		return length;
	}

	private static byte ascii(char c) {
		return (byte) ((c < 128) ? c : 0);
	}

	// The encoder stops at the first character beyond Latin-1.
	private void encode(int count, int start, int end) {
		this.source.limit(count).position(0);
		this.target.limit(end).position(start);
		this.latin.reset();
		this.latin.encode(this.source, this.target, true);
		for (int i = this.source.position(); i < count; i++) {
			this.bytes[start + i] = ascii(this.copied[i]);
		}
		for (int i = 0; i < end; i += Long.BYTES) {
			long eight = (long) EIGHTS.get(this.bytes, i);
			long others = eight & NOT_ASCII;
			if (others != 0) {
				EIGHTS.set(this.bytes, i, eight & ~((others >>> 7) * 0xff));
			}
		}
	}

	/**
	 * Return a character and the one before it.
	 * @param index the index of the character in the stretch
	 * @return the one before it, and 256 times the character
	 */
	int pair(int index) {
		return (short) PAIRS.get(this.bytes, index);
	}

	/**
	 * Return a character.
	 * @param index its index in the stretch, which may be one {@link #BEHIND} it
	 * @return the character
	 */
	int character(int index) {
		return this.bytes[index + 1];
	}

	/**
	 * Return up to where the text has been looked at.
	 * @return the index in the text, which is where the stretch ends unless told
	 * otherwise
	 */
	int end() {
		return this.end;
	}

	void end(int end) {
		this.end = end;
	}

	/**
	 * Return up to where the last of the {@link Cues} in the stretch counts.
	 * @return the index in the text, which is 0 when there was none
	 */
	int cued() {
		return this.cued;
	}

	void cue(int at) {
		this.cued = at + Cues.REACH;
	}

	/**
	 * Keep a number, one for each character at most.
	 * @param number how many are kept already
	 * @param stop what to keep
	 */
	void keep(int number, int stop) {
		this.stops[number] = stop;
	}

	int kept(int number) {
		return this.stops[number];
	}

}
