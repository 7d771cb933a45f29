package io.github.sentryinsights.scrub;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Finds the values that database drivers repeat in their messages, such as
 * {@code Key (email)=(x) already exists} and {@code Duplicate entry 'x'}. Numbers and
 * UUIDs, which are keys mostly, stay.
 */
final class DriverMessageDetector extends Detector {

	private static final int MAX_VALUE = 4096;

	private static final int MAX_NUMBER = 64;

	private static final int MAX_COLUMN = 128;

	private static final int MAX_TYPE = 48;

	private static final int MAX_LINE = 256;

	private static final int MIN_PARAMETER = 6;

	private static final int MAX_COLUMNS = 256;

	private static final String KEY = "Key (";

	private static final String SEPARATOR = ", ";

	private static final String[] BEFORE_QUOTE = { "uplicate entry ", "ncorrect integer value: ",
			"ncorrect string value: ", "ncorrect datetime value: ", "ncorrect date value: ", "ncorrect decimal value: ",
			"ncorrect double value: ", "runcated incorrect DOUBLE value: ", "runcated incorrect INTEGER value: ",
			"runcated value: ", "onversion failed when converting the varchar value ",
			"onversion failed when converting the nvarchar value ", "review of field's value: ",
			"right truncation: value ", "make int from ", "make long from ", "make uuid from ", "make date from ",
			"make timestamp from " };

	private static final String[] BEFORE_DOUBLE_QUOTE = { "conversion error converting ",
			"field value out of range: " };

	private static final String VALUE = "value ";

	private static final String OUT_OF_RANGE = "\" is out of range";

	private static final String[] DUPLICATE = { "dup key: " };

	private static final String[] BEFORE_TYPE = { "for type ", "for enum " };

	private static final String STRING = "(String)";

	private static final String PARAMETERS = "Parameters: ";

	private static final String[] BEFORE_BRACKET = { "row contains ", "duplicate key value is " };

	// Columns of numbers that tell nothing of a person, whatever is in them.
	private static final List<String> THINGS = List.of("order no", "order number", "order id", "orderno", "invoice no",
			"invoice number", "article no", "article number", "product no", "product number", "product code", "sku",
			"version", "status", "type", "currency", "country", "language", "locale");

	private final SensitiveKeys things = SensitiveKeys.of(THINGS);

	private final SensitiveKeys keys;

	DriverMessageDetector(SensitiveKeys keys) {
		super("('\"{[/", Rule.DATABASE_VALUE);
		this.keys = keys;
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return switch (c) {
			case '(' -> true;
			case '\'', '"', '{', '[' -> before == ' ';
			case '/' -> before == '*';
			default -> false;
		};
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return c != '(' || before == '=' || before == ' ' || after == 'S';
	}

	@Override
	long find(String text, int floor, int at) {
		char c = text.charAt(at);
		int end;
		if (c == '(' && text.startsWith(STRING, at)) {
			return parameter(text, floor, at);
		}
		if (c == '(') {
			boolean key = at >= 2 && text.charAt(at - 1) == '=' && text.charAt(at - 2) == ')'
					&& isKey(text, floor, at - 2);
			if (!key && !isAfter(text, at, BEFORE_BRACKET)) {
				return NONE;
			}
			end = closing(text, at, '(', ')');
			if (key) {
				return hasValueToReplace(text, at, end) ? span(at + 1, end) : NONE;
			}
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
			boolean range = text.startsWith(VALUE, at - VALUE.length());
			if (!range && !isAfter(text, at, BEFORE_DOUBLE_QUOTE) && !isOfType(text, at)) {
				return NONE;
			}
			end = quoted(text, at + 1, c, range ? MAX_NUMBER : MAX_VALUE);
			if (range && !text.startsWith(OUT_OF_RANGE, end)) {
				return NONE;
			}
		}
		else if (c == '{') {
			if (!isAfter(text, at, DUPLICATE)) {
				return NONE;
			}
			return document(text, floor, at);
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
		return checked(text, at + 1, end);
	}

	@Override
	void append(StringBuilder out, String text, int at, long span, Redaction redaction, UnaryOperator<String> around) {
		if (text.charAt(at) != '(' || text.charAt(at - 1) != '=' || !isRow(text, at, end(span))) {
			super.append(out, text, at, span, redaction, around);
			return;
		}
		int column = columnsStart(text, at);
		for (int value = start(span); value <= end(span);) {
			int columnEnd = partEnd(text, column, at - 2);
			int valueEnd = partEnd(text, value, end(span));
			if (isToBeReplaced(text, column, columnEnd, value, valueEnd)) {
				redaction.append(out, text, value, valueEnd);
			}
			else {
				out.append(text, value, valueEnd);
			}
			out.append(text, valueEnd, Math.min(valueEnd + SEPARATOR.length(), end(span)));
			column = columnEnd + SEPARATOR.length();
			value = valueEnd + SEPARATOR.length();
		}
	}

	private boolean hasValueToReplace(String text, int at, int end) {
		if (!isRow(text, at, end)) {
			return !isIdentifier(text, at + 1, end) && !SensitiveValue.isHarmless(text, at + 1, end);
		}
		int column = columnsStart(text, at);
		for (int value = at + 1; value <= end;) {
			int columnEnd = partEnd(text, column, at - 2);
			int valueEnd = partEnd(text, value, end);
			if (isToBeReplaced(text, column, columnEnd, value, valueEnd)) {
				return true;
			}
			column = columnEnd + SEPARATOR.length();
			value = valueEnd + SEPARATOR.length();
		}
		return false;
	}

	private boolean isToBeReplaced(String text, int column, int columnEnd, int value, int valueEnd) {
		if (SensitiveValue.isHarmless(text, value, valueEnd)) {
			return false;
		}
		return this.keys.matches(text, column, columnEnd, column)
				|| !(isIdentifier(text, value, valueEnd) || this.things.matches(text, column, columnEnd, column));
	}

	// whether there is one value for each column
	private static boolean isRow(String text, int at, int end) {
		return parts(text, columnsStart(text, at), at - 2) == parts(text, at + 1, end);
	}

	private static int parts(String text, int from, int to) {
		int parts = 1;
		for (int end = partEnd(text, from, to); end < to; end = partEnd(text, end + SEPARATOR.length(), to)) {
			parts++;
		}
		return parts;
	}

	private static int partEnd(String text, int from, int to) {
		int end = from;
		while (end < to && !text.startsWith(SEPARATOR, end)) {
			end++;
		}
		return Math.min(end, to);
	}

	private static int columnsStart(String text, int at) {
		int start = at - 2;
		while (start > 0 && !text.startsWith(KEY, start - KEY.length())) {
			start--;
		}
		return start;
	}

	// MongoDB: dup key: { email: "x" }, and all that is in the brackets when there are
	// several
	private long document(String text, int floor, int at) {
		int limit = closing(text, at, '{', '}');
		long found = NONE;
		boolean quoted = false;
		for (int quote = quote(text, at + 1, limit); quote < limit;) {
			int end = Math.min(SensitiveValue.quotedEnd(text, quote + 1, '"', 0), limit);
			int colon = (text.charAt(quote - 1) == ' ') ? quote - 2 : quote - 1;
			int column = KeyText.keyStart(text, Math.max(floor, at), colon);
			if (isToBeReplaced(text, column, colon, quote + 1, end)) {
				if (found != NONE) {
					return span(at + 1, limit);
				}
				found = span(quote + 1, end);
			}
			quoted = true;
			quote = quote(text, end + 1, limit);
		}
		return quoted ? found : checked(text, at + 1, limit);
	}

	private static int quote(String text, int from, int limit) {
		int quote = from;
		while (quote < limit && text.charAt(quote) != '"') {
			quote++;
		}
		return quote;
	}

	private static long checked(String text, int start, int end) {
		return isIdentifier(text, start, end) || SensitiveValue.isHarmless(text, start, end) ? NONE : span(start, end);
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
		while (end < limit && !text.startsWith(" )", end) && !text.startsWith("')\"", end - 1)) {
			end++;
		}
		boolean quoted = end - start > 2 && text.charAt(start) == '\'' && text.charAt(end - 1) == '\'';
		return quoted ? checked(text, start + 1, end - 1) : checked(text, start, end);
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

	/**
	 * Whether a bracket closes the columns of a violated key of PostgreSQL.
	 * @param text the text
	 * @param floor the first index to look at
	 * @param closing the index of the bracket
	 * @return whether the values of the key follow
	 */
	static boolean isKey(String text, int floor, int closing) {
		int limit = Math.max(floor, closing - MAX_COLUMNS);
		for (int i = closing - 1; i >= limit; i--) {
			if (text.charAt(i) == '(' && text.startsWith(KEY, Math.max(0, i + 1 - KEY.length()))) {
				return true;
			}
		}
		return false;
	}

	// PostgreSQL: for type double precision: "x"
	private static boolean isOfType(String text, int at) {
		if (!text.startsWith(": ", at - 2)) {
			return false;
		}
		int limit = Math.max(0, at - MAX_TYPE);
		for (int i = at - 3; i >= limit && (text.charAt(i) == ' ' || SensitiveValue.isKeyPart(text.charAt(i))); i--) {
			for (String before : BEFORE_TYPE) {
				if (text.startsWith(before, i)) {
					return true;
				}
			}
		}
		return false;
	}

	// MyBatis: Parameters: 7(Long), x(String)
	private static long parameter(String text, int floor, int at) {
		if (!text.startsWith(STRING, at)) {
			return NONE;
		}
		int limit = Math.max(floor, at - MAX_LINE);
		int start = -1;
		for (int i = at; i > limit && text.charAt(i) != '\n'; i--) {
			if (start == -1
					&& (text.startsWith("), ", i - 3) || text.startsWith(PARAMETERS, i - PARAMETERS.length()))) {
				start = i;
			}
			if (text.startsWith(PARAMETERS, i - PARAMETERS.length())) {
				boolean found = ValueTypeDetector.isSecret(text, start, at, MIN_PARAMETER)
						|| isMixedName(text, start, at);
				return found ? checked(text, start, at) : NONE;
			}
		}
		return NONE;
	}

	// ann.hunter2, as a value is none of code
	private static boolean isMixedName(String text, int from, int to) {
		return to - from >= MIN_PARAMETER && isLetter(text.charAt(from)) && SensitiveValue.isMixed(text, from, to);
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
		return quoted(text, from, quote, MAX_VALUE);
	}

	private static int quoted(String text, int from, char quote, int most) {
		int limit = Math.min(text.length(), from + most);
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
