package io.github.sentryinsights.scrub;

import java.util.List;

import io.github.sentryinsights.key.KeyWords;

/**
 * Tells in one pass where an identifier begins and, by how its words end, that none of
 * certain words is in it. Identifiers stand before every equals sign and colon of a text,
 * and few are sensitive.
 */
final class WordEndings {

	/** The letters at the end of a word that are looked at. */
	private static final int LENGTH = 3;

	private static final int BITS = 5;

	private static final int LETTER = (1 << BITS) - 1;

	private static final int PART = 1 << BITS;

	private static final int LOWER = PART << 1;

	private static final long MAYBE = 1L << 32;

	/**
	 * For each ASCII character of an identifier its letter, if it is one, and flags; 0
	 * for the others.
	 */
	private static final byte[] KINDS = kinds();

	private final long[] endings = new long[1 << (LENGTH * BITS - 6)];

	private static byte[] kinds() {
		byte[] kinds = new byte[128];
		for (char c = 0; c < kinds.length; c++) {
			boolean lower = c >= 'a' && c <= 'z';
			if (SensitiveValue.isKeyPart(c)) {
				kinds[c] = (byte) (PART | letter(c) | (lower ? LOWER : 0));
			}
		}
		return kinds;
	}

	private static int letter(char c) {
		return Detector.isLetter(c) ? Character.toLowerCase(c) & LETTER : 0;
	}

	/**
	 * Add the last word of a phrase, as the others make no key sensitive.
	 * @param phrase the phrase, which has a word
	 */
	void addLastWord(String phrase) {
		List<String> words = KeyWords.split(phrase);
		String word = words.get(words.size() - 1);
		int ending = 0;
		for (int i = Math.max(0, word.length() - LENGTH); i < word.length(); i++) {
			ending = (ending << BITS) | letter(word.charAt(i));
		}
		// What stands before a shorter word may be the end of another one.
		int known = Math.min(word.length(), LENGTH) * BITS;
		for (int before = 0; before < 1 << (LENGTH * BITS - known); before++) {
			int any = (before << known) | ending;
			this.endings[any >>> 6] |= 1L << any;
		}
	}

	/**
	 * Find the identifier that ends at an index.
	 * @param text the text
	 * @param floor the first index to look at
	 * @param end where the identifier ends
	 * @return where it {@linkplain #start begins}, and whether one of the words
	 * {@linkplain #mayBeIn may be} in it
	 */
	long identifier(String text, int floor, int end) {
		int start = end;
		int next = 0;
		long found = 0;
		while (start > floor) {
			int kind = kind(text.charAt(start - 1));
			if (kind == 0) {
				break;
			}
			start--;
			if ((next & LOWER) == 0) {
				int letters = ending(text, floor, start, kind);
				found |= this.endings[letters >>> 6] >>> letters;
			}
			next = kind;
		}
		return start | ((found & 1) * MAYBE);
	}

	/**
	 * Return the letters with which a word may end at an index.
	 */
	private static int ending(String text, int floor, int last, int kind) {
		int letters = kind & LETTER;
		for (int i = 1; i < LENGTH && last - i >= floor; i++) {
			letters |= (kind(text.charAt(last - i)) & LETTER) << (i * BITS);
		}
		return letters;
	}

	private static int kind(char c) {
		return (c < 128) ? KINDS[c] : Detector.isLetter(c) ? PART | letter(c) : 0;
	}

	static int start(long identifier) {
		return (int) identifier;
	}

	static boolean mayBeIn(long identifier) {
		return identifier >= MAYBE;
	}

}
