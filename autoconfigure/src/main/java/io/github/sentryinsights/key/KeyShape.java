package io.github.sentryinsights.key;

import org.jspecify.annotations.Nullable;

/**
 * Takes the shape of a key piece by piece: to write it, to compare it with one that is
 * expected, or only to count. Used by one thread.
 */
final class KeyShape {

	private final @Nullable String expected;

	private final @Nullable StringBuilder text;

	private int length;

	private int hash;

	private boolean same = true;

	KeyShape(@Nullable String expected, @Nullable StringBuilder text) {
		this.expected = expected;
		this.text = text;
	}

	/**
	 * Take a piece, unless the shape would become too long.
	 * @param source what holds the piece
	 * @param start where it begins
	 * @param end where it ends
	 * @return whether there was room for it
	 */
	boolean append(String source, int start, int end) {
		int added = end - start;
		if (this.length + added > PlainKey.MAX_LENGTH) {
			return false;
		}
		if (this.expected != null) {
			this.same = this.same && this.expected.regionMatches(this.length, source, start, added);
		}
		else if (this.text != null) {
			this.text.append(source, start, end);
		}
		else {
			for (int i = start; i < end; i++) {
				this.hash = 31 * this.hash + source.charAt(i);
			}
		}
		this.length += added;
		return true;
	}

	boolean isExpected() {
		return this.same && this.expected != null && this.expected.length() == this.length;
	}

	int length() {
		return this.length;
	}

	int hash() {
		return this.hash ^ (this.hash >>> 16);
	}

}
