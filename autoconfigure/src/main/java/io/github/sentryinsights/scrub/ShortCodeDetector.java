package io.github.sentryinsights.scrub;

/**
 * Finds the digits of a one-time code or of a card beside what they are:
 * {@code verification code 482913}, {@code 482913 is your login code} and
 * {@code CVV 123}.
 */
final class ShortCodeDetector extends KeyDetector {

	private static final int MIN_CODE = 4;

	private static final int MIN_CARD_CODE = 3;

	private static final int MAX_CODE = 8;

	private static final int MAX_WORDS = 3;

	private static final String[] BEFORE_KEY = { " is your ", " as your ", " is the ", " as the " };

	private static final AsciiSet BEHIND_CODE = AsciiSet.of(" .,!\n\u0000");

	ShortCodeDetector(SensitiveKeys keys, Redactions redactions) {
		super("dVCvc", keys, redactions);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return switch (c) {
			case 'd' -> before == 'o';
			case 'V', 'C' -> before == 'V';
			case 'v', 'c' -> before == 'v';
			default -> false;
		};
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return after == ((c == 'd') ? 'e' : ' ');
	}

	@Override
	AsciiSet second(char before, char c, char after) {
		return (c == 'd') ? BEHIND_CODE : AsciiSet.ALL;
	}

	@Override
	long find(String text, int floor, int at) {
		boolean code = text.charAt(at) == 'd';
		if (code && (!text.startsWith("code", at - 2) || !isCodeEnd(text, at + 2))) {
			return NONE;
		}
		int start = keyEnd(text, at) + 1;
		int stop = digitsEnd(text, start);
		boolean after = stop - start >= (code ? MIN_CODE : MIN_CARD_CODE) && stop - start <= MAX_CODE
				&& text.charAt(start - 1) == ' ' && (stop == text.length() || !isLetterOrDigit(text.charAt(stop)));
		if (after) {
			return (key(text, at) != NONE) ? span(start, stop) : NONE;
		}
		return code ? before(text, floor, at) : NONE;
	}

	@Override
	long key(String text, int at) {
		int end = keyEnd(text, at);
		int start = KeyText.keyStart(text, 0, end);
		int phrase = KeyText.phraseStart(text, 0, start);
		return keys().matches(text, phrase, end, start) ? span(phrase, end) : NONE;
	}

	// As detectors share triggers, this one may be asked where its own has not followed.
	private static boolean isCodeEnd(String text, int end) {
		return end == text.length() || text.charAt(end) >= 128 || BEHIND_CODE.has(text.charAt(end));
	}

	private static int keyEnd(String text, int at) {
		return (text.charAt(at) == 'd') ? at + 2 : at + 1;
	}

	// 482913 is your login code
	private long before(String text, int floor, int at) {
		int start = KeyText.keyStart(text, floor, keyEnd(text, at));
		for (int words = 0; words < MAX_WORDS && start > floor && text.charAt(start - 1) == ' '; words++) {
			for (String before : BEFORE_KEY) {
				int end = start - before.length();
				if (end > floor && text.startsWith(before, end)) {
					return code(text, floor, end, at, start);
				}
			}
			start = KeyText.keyStart(text, floor, start - 1);
		}
		return NONE;
	}

	private long code(String text, int floor, int end, int at, int phrase) {
		int start = end;
		while (start > floor && end - start <= MAX_CODE && isDigit(text.charAt(start - 1))) {
			start--;
		}
		boolean found = end - start >= MIN_CODE && end - start <= MAX_CODE && isWordStart(text, start);
		return (found && keys().matches(text, phrase, at + 2, at + 2)) ? span(start, end) : NONE;
	}

	private static int digitsEnd(String text, int from) {
		int end = from;
		while (end < text.length() && end - from <= MAX_CODE && isDigit(text.charAt(end))) {
			end++;
		}
		return end;
	}

}
