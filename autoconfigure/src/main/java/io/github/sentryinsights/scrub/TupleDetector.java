package io.github.sentryinsights.scrub;

/**
 * Finds the value beside a sensitive key in a pair such as {@code (password, x)},
 * {@code Pair[password, x]} and {@code ("password", "x")}, as tuples, lists of parameters
 * and calls are written. Lists of columns and of arguments stay, so the value has to look
 * like none of their names.
 */
final class TupleDetector extends KeyDetector {

	private static final int MAX_VALUE = 128;

	private static final int MIN_VALUE = 4;

	// how keys begin that stand in brackets alone
	private static final String INITIALS = "pPsStTaAcC";

	private static final String[] TYPES = { "Pair", "Entry", "Tuple", "KeyValue", "Parameter", "Header" };

	TupleDetector(SensitiveKeys keys, Redactions redactions) {
		super("([", keys, redactions);
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return isQuote(after) || (isLetterOrDigit(before) ? isAsciiLetter(after) : INITIALS.indexOf(after) >= 0);
	}

	@Override
	long find(String text, int floor, int at) {
		long key = key(text, at);
		if (key == NONE || at < floor) {
			return NONE;
		}
		char close = (text.charAt(at) == '(') ? ')' : ']';
		int comma = end(key) + (isQuote(text.charAt(end(key))) ? 1 : 0);
		int start = comma + 1;
		start += (start < text.length() && text.charAt(start) == ' ') ? 1 : 0;
		boolean quoted = start < text.length() && isQuote(text.charAt(start));
		int from = quoted ? start + 1 : start;
		int end = from;
		int limit = Math.min(text.length(), from + MAX_VALUE);
		while (end < limit && text.charAt(end) != (quoted ? text.charAt(start) : close)) {
			char c = text.charAt(end);
			if (!quoted && (c == ',' || c == '(' || isSpace(c))) {
				return NONE;
			}
			end++;
		}
		boolean closed = end < limit && (!quoted || (end + 1 < text.length() && text.charAt(end + 1) == close));
		return (closed && isValue(text, from, end, start == comma + 1)) ? span(from, end) : NONE;
	}

	private static boolean isValue(String text, int from, int to, boolean joined) {
		boolean name = true;
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			name &= isDigit(c) || c == '_' || (c >= 'a' && c <= 'z');
		}
		return !name && !SensitiveValue.isHarmless(text, from, to) && (joined ? SensitiveValue.isMixed(text, from, to)
				: ValueTypeDetector.isSecret(text, from, to, MIN_VALUE));
	}

	@Override
	long key(String text, int at) {
		boolean quoted = at + 1 < text.length() && isQuote(text.charAt(at + 1));
		int start = quoted ? at + 2 : at + 1;
		int end = start;
		int limit = Math.min(text.length(), start + MAX_KEY);
		while (end < limit && SensitiveValue.isKeyPart(text.charAt(end))) {
			end++;
		}
		int comma = quoted ? end + 1 : end;
		if (comma >= text.length() || text.charAt(comma) != ',' || (quoted && !isQuote(text.charAt(end)))
				|| (!quoted && !isTuple(text, at)) || !keys().mayMatch(text, start, end)
				|| !keys().matches(text, start, end, start)) {
			return NONE;
		}
		return span(start, end);
	}

	// with nothing or the name of a pair before the bracket
	private static boolean isTuple(String text, int at) {
		if (at == 0 || !isLetterOrDigit(text.charAt(at - 1))) {
			return true;
		}
		int start = KeyText.keyStart(text, 0, at);
		for (String type : TYPES) {
			for (int i = start; i + type.length() <= at; i++) {
				if (text.startsWith(type, i)) {
					return true;
				}
			}
		}
		return false;
	}

}
