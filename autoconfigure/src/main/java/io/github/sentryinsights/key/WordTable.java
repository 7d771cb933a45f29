package io.github.sentryinsights.key;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Looks up words inside a text, ignoring case, without making strings of them. Immutable
 * and safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class WordTable {

	private static final int ABSENT = -1;

	private final @Nullable String[] words;

	private final int[] numbers;

	private final int mask;

	/**
	 * Create a new table.
	 * @param words the words in lower case, each with its number
	 */
	public WordTable(Map<String, Integer> words) {
		int capacity = Integer.highestOneBit(Math.max(words.size(), 1)) * 4;
		this.words = new @Nullable String[capacity];
		this.numbers = new int[capacity];
		this.mask = capacity - 1;
		words.forEach(this::put);
	}

	private void put(String word, Integer number) {
		int slot = hash(word, 0, word.length()) & this.mask;
		while (this.words[slot] != null) {
			slot = (slot + 1) & this.mask;
		}
		this.words[slot] = word;
		this.numbers[slot] = number;
	}

	/**
	 * Find the number of a word.
	 * @param text the text that holds the word
	 * @param from where the word begins
	 * @param to where it ends
	 * @return its number, or -1 when it is not in the table
	 */
	public int find(String text, int from, int to) {
		int slot = hash(text, from, to) & this.mask;
		while (true) {
			String word = this.words[slot];
			if (word == null) {
				return ABSENT;
			}
			if (isSame(word, text, from, to)) {
				return this.numbers[slot];
			}
			slot = (slot + 1) & this.mask;
		}
	}

	private static boolean isSame(String word, String text, int from, int to) {
		if (word.length() != to - from) {
			return false;
		}
		for (int i = from; i < to; i++) {
			if (word.charAt(i - from) != KeyWords.fold(text.charAt(i))) {
				return false;
			}
		}
		return true;
	}

	private static int hash(String text, int from, int to) {
		int hash = 0;
		for (int i = from; i < to; i++) {
			hash = 31 * hash + KeyWords.fold(text.charAt(i));
		}
		return hash ^ (hash >>> 15);
	}

}
