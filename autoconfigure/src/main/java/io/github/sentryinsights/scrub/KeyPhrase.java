package io.github.sentryinsights.scrub;

/**
 * Finds a sensitive key of several words in prose.
 */
final class KeyPhrase {

	private static final int MAX_KEY = 64;

	private static final String[] PREPOSITIONS = { " for ", " of " };

	private static final String[] OWNERS = { "user ", "account ", "customer ", "client ", "tenant ", "login ",
			"host " };

	private KeyPhrase() {
	}

	/**
	 * Find the key that ends at an index, as in {@code the api key}.
	 * @param keys the sensitive keys
	 * @param text the text
	 * @param floor the first index to look at
	 * @param end where the key ends
	 * @return the span of the key, or {@link Detector#NONE}
	 */
	static long endingAt(SensitiveKeys keys, String text, int floor, int end) {
		long identifier = keys.identifier(text, Math.max(floor, end - MAX_KEY), end);
		int start = WordEndings.start(identifier);
		if (!WordEndings.mayBeIn(identifier)) {
			return Detector.NONE;
		}
		int phrase = KeyText.phraseStart(text, floor, start);
		return (start < end && keys.matches(text, phrase, end, end)) ? Detector.span(phrase, end) : Detector.NONE;
	}

	/**
	 * Find the key before the name of whom it belongs to, as in
	 * {@code password for user 'ann'}.
	 * @param keys the sensitive keys
	 * @param text the text
	 * @param floor the first index to look at
	 * @param end where the name ends, behind its closing quote
	 * @return the span of the key, or {@link Detector#NONE}
	 */
	static long beforeName(SensitiveKeys keys, String text, int floor, int end) {
		boolean quoted = end - 1 > floor && Detector.isQuote(text.charAt(end - 1));
		int nameEnd = quoted ? end - 1 : end;
		int name = KeyText.keyStart(text, floor, nameEnd);
		if (name == nameEnd || name - 2 <= floor || (quoted && !Detector.isQuote(text.charAt(name - 1)))) {
			return Detector.NONE;
		}
		name -= quoted ? 1 : 0;
		if (text.charAt(name - 1) != ' ' || !isOwnerOrPrepositionEnd(text.charAt(name - 2))) {
			return Detector.NONE;
		}
		int owner = KeyText.keyStart(text, floor, name - 1);
		name = isOwner(text, owner, name) ? owner : name;
		for (String preposition : PREPOSITIONS) {
			int before = name - preposition.length();
			if (before > floor && text.startsWith(preposition, before)) {
				return endingAt(keys, text, floor, before);
			}
		}
		return Detector.NONE;
	}

	private static boolean isOwner(String text, int from, int to) {
		for (String owner : OWNERS) {
			if (owner.length() == to - from && text.startsWith(owner, from)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isOwnerOrPrepositionEnd(char c) {
		return c == 'r' || c == 'f' || c == 't' || c == 'n';
	}

}
