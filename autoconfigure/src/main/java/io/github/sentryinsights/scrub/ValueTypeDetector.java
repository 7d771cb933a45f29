package io.github.sentryinsights.scrub;

import java.util.List;

/**
 * Finds the value in what follows the name of a sensitive type or key in brackets:
 * {@code Password(x)}, {@code Secret[raw=x]}, {@code Credentials(ann, x)} and
 * {@code token [x]}. Signatures, stack frames, indexes and character classes stay.
 */
final class ValueTypeDetector extends KeyDetector {

	private static final int MAX_CONTENT = 512;

	private static final int MAX_DEPTH = 3;

	private static final int MIN_VALUE = 4;

	private static final int MIN_SPACED = 6;

	private static final int MIN_CODE = 3;

	private static final int MAX_UNIT = 3;

	private static final String[] COMPONENTS = { "value", "val", "raw", "plain", "plaintext", "plainText", "clear",
			"clearText", "text", "content", "data", "key", "string", "chars", "underlying", "encoded", "inner" };

	private static final String[] SOURCES = { ".java", ".kt", ".scala", ".groovy", ".clj" };

	// names with digits in them that are no secret
	private static final String[] ALGORITHMS = { "sha", "md", "aes", "rfc", "hs", "rs", "es", "ps", "utf", "base",
			"oauth", "v", "pbkdf", "iso", "http", "tls", "ed", "x", "argon", "web", "junit", "log4j", "h", "s" };

	private static final String[] RANGES = { "a-z", "A-Z", "0-9" };

	private static final AsciiSet NAME_PARTS = AsciiSet.LETTERS.and(AsciiSet.DIGITS).and(AsciiSet.of("_"));

	private final SensitiveKeys codes = SensitiveKeys
		.of(List.of("pin", "pincode", "otp", "totp", "cvv", "cvc", "cvn", "passcode", "code"));

	ValueTypeDetector(SensitiveKeys keys, Redactions redactions) {
		super("([{", keys, redactions);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return ((c == '(' || c == '[' || c == '{') && isAsciiLetter(before)) || (c == '[' && before == ' ');
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return after == 0 || (after > ' ' && after != ')' && after != ']' && after != '}' && after != '?');
	}

	@Override
	long find(String text, int floor, int at) {
		long key = key(text, at);
		if (key == NONE || start(key) < floor || at + 1 >= text.length() || text.charAt(at + 1) == '?'
				|| SensitiveValue.afterPlaceholder(text, at) > at) {
			return NONE;
		}
		int end = close(text, at);
		if (end == NONE || end == at + 1) {
			return NONE;
		}
		boolean type = Character.isUpperCase(text.charAt(start(key))) && text.charAt(at - 1) != ' ';
		int start = component(text, at + 1, end);
		if (start != at + 1) {
			return type ? unquoted(text, start, end) : NONE;
		}
		if (isQuote(text.charAt(start))) {
			return (type || SensitiveValue.isMixed(text, start, end)) ? unquoted(text, start, end) : NONE;
		}
		if (SensitiveValue.isPairAhead(text, start) || isCode(text, start, end)) {
			return NONE;
		}
		return parts(text, start, end, type, (text.charAt(at - 1) == ' ') ? MIN_SPACED
				: this.codes.matches(text, start(key), end(key), start(key)) ? -MIN_CODE : MIN_VALUE);
	}

	@Override
	long key(String text, int at) {
		int end = (at > 0 && text.charAt(at - 1) == ' ') ? at - 1 : at;
		int start = end;
		int limit = Math.max(0, end - MAX_KEY);
		while (start > limit && isNamePart(text.charAt(start - 1))) {
			start--;
		}
		if (start == end || !keys().mayMatch(text, start, end)) {
			return NONE;
		}
		int phrase = (end < at) ? KeyText.phraseStart(text, 0, start) : start;
		return keys().matches(text, phrase, end, start) ? span(start, end) : NONE;
	}

	private static boolean isNamePart(char c) {
		return (c < 128) ? NAME_PARTS.has(c) : isLetter(c);
	}

	private static int close(String text, int at) {
		int depth = 0;
		int limit = Math.min(text.length(), at + MAX_CONTENT);
		for (int i = at; i < limit; i++) {
			char c = text.charAt(i);
			if (isSpace(c) && text.charAt(i - 1) != ',') {
				return (int) NONE;
			}
			if (isQuote(c) && i == at + 1) {
				i = SensitiveValue.quotedEnd(text, i + 1, c, 0);
			}
			else if ((c == '(' || c == '[' || c == '{') && ++depth > MAX_DEPTH) {
				return (int) NONE;
			}
			else if ((c == ')' || c == ']' || c == '}') && --depth == 0) {
				boolean key = i + 1 < text.length() && (text.charAt(i + 1) == '=' || text.charAt(i + 1) == ':');
				return key ? (int) NONE : i;
			}
		}
		return (limit == text.length()) ? limit : (int) NONE;
	}

	// the start of the value behind raw= or the like, when nothing but it is there
	private static int component(String text, int from, int to) {
		for (String name : COMPONENTS) {
			int equals = from + name.length();
			if (text.startsWith(name, from) && equals + 1 < to && text.charAt(equals) == '=') {
				for (int i = equals + 1; i < to; i++) {
					if (text.charAt(i) == ',' || text.charAt(i) == '=') {
						return from;
					}
				}
				return equals + 1;
			}
		}
		return from;
	}

	private static long unquoted(String text, int from, int to) {
		int start = from;
		int end = to;
		if (isQuote(text.charAt(from))) {
			start = from + 1;
			end = SensitiveValue.quotedEnd(text, start, text.charAt(from), 0);
			if (end + 1 < to) {
				return NONE;
			}
		}
		return (start >= end || SensitiveValue.isHarmless(text, start, end)) ? NONE : span(start, end);
	}

	private static boolean isCode(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			if ((c == '.' && startsWithOneOf(SOURCES, text, i)) || (c == '-' && startsWithOneOf(RANGES, text, i - 1))) {
				return true;
			}
		}
		return false;
	}

	private static boolean startsWithOneOf(String[] marks, String text, int at) {
		for (String mark : marks) {
			if (text.startsWith(mark, at)) {
				return true;
			}
		}
		return false;
	}

	// from the first to the last part that can be a secret
	private static long parts(String text, int from, int to, boolean several, int minLength) {
		int first = -1;
		int last = -1;
		int start = from;
		for (int i = from; i <= to; i++) {
			boolean end = i == to || text.charAt(i) == ',';
			if (!end && isSpace(text.charAt(i)) && i > start) {
				return NONE;
			}
			if (!end && isSpace(text.charAt(i))) {
				start = i + 1;
			}
			if (end) {
				if (i < to && !several) {
					return NONE;
				}
				if (isSecret(text, start, i, minLength)) {
					first = (first == -1) ? start : first;
					last = i;
				}
				start = i + 1;
			}
		}
		return (first != -1) ? span(first, last) : NONE;
	}

	/**
	 * Whether a part can be a secret, as it is no name, number, version or algorithm.
	 * @param text the text
	 * @param from where the part begins
	 * @param to where it ends
	 * @param minLength the least length, or the least number of digits when negative
	 * @return whether it can be
	 */
	static boolean isSecret(String text, int from, int to, int minLength) {
		if (from >= to || SensitiveValue.isHarmless(text, from, to)) {
			return false;
		}
		int digits = 0;
		int letters = 0;
		boolean symbol = false;
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			digits += isDigit(c) ? 1 : 0;
			letters += isLetter(c) ? 1 : 0;
			symbol |= "!#%^&*+?~".indexOf(c) >= 0;
		}
		if (minLength < 0) {
			return digits >= -minLength;
		}
		if (minLength == MIN_SPACED && isErrorCode(text, from, to)) {
			return false;
		}
		boolean mixed = letters > 0 && (digits > 0 || symbol);
		return to - from >= minLength && (mixed || digits >= MIN_SPACED) && !isName(text, from, to, digits);
	}

	// [42102-232], as H2 ends its messages
	private static boolean isErrorCode(String text, int from, int to) {
		int dash = from + 5;
		for (int i = from; i < to; i++) {
			if (i != dash && !isDigit(text.charAt(i))) {
				return false;
			}
		}
		return dash + 2 < to && to <= dash + 4 && text.charAt(dash) == '-';
	}

	// a version, an algorithm, a measure or a type
	private static boolean isName(String text, int from, int to, int digits) {
		if (isDigit(text.charAt(from))) {
			return to - from - digits <= MAX_UNIT && !isDigit(text.charAt(to - 1)) && endsInLetters(text, from, to);
		}
		for (String algorithm : ALGORITHMS) {
			int end = from + algorithm.length();
			if (text.regionMatches(true, from, algorithm, 0, algorithm.length()) && end < to
					&& (isDigit(text.charAt(end)) || (text.charAt(end) == '-' && end + 1 < to))) {
				int i = (text.charAt(end) == '-') ? end + 1 : end;
				int number = i;
				while (i < to && (isDigit(text.charAt(i)) || text.charAt(i) == '.')) {
					i++;
				}
				if (i > number && (i == to || (algorithm.length() > 1 && Character.isUpperCase(text.charAt(from))
						&& Character.isUpperCase(text.charAt(i))))) {
					return true;
				}
			}
		}
		return isTypeName(text, from, to);
	}

	private static boolean endsInLetters(String text, int from, int to) {
		boolean letters = false;
		for (int i = from; i < to; i++) {
			if (isLetter(text.charAt(i))) {
				letters = true;
			}
			else if (letters || (!isDigit(text.charAt(i)) && text.charAt(i) != '.')) {
				return false;
			}
		}
		return letters;
	}

	// com.acme.OAuth2Token
	private static boolean isTypeName(String text, int from, int to) {
		boolean dot = false;
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			if (c == '.') {
				if (!dot && !isLowerCase(text, from, i)) {
					return false;
				}
				dot = true;
			}
			else if (!isLetterOrDigit(c) && c != '_' && c != '$') {
				return false;
			}
		}
		return dot && isLetter(text.charAt(from));
	}

	private static boolean isLowerCase(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (!Character.isLowerCase(text.charAt(i))) {
				return false;
			}
		}
		return true;
	}

}
