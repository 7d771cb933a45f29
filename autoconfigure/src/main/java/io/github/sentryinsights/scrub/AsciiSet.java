package io.github.sentryinsights.scrub;

/**
 * Some of the ASCII characters.
 *
 * @param low the first 64, by bit
 * @param high the others
 */
record AsciiSet(long low, long high) {

	static final AsciiSet ALL = new AsciiSet(-1, -1);

	static final AsciiSet NONE = new AsciiSet(0, 0);

	static final AsciiSet SPACES = new AsciiSet((1L << ' ' << 1) - 1, 0);

	static final AsciiSet LETTERS = of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	static final AsciiSet NOT_LOWER = new AsciiSet(-1, ~of("abcdefghijklmnopqrstuvwxyz").high);

	static final AsciiSet DIGITS = of("0123456789");

	/**
	 * Return some characters.
	 * @param characters the characters, which are ASCII
	 * @return the set of them
	 */
	static AsciiSet of(String characters) {
		long low = 0;
		long high = 0;
		for (int i = 0; i < characters.length(); i++) {
			char c = characters.charAt(i);
			low |= (c < Long.SIZE) ? 1L << c : 0;
			high |= (c >= Long.SIZE) ? 1L << c : 0;
		}
		return new AsciiSet(low, high);
	}

	/**
	 * Return the characters of this set and of another one.
	 * @param other the other set
	 * @return the set of them
	 */
	AsciiSet and(AsciiSet other) {
		return new AsciiSet(this.low | other.low, this.high | other.high);
	}

	/**
	 * Return the characters of this set but one.
	 * @param c the one
	 * @return the set of the others
	 */
	AsciiSet without(char c) {
		return (c < Long.SIZE) ? new AsciiSet(this.low & ~(1L << c), this.high)
				: new AsciiSet(this.low, this.high & ~(1L << c));
	}

	boolean has(int c) {
		return (((c < Long.SIZE) ? this.low : this.high) >>> c & 1) != 0;
	}

}
