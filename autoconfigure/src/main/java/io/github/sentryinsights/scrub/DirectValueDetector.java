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

	private static final String MACHINE = "machine ";

	private static final String LOGIN = "login ";

	private static final String[] COMMANDS = { "ENV ", "ARG ", "configure set " };

	private static final int MAX_MACHINE = 128;

	private static final int ACCESS_KEY = 40;

	private static final int MIN_MIXED = 24;

	private static final int MIN_PASSWORD = 6;

	private static final int MIN_OPAQUE = 12;

	private static final int MIN_EACH = 3;

	private static final int MIN_TOKEN = 16;

	private static final int SSN_DIGITS = 9;

	private static final int SSN_LENGTH = 11;

	private static final int MIN_CODE = 4;

	private static final int MAX_CODE = 8;

	DirectValueDetector(SensitiveKeys keys, Redactions redactions) {
		super("wWdDeErRsPNn", keys, redactions);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return switch (c) {
			case 'w', 'W' -> before == 's' || before == 'S';
			case 'd' -> before == 'w';
			case 'D' -> before == 'W';
			case 'n' -> before == 's';
			case 'e' -> before == 'k' || before == 'K';
			case 'E' -> before == 'K';
			case 'r' -> before == 'c';
			case 'R' -> before == 'C';
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
			case 'R' -> after == 'E';
			case 's' -> after == 'i';
			default -> after == ' ';
		};
	}

	@Override
	AsciiSet second(char before, char c, char after) {
		return switch (c) {
			case 'w', 'W' -> AsciiSet.of("rR");
			case 'r' -> AsciiSet.of("tTdD");
			case 's' -> AsciiSet.of("oO");
			default -> AsciiSet.ALL;
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
		if ((text.charAt(at) | 0x20) == 'n' && (text.charAt(at - 1) | 0x20) == 's') {
			return socialSecurityNumber(text, floor, at);
		}
		int start = text.startsWith(FROM, end + 1) ? end + 1 + FROM.length() : end + 1;
		int stop = SensitiveValue.sentenceEnd(text, start, SensitiveValue.bareEnd(text, start, false));
		if (stop == start || !(isValue(text, at, start, stop) || isAssigned(text, end))) {
			return NONE;
		}
		return (key(text, at) != NONE && !SensitiveValue.isHarmless(text, start, stop)) ? span(start, stop) : NONE;
	}

	// ENV TOKEN x of a Dockerfile, and machine example.org login ann password x of .netrc
	private static boolean isAssigned(String text, int keyEnd) {
		int start = KeyText.keyStart(text, 0, keyEnd);
		for (String command : COMMANDS) {
			if (text.startsWith(command, start - command.length())) {
				return true;
			}
		}
		int limit = Math.max(0, start - MAX_MACHINE);
		boolean login = false;
		for (int i = start; i >= limit && text.startsWith(PASSWORD, start); i--) {
			login |= text.startsWith(LOGIN, i);
			if (login && text.startsWith(MACHINE, i)) {
				return true;
			}
		}
		return false;
	}

	// word, cret or credential, and sion: most words with the first letters are others
	private static boolean isEndOfKey(String text, int at) {
		int third = (at + 2 < text.length()) ? text.charAt(at + 2) | 0x20 : 0;
		return switch (text.charAt(at)) {
			case 'w', 'W' -> third == 'r';
			case 'r', 'R' -> third == 't' || third == 'd';
			case 's' -> third == 'o' && text.charAt(at + 1) == 'i';
			default -> true;
		};
	}

	@Override
	long key(String text, int at) {
		int end = keyEnd(text, at);
		int start = KeyText.keyStart(text, 0, end);
		int phrase = KeyText.phraseStart(text, 0, start);
		boolean session = end - start == SESSION.length() && text.regionMatches(true, start, SESSION, 0, end - start);
		return (session || keys().matches(text, phrase, end, start)) ? span(phrase, end) : NONE;
	}

	private static boolean isValue(String text, int at, int from, int to) {
		return switch (text.charAt(at)) {
			case 'P', 'N' -> isCode(text, from, to);
			case 'd', 'D' -> isPassword(text, from, to);
			case 'w', 'W' -> text.regionMatches(true, at - 4, PASSWORD, 0, PASSWORD.length())
					? isPassword(text, from, to) : isOpaque(text, from, to);
			case 's' -> isOpaque(text, from, to) && isJoined(text, from, to);
			default -> isOpaque(text, from, to);
		};
	}

	// as the ids of sessions are, which are long
	private static boolean isJoined(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (!isLetterOrDigit(text.charAt(i))) {
				return false;
			}
		}
		return to - from >= MIN_TOKEN;
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
		if (at - 2 < floor || (text.charAt(at - 2) | 0x20) != 's' || !isWordStart(text, at - 2)) {
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
		int upper = 0;
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			upper += (c >= 'A' && c <= 'Z') ? 1 : 0;
			if (!isBase64Url(c) && c != '+' && c != '/' && c != '=') {
				return false;
			}
			letters += isAsciiLetter(c) ? 1 : 0;
			digits += isDigit(c) ? 1 : 0;
			turns += (i > from && isLetterOrDigit(c) && isLetterOrDigit(text.charAt(i - 1))
					&& isDigit(c) != isDigit(text.charAt(i - 1))) ? 1 : 0;
		}
		boolean token = to - from >= MIN_TOKEN && letters + digits == to - from;
		// the words of a name begin with few upper case letters
		boolean mixed = upper * 4 >= to - from && (letters - upper) * 4 >= to - from;
		boolean several = digits >= MIN_EACH || (digits > 0 && to - from == ACCESS_KEY)
				|| (digits > 1 && mixed && to - from >= MIN_MIXED);
		return to - from >= MIN_OPAQUE && letters >= MIN_EACH && several && (token || turns >= MIN_EACH)
				&& isLetterOrDigit(text.charAt(from));
	}

}
