package io.github.sentryinsights.sql;

import java.util.Arrays;

/**
 * Writes what is shown of a statement, up to a length that it never exceeds. A token that
 * does not fit is left out, and so is all that follows.
 */
final class SqlWriter {

	private static final int FULL = -1;

	private static final int NOWHERE = -2;

	private final String sql;

	private final int maxLength;

	private char[] chars;

	private int length;

	/*
	 * What is still to be copied from the statement, as tokens that stand side by side
	 * there are copied at once.
	 */
	private int runStart = NOWHERE;

	private int runEnd = NOWHERE;

	private int limit;

	SqlWriter(String sql, int maxLength) {
		this.sql = sql;
		this.maxLength = maxLength;
		this.limit = maxLength;
		this.chars = new char[Math.min(sql.length(), maxLength)];
	}

	int length() {
		return this.length;
	}

	boolean isFull() {
		return this.limit == FULL;
	}

	/**
	 * Write a token of the statement.
	 * @return the position where it begins
	 */
	int write(int start, int end, boolean spaced) {
		int gap = start - this.runEnd;
		int continued = this.length + end - this.runEnd;
		if ((gap == 0 || (gap == 1 && this.sql.charAt(this.runEnd) == ' ')) && continued <= this.limit) {
			this.length = continued;
			this.runEnd = end;
			return continued - (end - start);
		}
		return writeApart(start, end, spaced);
	}

	private int writeApart(int start, int end, boolean spaced) {
		if (!reserve(end - start, spaced)) {
			return this.length;
		}
		this.runStart = start;
		this.runEnd = end;
		this.length += end - start;
		return this.length - (end - start);
	}

	/**
	 * Write a token that is not that of the statement.
	 * @return the position where it begins
	 */
	int write(char c, boolean spaced) {
		if (!reserve(1, spaced)) {
			return this.length;
		}
		put(c);
		return this.length - 1;
	}

	/**
	 * Write a text that is not that of the statement, after a space.
	 */
	void write(String text) {
		if (reserve(text.length(), true)) {
			text.getChars(0, text.length(), room(text.length()), this.length);
			this.length += text.length();
		}
	}

	/**
	 * Take back all that was written after a position.
	 */
	void cut(int length) {
		copy();
		this.length = length;
	}

	boolean repeats(int start, int end, int earlierStart, int earlierEnd) {
		copy();
		return Arrays.equals(this.chars, start, end, this.chars, earlierStart, earlierEnd);
	}

	/**
	 * Return what was written, without the semicolons and spaces at the end.
	 */
	@Override
	public String toString() {
		copy();
		int end = this.length;
		while (end > 0 && (this.chars[end - 1] == ';' || this.chars[end - 1] == ' ')) {
			end--;
		}
		return new String(this.chars, 0, end);
	}

	/**
	 * Make ready for a token that does not stand beside the one before it.
	 * @return whether it fits
	 */
	private boolean reserve(int size, boolean spaced) {
		boolean gap = spaced && this.length > 0;
		if ((gap ? size + 1 : size) > this.limit - this.length) {
			this.limit = FULL;
			return false;
		}
		copy();
		if (gap) {
			put(' ');
		}
		return true;
	}

	private void copy() {
		int size = this.runEnd - this.runStart;
		if (size > 0) {
			this.length -= size;
			this.sql.getChars(this.runStart, this.runEnd, room(size), this.length);
			this.length += size;
			this.runStart = this.runEnd;
		}
	}

	private void put(char c) {
		room(1)[this.length++] = c;
	}

	private char[] room(int size) {
		if (size > this.chars.length - this.length) {
			int doubled = (int) Math.min(this.maxLength, 2L * this.chars.length);
			this.chars = Arrays.copyOf(this.chars, Math.max(doubled, this.length + size));
		}
		return this.chars;
	}

}
