package io.github.sentryinsights.scrub;

/**
 * Finds the value that follows a sensitive key in prose without a word between them:
 * {@code with password x}, {@code token x is expired} and {@code OTP 123456}. Without a
 * sign that a value follows, it must look like one.
 */
final class DirectValueDetector extends KeyDetector {

	private static final String PASSWORD = "password";

	private static final String SESSION = "session";

	private static final String FROM = "from ";

	private static final int MIN_PASSWORD = 6;

	private static final int MIN_OPAQUE = 12;

	private static final int MIN_EACH = 3;

	private static final int MIN_TOKEN = 16;

	private static final int SSN_DIGITS = 9;

	private static final int SSN_LENGTH = 11;

	private static final int MIN_CODE = 4;

	private static final int MAX_CODE = 8;

	DirectValueDetector(SensitiveKeys keys, Redactions redactions) {
		super("wWeErsPN", keys, redactions);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return switch (c) {
			case 'w', 'W' -> before == 's' || before == 'S';
			case 'e' -> before == 'k' || before == 'K';
			case 'E' -> before == 'K';
			case 'r' -> before == 'c';
			case 's' -> before == 's';
			case 'P' -> before == 'T';
			case 'N' -> before == 'I' || before == 'S';
			default -> false;
		};
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return switch (c) {
			case 'w', 'W' -> (after | 0x20) == 'o';
			case 'e' -> after == 'y' || after == 'n';
			case 'E' -> after == 'Y' || after == 'N';
			case 'r' -> after == 'e';
			case 's' -> after == 'i';
			default -> after == ' ';
		};
	}

	@Override
	long find(String text, int floor, int at) {
		if (!isEndOfKey(text, at)) {
			return NONE;
		}
		int end = keyEnd(text, at);
		if (end + 1 >= text.length() || text.charAt(end) != ' ' || isSpace(text.charAt(end + 1))) {
			return NONE;
		}
		if (text.charAt(at) == 'N' && text.charAt(at - 1) == 'S') {
			return socialSecurityNumber(text, floor, at);
		}
		int start = text.startsWith(FROM, end + 1) ? end + 1 + FROM.length() : end + 1;
		int stop = SensitiveValue.sentenceEnd(text, start, SensitiveValue.bareEnd(text, start, false));
		return (stop > start && isValue(text, at, start, stop) && key(text, at) != NONE) ? span(start, stop) : NONE;
	}

	// word, cret or credential, and sion: most words with the first letters are others
	private static boolean isEndOfKey(String text, int at) {
		int third = (at + 2 < text.length()) ? text.charAt(at + 2) | 0x20 : 0;
		return switch (text.charAt(at)) {
			case 'w', 'W' -> third == 'r';
			case 'r' -> third == 't' || third == 'd';
			case 's' -> third == 'o';
			default -> true;
		};
	}

	@Override
	long key(String text, int at) {
		int end = keyEnd(text, at);
		int start = SensitivePairDetector.keyStart(text, 0, end);
		int phrase = SensitivePairDetector.phraseStart(text, 0, start);
		return keys().matches(text, phrase, end, start) ? span(phrase, end) : NONE;
	}

	private static boolean isValue(String text, int at, int from, int to) {
		return switch (text.charAt(at)) {
			case 'P', 'N' -> isCode(text, from, to);
			case 'w', 'W' -> text.regionMatches(true, at - 4, PASSWORD, 0, PASSWORD.length())
					? isPassword(text, from, to) : isOpaque(text, from, to);
			default -> isOpaque(text, from, to);
		};
	}

	private static int keyEnd(String text, int at) {
		int end = at;
		int limit = Math.min(text.length(), at + MAX_KEY);
		while (end < limit && isLetter(text.charAt(end))) {
			end++;
		}
		boolean session = text.regionMatches(true, end - SESSION.length(), SESSION, 0, SESSION.length());
		return (session && text.regionMatches(true, end, " id ", 0, 4)) ? end + 3 : end;
	}

	private static boolean isCode(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (!isDigit(text.charAt(i))) {
				return false;
			}
		}
		return to - from >= MIN_CODE && to - from <= MAX_CODE;
	}

	private static boolean isPassword(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (text.charAt(i) == '(') {
				return false;
			}
		}
		return to - from >= MIN_PASSWORD && SensitiveValue.isMixed(text, from, to) && isLetterOrDigit(text.charAt(from))
				&& !SensitiveValue.isPairAhead(text, from);
	}

	// SSN 123 45 6789
	private static long socialSecurityNumber(String text, int floor, int at) {
		if (at - 2 < floor || text.charAt(at - 2) != 'S' || !isWordStart(text, at - 2)) {
			return NONE;
		}
		int start = at + 2;
		int digits = 0;
		int end = start;
		while (end < text.length() && end - start < SSN_LENGTH) {
			if (isDigit(text.charAt(end))) {
				digits++;
			}
			else if (text.charAt(end) != ' ' || (digits != 3 && digits != 5)) {
				break;
			}
			end++;
			if (digits == SSN_DIGITS) {
				break;
			}
		}
		boolean ends = end == text.length() || !isLetterOrDigit(text.charAt(end));
		return (digits == SSN_DIGITS && ends) ? span(start, end) : NONE;
	}

	// letters and digits that take turns, and none of the characters of names and paths
	private static boolean isOpaque(String text, int from, int to) {
		int letters = 0;
		int digits = 0;
		int turns = 0;
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			if (!isBase64Url(c) && c != '+' && c != '/' && c != '=') {
				return false;
			}
			letters += isAsciiLetter(c) ? 1 : 0;
			digits += isDigit(c) ? 1 : 0;
			turns += (i > from && isLetterOrDigit(c) && isLetterOrDigit(text.charAt(i - 1))
					&& isDigit(c) != isDigit(text.charAt(i - 1))) ? 1 : 0;
		}
		boolean token = to - from >= MIN_TOKEN && letters + digits == to - from;
		return to - from >= MIN_OPAQUE && letters >= MIN_EACH && digits >= MIN_EACH && (token || turns >= MIN_EACH)
				&& isLetterOrDigit(text.charAt(from));
	}

}
