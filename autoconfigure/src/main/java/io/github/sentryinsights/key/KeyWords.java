package io.github.sentryinsights.key;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits keys into words: at everything that is no letter, and where camel case begins a
 * new word.
 *
 * @since 0.1.0
 */
public final class KeyWords {

	private KeyWords() {
	}

	/**
	 * Return the words of a key.
	 * @param key the key
	 * @return the words, in lower case
	 */
	public static List<String> split(String key) {
		List<String> words = new ArrayList<>();
		for (int start = start(key, 0, key.length()); start < key.length();) {
			int end = end(key, start, key.length());
			StringBuilder word = new StringBuilder(end - start);
			for (int i = start; i < end; i++) {
				word.append(fold(key.charAt(i)));
			}
			words.add(word.toString());
			start = start(key, end, key.length());
		}
		return words;
	}

	/**
	 * Return where the next word begins.
	 * @param text the text
	 * @param from where to look from
	 * @param to where to stop
	 * @return the index of the word, or {@code to} when there is none
	 */
	public static int start(String text, int from, int to) {
		int start = from;
		while (start < to && !isLetter(text.charAt(start))) {
			start++;
		}
		return start;
	}

	/**
	 * Return where a word ends.
	 * @param text the text
	 * @param start where the word begins
	 * @param to where to stop
	 * @return the index behind the word
	 */
	public static int end(String text, int start, int to) {
		int end = start + 1;
		while (end < to) {
			char c = text.charAt(end);
			if (!isLetter(c)) {
				return end;
			}
			if (isUpper(c) && (!isUpper(text.charAt(end - 1))
					|| (end + 1 < to && Character.isLowerCase(text.charAt(end + 1))))) {
				return end;
			}
			end++;
		}
		return end;
	}

	private static boolean isLetter(char c) {
		return (c < 128) ? fold(c) >= 'a' && fold(c) <= 'z' : Character.isLetter(c);
	}

	private static boolean isUpper(char c) {
		return (c < 128) ? c >= 'A' && c <= 'Z' : Character.isUpperCase(c);
	}

	static char fold(char c) {
		return (c < 128) ? (char) (c | 0x20) : Character.toLowerCase(c);
	}

}
