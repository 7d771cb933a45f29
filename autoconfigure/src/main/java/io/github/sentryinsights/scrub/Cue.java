package io.github.sentryinsights.scrub;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Four characters in a row without which some detectors find nothing behind them, such as
 * four letters of the word {@code password}.
 *
 * @param first what the first one may be
 * @param second what the second one may be
 * @param third what the third one may be
 * @param fourth what the fourth one may be
 */
record Cue(AsciiSet first, AsciiSet second, AsciiSet third, AsciiSet fourth) {

	private static final int LENGTH = 4;

	private static final char END = '$';

	private static final char ANY = '*';

	// Letters from frequent to rare, and among them what is behind the end of a word.
	private static final String LETTERS = ANY + "eta" + END + "oinsrhldcumfpgwybvkxjqz";

	// Words of logs and stack traces, from frequent to rare. Parts of them are cues only
	// when a phrase has no other.
	private static final String WORDS = "controller request user connection time context service permission expression "
			+ "message one number content notification every require access verify active discovery private order "
			+ "factory certificate standard method design security sign login code ";

	// Two letters that many words begin or go on with.
	private static final List<String> PAIRS = List.of("th", "he", "in", "er", "an", "re", "on", "at", "en", "nd", "ti",
			"es", "or", "te", "of", "ed", "is", "it", "al", "ar", "st", "to", "nt", "ng", "se", "ha", "as", "ou", "io",
			"le", "ve", "co", "me", "de", "hi", "ri", "ro", "ic", "ne", "ea", "ra", "ce", "li", "ch", "ll", "be", "ma",
			"si", "om", "ur", "sp", "tr", "wa", "va", "ot", "mo", "ni", "am", "fr", "pa", "pr", "ca", "la", "ta", "no",
			"so", "ge", "ad", "ss", "ee", "na");

	private static final AsciiSet NOT_ASCII = AsciiSet.of("\0");

	/**
	 * Return a cue without which there is no key that ends with some words. It is as rare
	 * in text as its letters tell.
	 * @param words the words, at least one, in lower case
	 * @return the cue
	 */
	static Cue ofWords(List<String> words) {
		return of(words.stream().flatMap(Cue::windows).max(Comparator.comparing(Cue::rarity)).orElseThrow());
	}

	// What follows a word is no letter in lower case.
	private static Stream<String> windows(String word) {
		String padded = word + END + String.valueOf(ANY).repeat(Math.max(0, LENGTH - 1 - word.length()));
		return IntStream.rangeClosed(0, padded.length() - LENGTH).mapToObj((at) -> padded.substring(at, at + LENGTH));
	}

	// Below 0 for parts of frequent words, and lower still for two letters.
	private static int rarity(String window) {
		// as hexadecimal digits often are
		if (window.charAt(LENGTH - 1) == ANY) {
			return -WORDS.length() - 1;
		}
		int word = WORDS.indexOf(window.replace(END, ' '));
		if (word != -1) {
			return word - WORDS.length();
		}
		int letters = window.chars().map((letter) -> Math.max(0, LETTERS.indexOf(letter))).sum();
		return PAIRS.contains(window.substring(0, 2)) ? letters : letters + LETTERS.length();
	}

	private static Cue of(String window) {
		return new Cue(set(window.charAt(0)), set(window.charAt(1)), set(window.charAt(2)), set(window.charAt(3)));
	}

	private static AsciiSet set(char c) {
		return switch (c) {
			case ANY -> AsciiSet.ALL;
			case END -> AsciiSet.NOT_LOWER;
			// One that is not ASCII is also one of these two in lower case.
			case 'i', 'k' -> bothCases(c).and(NOT_ASCII);
			default -> (c < 128) ? bothCases(c) : NOT_ASCII;
		};
	}

	private static AsciiSet bothCases(char c) {
		return AsciiSet.of("" + c + Character.toUpperCase(c));
	}

}
