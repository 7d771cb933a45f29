package io.github.sentryinsights.scrub;

/**
 * Tells where a key stands before its separator, and where its value begins.
 */
final class KeyText {

	/** Characters of a key that are read. */
	static final int MAX_KEY = 64;

	private static final int MAX_DECORATION = 8;

	/** Spaces and the like beside a separator that are read. */
	static final int MAX_SPACES = 16;

	private static final int MAX_PROSE_WORDS = 2;

	private KeyText() {
	}

	// the first character of -> and of the :: before a value in Base64
	static int separatorStart(String text, int at) {
		boolean second = text.charAt(at) == '>' || (at > 0 && text.charAt(at) == ':' && text.charAt(at - 1) == ':');
		return second ? at - 1 : at;
	}

	// where spaces before a separator begin
	static int spacedEnd(String text, int floor, int at) {
		int end = at;
		while (end > floor && at - end < MAX_SPACES && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) {
			end--;
		}
		return end;
	}

	// steps back over quotes, brackets and an index between a key and its separator
	static int keyEnd(String text, int floor, int at) {
		int end = at;
		int limit = Math.max(floor, at - MAX_DECORATION);
		while (end > limit) {
			char c = text.charAt(end - 1);
			if (c == ']') {
				end = beforeIndex(text, limit, end - 1);
			}
			else if (c == '\\' || c == ')' || Detector.isQuote(c)) {
				end--;
			}
			else {
				break;
			}
		}
		return end;
	}

	private static int beforeIndex(String text, int limit, int bracket) {
		int start = bracket;
		while (start > limit && Detector.isDigit(text.charAt(start - 1))) {
			start--;
		}
		return (start < bracket && start > limit && text.charAt(start - 1) == '[') ? start - 1 : bracket;
	}

	/**
	 * Return where a key begins.
	 * @param text the text
	 * @param floor the first index to look at
	 * @param end where the key ends
	 * @return where it begins, which is its end when there is none
	 */
	static int keyStart(String text, int floor, int end) {
		int start = end;
		int limit = Math.max(floor, end - MAX_KEY);
		while (start > limit && SensitiveValue.isKeyPart(text.charAt(start - 1))) {
			start--;
		}
		return start;
	}

	/**
	 * Return where a key of several words begins, as in {@code the api key: x}.
	 * @param text the text
	 * @param floor the first index to look at
	 * @param keyStart where the last word begins
	 * @return where the first word begins
	 */
	static int phraseStart(String text, int floor, int keyStart) {
		int start = keyStart;
		for (int words = 0; words < MAX_PROSE_WORDS; words++) {
			if (start <= floor || text.charAt(start - 1) != ' ') {
				return start;
			}
			int word = keyStart(text, floor, start - 1);
			if (word == start - 1) {
				return start;
			}
			start = word;
		}
		return start;
	}

	/**
	 * Return where a key ends.
	 * @param text the text
	 * @param from where it begins
	 * @return where it ends, which is its beginning when there is none
	 */
	static int wordEnd(String text, int from) {
		int end = from;
		int limit = Math.min(text.length(), from + MAX_KEY);
		while (end < limit && SensitiveValue.isKeyPart(text.charAt(end))) {
			end++;
		}
		return end;
	}

	static int valueStart(String text, int at, boolean plain) {
		int start = at + 1;
		if (start < text.length() && (text.charAt(start) == '>' || text.charAt(start) == '=')) {
			start++;
		}
		while (start < text.length() && Detector.isSpace(text.charAt(start))
				&& (!plain || !Detector.isLineEnd(text.charAt(start)))) {
			start++;
		}
		return start;
	}

	static int stepOver(String text, int from, String over) {
		int at = from;
		while (at < text.length() && at - from < MAX_SPACES && over.indexOf(text.charAt(at)) >= 0) {
			at++;
		}
		return at;
	}

	static int stepBack(String text, int floor, int from, String over) {
		int at = from;
		while (at > floor && from - at < MAX_SPACES && over.indexOf(text.charAt(at - 1)) >= 0) {
			at--;
		}
		return at;
	}

	static boolean endsWith(String text, int end, String word) {
		return text.regionMatches(true, end - word.length(), word, 0, word.length());
	}

}
