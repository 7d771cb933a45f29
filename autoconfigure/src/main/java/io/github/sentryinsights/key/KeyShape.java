package io.github.sentryinsights.key;

import org.jspecify.annotations.Nullable;

/**
 * Takes the shape of a key piece by piece: first to count it, and then, from the
 * beginning again, to compare it with another or to write it. Used by one thread.
 */
final class KeyShape {

	private @Nullable String other;

	private @Nullable StringBuilder text;

	private int length;

	private int hash;

	private boolean same;

	/**
	 * Begin again, to find out whether the shape is that of another key.
	 * @param other the other shape
	 */
	void compareWith(String other) {
		this.other = other;
		this.same = true;
		this.length = 0;
	}

	/**
	 * Begin again, to write the shape.
	 * @param text where to
	 */
	void writeTo(StringBuilder text) {
		this.other = null;
		this.text = text;
		this.length = 0;
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
		if (this.other != null) {
			this.same = this.same && this.other.regionMatches(this.length, source, start, added);
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

	boolean isSame() {
		return this.same && this.other != null && this.other.length() == this.length;
	}

	int length() {
		return this.length;
	}

	int hash() {
		return this.hash ^ (this.hash >>> 16);
	}

}
