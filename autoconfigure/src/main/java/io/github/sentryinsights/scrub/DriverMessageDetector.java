package io.github.sentryinsights.scrub;

/**
 * Finds the values that database drivers repeat in their messages, such as
 * {@code Key (email)=(x) already exists} and {@code Duplicate entry 'x'}. Numbers and
 * UUIDs, which are keys mostly, stay.
 */
final class DriverMessageDetector extends Detector {

	private static final int MAX_VALUE = 4096;

	private static final int MAX_COLUMN = 128;

	private static final String[] BEFORE_QUOTE = { "uplicate entry ", "ncorrect integer value: ",
			"ncorrect string value: ", "ncorrect datetime value: ", "ncorrect date value: ", "ncorrect decimal value: ",
			"ncorrect double value: ", "runcated incorrect DOUBLE value: ", "runcated incorrect INTEGER value: ",
			"runcated value: ", "onversion failed when converting the varchar value ",
			"onversion failed when converting the nvarchar value " };

	private static final String[] BEFORE_DOUBLE_QUOTE = { "conversion error converting ", "for type integer: ",
			"for type bigint: ", "for type smallint: ", "for type numeric: ", "for type uuid: ", "for type date: ",
			"for type timestamp: ", "for type boolean: ", "for type double precision: ", "for type json: ",
			"for enum type: " };

	private static final String[] BEFORE_BRACKET = { "row contains ", "duplicate key value is " };

	DriverMessageDetector() {
		super("('\"{[/", Rule.DATABASE_VALUE);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return switch (c) {
			case '(' -> before == '=' || before == ' ';
			case '\'', '"', '{', '[' -> before == ' ';
			case '/' -> before == '*';
			default -> false;
		};
	}

	@Override
	long find(String text, int floor, int at) {
		char c = text.charAt(at);
		int end;
		if (c == '(') {
			boolean key = at >= 2 && text.charAt(at - 1) == '=' && text.charAt(at - 2) == ')'
					&& isKey(text, floor, at - 2);
			if (!key && !isAfter(text, at, BEFORE_BRACKET)) {
				return NONE;
			}
			end = closing(text, at, '(', ')');
		}
		else if (c == '\'') {
			if (!isAfter(text, at, BEFORE_QUOTE)) {
				return NONE;
			}
			end = quoted(text, at + 1, c);
		}
		else if (c == '"') {
			if (isTooLong(text, at)) {
				end = quoted(text, at + 2, '\'');
				return SensitiveValue.isHarmless(text, at + 2, end) ? NONE : span(at + 2, end);
			}
			if (!isAfter(text, at, BEFORE_DOUBLE_QUOTE)) {
				return NONE;
			}
			end = quoted(text, at + 1, c);
		}
		else if (c == '{') {
			if (!isAfter(text, at, new String[] { "dup key: " })) {
				return NONE;
			}
			end = closing(text, at, '{', '}');
		}
		else if (c == '[') {
			if (!isBound(text, at)) {
				return NONE;
			}
			end = closing(text, at, '[', ']');
		}
		else {
			return h2(text, at);
		}
		return isIdentifier(text, at + 1, end) || SensitiveValue.isHarmless(text, at + 1, end) ? NONE
				: span(at + 1, end);
	}

	// H2: ... VALUES ( /* 1 */ 'x' )
	private static long h2(String text, int at) {
		int comment = Math.max(0, at - 24);
		if (at + 2 >= text.length() || at == 0 || text.charAt(at - 1) != '*' || !hasValues(text, comment, at)) {
			return NONE;
		}
		int start = at + 1;
		while (start < text.length() && isSpace(text.charAt(start))) {
			start++;
		}
		int end = start;
		int limit = Math.min(text.length(), start + MAX_VALUE);
		while (end < limit && !text.startsWith(" )", end)) {
			end++;
		}
		return isIdentifier(text, start, end) || SensitiveValue.isHarmless(text, start, end) ? NONE : span(start, end);
	}

	private static boolean hasValues(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (text.startsWith("VALUES ( /* ", i)) {
				return true;
			}
		}
		return false;
	}

	// Hibernate: binding parameter (1:VARCHAR) <- [x]
	private static boolean isBound(String text, int at) {
		if (!text.startsWith("<- ", at - 3) && !text.startsWith("] - ", at - 4)) {
			return false;
		}
		int limit = Math.max(0, at - MAX_COLUMN);
		for (int i = at - 3; i >= limit && text.charAt(i) != '\n'; i--) {
			if (text.startsWith("binding parameter ", i)) {
				return true;
			}
		}
		return false;
	}

	// H2: Value too long for column "NAME": "'x' (9)"
	private static boolean isTooLong(String text, int at) {
		if (!text.startsWith("\": \"'", at - 3)) {
			return false;
		}
		int limit = Math.max(0, at - MAX_COLUMN);
		for (int i = at - 3; i > limit; i--) {
			if (text.startsWith("too long for column \"", i)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isKey(String text, int floor, int closing) {
		int limit = Math.max(floor, closing - 256);
		for (int i = closing - 1; i >= limit; i--) {
			if (text.charAt(i) == '(') {
				return text.startsWith("Key ", Math.max(0, i - 4));
			}
		}
		return false;
	}

	private static boolean isAfter(String text, int at, String[] phrases) {
		for (String phrase : phrases) {
			if (at >= phrase.length() && text.startsWith(phrase, at - phrase.length())) {
				return true;
			}
		}
		return false;
	}

	private static int closing(String text, int at, char open, char close) {
		int depth = 0;
		int limit = Math.min(text.length(), at + MAX_VALUE);
		for (int i = at; i < limit; i++) {
			char c = text.charAt(i);
			if (c == open) {
				depth++;
			}
			else if (c == close && --depth == 0) {
				return i;
			}
		}
		return limit;
	}

	// The value may hold quotes that nobody has escaped.
	private static int quoted(String text, int from, char quote) {
		int limit = Math.min(text.length(), from + MAX_VALUE);
		for (int i = from; i < limit; i++) {
			if (text.charAt(i) == quote && (i + 1 == text.length() || isSpace(text.charAt(i + 1))
					|| ".,;:)]\"\\".indexOf(text.charAt(i + 1)) >= 0)) {
				return i;
			}
		}
		return limit;
	}

	private static boolean isIdentifier(String text, int from, int to) {
		int letters = 0;
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			if (VendorTokenDetector.isHex(c) && !isDigit(c)) {
				letters++;
			}
			else if (!isDigit(c) && c != '-' && c != ',' && c != ' ' && c != '.' && c != ':') {
				return false;
			}
		}
		return letters == 0 || (to - from == 36 && text.charAt(from + 8) == '-' && text.charAt(from + 13) == '-');
	}

}
