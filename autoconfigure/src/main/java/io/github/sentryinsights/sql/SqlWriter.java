package io.github.sentryinsights.sql;

import java.util.Arrays;

/**
 * Writes what is shown of a statement, up to a length that it never exceeds. A token that
 * does not fit is left out, and so is all that follows.
 */
final class SqlWriter {

	private final int maxLength;

	private char[] chars;

	private int length;

	private boolean full;

	SqlWriter(int expectedLength, int maxLength) {
		this.maxLength = maxLength;
		this.chars = new char[Math.min(expectedLength, maxLength)];
	}

	int length() {
		return this.length;
	}

	boolean isFull() {
		return this.full;
	}

	/**
	 * Write a token.
	 * @return the position where it begins
	 */
	int write(String source, int start, int end, boolean spaced) {
		if (!makeRoom(end - start, spaced)) {
			return this.length;
		}
		int begin = this.length;
		source.getChars(start, end, this.chars, begin);
		this.length += end - start;
		return begin;
	}

	/**
	 * Write a token of one character.
	 * @return the position where it begins
	 */
	int write(char c, boolean spaced) {
		if (!makeRoom(1, spaced)) {
			return this.length;
		}
		this.chars[this.length++] = c;
		return this.length - 1;
	}

	/**
	 * Take back all that was written after a position.
	 */
	void cut(int length) {
		this.length = length;
	}

	boolean repeats(int start, int end, int earlierStart, int earlierEnd) {
		return Arrays.equals(this.chars, start, end, this.chars, earlierStart, earlierEnd);
	}

	/**
	 * Return what was written, without the semicolons and spaces at the end.
	 */
	@Override
	public String toString() {
		int end = this.length;
		while (end > 0 && (this.chars[end - 1] == ';' || this.chars[end - 1] == ' ')) {
			end--;
		}
		return new String(this.chars, 0, end);
	}

	private boolean makeRoom(int size, boolean spaced) {
		boolean gap = spaced && this.length > 0;
		int needed = size + (gap ? 1 : 0);
		if (this.full || needed > this.maxLength - this.length) {
			this.full = true;
			return false;
		}
		if (needed > this.chars.length - this.length) {
			int doubled = (int) Math.min(this.maxLength, 2L * this.chars.length);
			this.chars = Arrays.copyOf(this.chars, Math.max(doubled, this.length + needed));
		}
		if (gap) {
			this.chars[this.length++] = ' ';
		}
		return true;
	}

}
