package io.github.sentryinsights.scrub;

/**
 * Finds what follows {@code Bearer} and {@code Basic}, and leaves prose with these words
 * alone.
 */
final class AuthSchemeDetector extends Detector {

	private static final String[] PROSE = { "token", "tokens", "auth", "authentication", "authorization", "scheme",
			"header", "headers", "realm", "credentials", "credential", "format", "type", "method", "only", "error",
			"challenge", "certificate", "is", "was", "not", "of", "and", "or", "for", "from", "the", "in", "with", "to",
			"must", "missing", "required", "invalid", "expired", "null", "none" };

	// Characters by which what follows Basic is judged, as it may be no credential.
	private static final int MAX_JUDGED = 128;

	private static final int MAX_WORD = 12;

	AuthSchemeDetector() {
		super("eEaA", Rule.CREDENTIALS);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return (before == 'B' || before == 'b') && (c == 'e' || c == 'E' || c == 'a' || c == 'A');
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		char folded = (char) (after | 0x20);
		return folded == (((c | 0x20) == 'e') ? 'a' : 's');
	}

	@Override
	AsciiSet second(char before, char c, char after) {
		// The i of basic has other forms in other languages.
		return ((c | 0x20) == 'e') ? AsciiSet.of("rR") : AsciiSet.of("iI\0");
	}

	@Override
	long find(String text, int floor, int second) {
		int at = second - 1;
		if (at < floor) {
			return NONE;
		}
		boolean bearer = text.regionMatches(true, at, "bearer", 0, 6);
		if (!bearer && !text.regionMatches(true, at, "basic", 0, 5)) {
			return NONE;
		}
		int start = at + (bearer ? 6 : 5);
		int from = start;
		while (start < text.length() && (text.charAt(start) == ' ' || text.charAt(start) == '+')) {
			start++;
		}
		if (start == from && text.startsWith("%20", start)) {
			start += 3;
		}
		if (start == from || (at > floor && !isWordStart(text, at))) {
			return NONE;
		}
		if (!bearer && !isUserAndPassword(text, start, Math.min(text.length(), start + MAX_JUDGED))) {
			return NONE;
		}
		int end = credentialEnd(text, start);
		return (!bearer || isToken(text, start, end)) && !isParameter(text, start, end) ? span(start, end) : NONE;
	}

	// Bearer realm="x" is a challenge
	private static boolean isParameter(String text, int from, int end) {
		if (end + 1 >= text.length() || !isQuote(text.charAt(end)) || text.charAt(end - 1) != '='
				|| !(isLetterOrDigit(text.charAt(end + 1)) || isQuote(text.charAt(end + 1)))) {
			return false;
		}
		for (int i = from; i < end - 1; i++) {
			if (!isAsciiLetter(text.charAt(i)) && text.charAt(i) != '_') {
				return false;
			}
		}
		return true;
	}

	private static int credentialEnd(String text, int start) {
		int end = start;
		while (end < text.length() && isCredential(text.charAt(end))) {
			end++;
		}
		while (end > start && (text.charAt(end - 1) == '.' || text.charAt(end - 1) == '-')) {
			end--;
		}
		return end;
	}

	private static boolean isCredential(char c) {
		return isBase64Url(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '=' || c == '%' || c == ':';
	}

	private static boolean isToken(String text, int from, int to) {
		if (to - from < 3 || (to - from <= MAX_WORD && isWord(text, from, to)) || isPair(text, from, to)) {
			return false;
		}
		for (String word : PROSE) {
			if (word.length() == to - from && text.regionMatches(true, from, word, 0, word.length())) {
				return false;
			}
		}
		return true;
	}

	// tokenType=Bearer expiresIn=3600, as a token only ends in equals signs
	private static boolean isPair(String text, int from, int to) {
		int i = from;
		while (i < to && isAsciiLetter(text.charAt(i))) {
			i++;
		}
		return i > from && i + 1 < to && text.charAt(i) == '=' && isLetterOrDigit(text.charAt(i + 1));
	}

	// as in "Bearer bonds"
	private static boolean isWord(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (text.charAt(i) < 'a' || text.charAt(i) > 'z') {
				return false;
			}
		}
		return true;
	}

	// base64 of name:password, judged by the colon that must be in it
	private static boolean isUserAndPassword(String text, int from, int to) {
		int bits = 0;
		int buffer = 0;
		boolean colon = false;
		for (int i = from; i < to; i++) {
			int value = base64Value(text.charAt(i));
			if (value < 0) {
				return colon;
			}
			buffer = ((buffer << 6) | value) & 0xffff;
			bits += 6;
			if (bits >= 8) {
				bits -= 8;
				int decoded = (buffer >> bits) & 0xff;
				if (decoded < ' ') {
					return false;
				}
				colon |= decoded == ':';
			}
		}
		return colon;
	}

	/**
	 * Return what a character stands for in Base64.
	 * @param c the character
	 * @return its six bits, or -1 when it is none
	 */
	static int base64Value(char c) {
		if (c >= 'A' && c <= 'Z') {
			return c - 'A';
		}
		if (c >= 'a' && c <= 'z') {
			return c - 'a' + 26;
		}
		if (isDigit(c)) {
			return c - '0' + 52;
		}
		if (c == '+' || c == '-') {
			return 62;
		}
		return (c == '/' || c == '_') ? 63 : -1;
	}

}
