package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Finds the literals of sensitive columns in SQL that {@code =} does not stand before:
 * {@code password LIKE 'x'}, {@code token IN ('x', 'y')},
 * {@code INSERT INTO u (id, password) VALUES (1, 'x')} and {@code IDENTIFIED BY 'x'}.
 */
final class SqlLiteralDetector extends Detector {

	private static final int MAX_LIST = 4096;

	private static final int MAX_COLUMNS = 256;

	private static final int MAX_DEPTH = 8;

	private static final int MAX_USER = 128;

	private static final int MAX_ROWS = 65_536;

	private static final String[] OPERATORS = { "like", "ilike", "<>", "!=", "in" };

	private static final String IDENTIFIED = "identified by";

	private static final String[] CLAUSES = { IDENTIFIED, "with password", "encrypted password" };

	private static final String[] STATEMENTS = { "create user", "alter user", "create role", "alter role", "not exists",
			"connect to" };

	private final SensitiveKeys keys;

	SqlLiteralDetector(SensitiveKeys keys) {
		super("'\"vVYy", Rule.KEY);
		this.keys = keys;
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		if (c == '\'') {
			return before == ' ' || before == '(' || before == '>' || before == '=';
		}
		if (c == '"') {
			return before == ' ';
		}
		if (c == 'Y' || c == 'y') {
			return before == 'B' || (before == 'b' && c == 'y');
		}
		return (c == 'v' || c == 'V') && (before == ' ' || before == ')' || before == '\n' || before == '\t');
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return (c != 'Y' && c != 'y') || after == ' ';
	}

	@Override
	long find(String text, int floor, int at) {
		if (text.charAt(at) == '"' || text.charAt(at) == 'Y' || text.charAt(at) == 'y') {
			return oracle(text, at);
		}
		if (text.charAt(at) != '\'') {
			return text.regionMatches(true, at, "values", 0, 6) ? rows(text, at, null, null, null) : NONE;
		}
		int before = skipSpaceBack(text, floor, at);
		boolean list = before > floor && text.charAt(before - 1) == '(';
		before = list ? skipSpaceBack(text, floor, before - 1) : before;
		for (String clause : CLAUSES) {
			if (!list && KeyText.endsWith(text, before, clause)) {
				return isSentence(text, at + 1) ? NONE : literals(text, at, false, null, null);
			}
		}
		if (!list && (isOfPlugin(text, before) || isOfUser(text, before))) {
			return literals(text, at, false, null, null);
		}
		for (String operator : OPERATORS) {
			if (list == operator.equals("in") && KeyText.endsWith(text, before, operator)) {
				int end = skipSpaceBack(text, floor, before - operator.length());
				if (end == before - operator.length() && isLetter(operator.charAt(0))) {
					return NONE;
				}
				end = endsWithNot(text, end) ? skipSpaceBack(text, floor, end - 3) : end;
				end -= (end > floor && "\"`]".indexOf(text.charAt(end - 1)) >= 0) ? 1 : 0;
				int start = KeyText.keyStart(text, floor, end);
				if (start < end && this.keys.matches(text, start, end, start)) {
					return literals(text, at, list, null, null);
				}
			}
		}
		return NONE;
	}

	// with password 'must not be empty'
	private static boolean isSentence(String text, int from) {
		int end = from;
		int limit = Math.min(text.length(), from + MAX_USER);
		while (end < limit && isAsciiLetter(text.charAt(end))) {
			end++;
		}
		return end < limit && text.charAt(end) == ' ' && SensitiveValue.isProse(text, from, end);
	}

	// IDENTIFIED BY x, and IDENTIFIED BY "x" REPLACE "y"
	private static long oracle(String text, int at) {
		if (text.charAt(at) == '"') {
			int clause = KeyText.endsWith(text, at, IDENTIFIED + ' ') ? at - 1
					: KeyText.endsWith(text, at, "\" replace ") ? identifiedEnd(text, at) : -1;
			int end = (clause != -1) ? SensitiveValue.quotedEnd(text, at + 1, '"', 0) : at;
			return (end > at && isPassword(text, clause, at + 1, end)) ? span(at + 1, end) : NONE;
		}
		int start = at + 2;
		if (!KeyText.endsWith(text, at + 1, IDENTIFIED) || start >= text.length() || isQuote(text.charAt(start))) {
			return NONE;
		}
		int end = start;
		while (end < text.length() && !isSpace(text.charAt(end)) && ";,)\"'".indexOf(text.charAt(end)) < 0) {
			end++;
		}
		return (end > start && isPassword(text, at + 1, start, end)) ? span(start, end) : NONE;
	}

	// any word in a statement, and what looks like a password elsewhere
	private static boolean isPassword(String text, int clause, int from, int to) {
		return !SensitiveValue.isHarmless(text, from, to)
				&& (SensitiveValue.isMixed(text, from, to) || isOfStatement(text, clause - IDENTIFIED.length()));
	}

	// ALTER USER ann IDENTIFIED BY
	private static boolean isOfStatement(String text, int clause) {
		int name = clause - 1;
		int limit = Math.max(0, clause - MAX_USER);
		while (name > limit && !isSpace(text.charAt(name - 1))) {
			name--;
		}
		for (String statement : STATEMENTS) {
			if (name > limit && KeyText.endsWith(text, name - 1, statement)) {
				return true;
			}
		}
		return false;
	}

	private static int identifiedEnd(String text, int at) {
		int limit = Math.max(0, at - MAX_USER);
		for (int end = at; end > limit; end--) {
			if (KeyText.endsWith(text, end, IDENTIFIED)) {
				return end;
			}
		}
		return -1;
	}

	// IDENTIFIED WITH plugin BY 'x'
	private static boolean isOfPlugin(String text, int before) {
		int plugin = KeyText.endsWith(text, before, " by") ? before - 3 : -1;
		int start = (plugin != -1) ? KeyText.keyStart(text, 0, plugin) : -1;
		return start > 0 && KeyText.endsWith(text, start, "identified with ");
	}

	// SET PASSWORD FOR 'ann' = 'x'
	private static boolean isOfUser(String text, int before) {
		if (before == 0 || text.charAt(before - 1) != '=') {
			return false;
		}
		int limit = Math.max(0, before - MAX_USER);
		for (int i = before - 1; i > limit && text.charAt(i) != '\n'; i--) {
			if (text.regionMatches(true, i, "password for ", 0, 13)) {
				return true;
			}
		}
		return false;
	}

	@Override
	void append(StringBuilder out, String text, int at, long span, Redaction redaction, UnaryOperator<String> around) {
		if (text.charAt(at) == 'v' || text.charAt(at) == 'V') {
			rows(text, at, out, redaction, around);
			return;
		}
		if (text.charAt(at) != '\'') {
			super.append(out, text, at, span, redaction, around);
			return;
		}
		int before = skipSpaceBack(text, 0, at);
		literals(text, at, before > 0 && text.charAt(before - 1) == '(', out, redaction);
	}

	/**
	 * Go through literals that follow each other, and write what stands in their place
	 * when told where to.
	 */
	private static long literals(String text, int at, boolean list, @Nullable StringBuilder out,
			@Nullable Redaction redaction) {
		int first = -1;
		int last = -1;
		int copied = -1;
		int limit = Math.min(text.length(), at + MAX_LIST);
		int i = at;
		while (i < limit && text.charAt(i) == '\'') {
			int end = SensitiveValue.quotedEnd(text, i + 1, '\'', 0);
			if (!SensitiveValue.isHarmless(text, i + 1, end)) {
				first = (first != -1) ? first : i + 1;
				last = end;
				copied = write(out, redaction, text, copied, i + 1, end);
			}
			i = end + 1;
			while (list && i < limit && (text.charAt(i) == ',' || isSpace(text.charAt(i)))) {
				i++;
			}
			if (!list) {
				break;
			}
		}
		return (first != -1) ? span(first, last) : NONE;
	}

	private static int write(@Nullable StringBuilder out, @Nullable Redaction redaction, String text, int copied,
			int start, int end) {
		if (out != null && redaction != null) {
			if (copied != -1) {
				out.append(text, copied, start);
			}
			redaction.append(out, text, start, end);
		}
		return end;
	}

	/**
	 * Go through the rows of an INSERT statement, and write what stands in the place of
	 * the values of sensitive columns when told where to.
	 */
	private long rows(String text, int at, @Nullable StringBuilder out, @Nullable Redaction redaction,
			@Nullable UnaryOperator<String> around) {
		List<Boolean> columns = columns(text, at);
		if (!columns.contains(true)) {
			return NONE;
		}
		int last = -1;
		int copied = at;
		int column = -1;
		int depth = 0;
		boolean read = false;
		int limit = Math.min(text.length(), at + MAX_ROWS);
		for (int i = at + 6; i < limit && depth < MAX_DEPTH; i++) {
			char c = text.charAt(i);
			if (c == '(' && ++depth == 1) {
				column = 0;
				read = false;
			}
			else if (c == ')' && --depth <= 0) {
				column = -1;
			}
			else if (c == ',' && depth == 1) {
				column++;
				read = false;
			}
			else if (column == -1 && c != ',' && !isSpace(c)) {
				break;
			}
			else if (column != -1 && c == '%' && text.startsWith("(", i + 1)) {
				int end = valueEnd(text, i + 1);
				i = text.startsWith(")s", end) ? end + 1 : end - 1;
			}
			else if (column != -1 && !isSpace(c) && c != '(' && c != ',') {
				int quote = quote(text, i);
				int start = (quote != -1) ? quote + 1 : i;
				int end = (quote != -1) ? SensitiveValue.quotedEnd(text, start, '\'', 0) : valueEnd(text, i);
				// the first value of a column, also as in crypt('x', gen_salt('bf'))
				boolean value = (depth == 1 || quote != -1) && !read && column < columns.size() && columns.get(column)
						&& !isFunction(text, end);
				read |= value;
				if (value && !SensitiveValue.isHarmless(text, start, end)) {
					last = end;
					if (out != null && redaction != null && around != null) {
						out.append(around.apply(text.substring(copied, start)));
						redaction.append(out, text, start, end);
					}
					copied = end;
				}
				i = (quote != -1) ? end : end - 1;
			}
		}
		return (last != -1) ? span(at, last) : NONE;
	}

	private static boolean isFunction(String text, int end) {
		return end < text.length() && text.charAt(end) == '(';
	}

	// the quote of 'x' and N'x'
	private static int quote(String text, int at) {
		int quote = isAsciiLetter(text.charAt(at)) ? at + 1 : at;
		return (quote < text.length() && text.charAt(quote) == '\'') ? quote : -1;
	}

	private static int valueEnd(String text, int from) {
		int end = from + 1;
		while (end < text.length() && text.charAt(end) != ',' && text.charAt(end) != ')' && text.charAt(end) != '('
				&& text.charAt(end) != '\'') {
			end++;
		}
		return end;
	}

	private List<Boolean> columns(String text, int at) {
		int close = beforeKey(text, skipSpaceBack(text, 0, at) - 1);
		if (close < 0 || text.charAt(close) != ')') {
			return List.of();
		}
		int open = close;
		int limit = Math.max(0, close - MAX_LIST);
		while (open > limit && text.charAt(open) != '(' && (open == close || text.charAt(open) != ')')) {
			open--;
		}
		List<Boolean> columns = new ArrayList<>();
		int start = open + 1;
		for (int i = start; i <= close && columns.size() < MAX_COLUMNS; i++) {
			if (text.charAt(i) == ',' || i == close) {
				columns.add(this.keys.matches(text, start, i, start));
				start = i + 1;
			}
		}
		return columns;
	}

	// MERGE INTO t (a, b) KEY (a) VALUES
	private static int beforeKey(String text, int close) {
		int open = close;
		int limit = Math.max(0, close - MAX_COLUMNS);
		while (open > limit && text.charAt(open) != '(') {
			open--;
		}
		int key = skipSpaceBack(text, 0, open);
		return (key > 3 && KeyText.endsWith(text, key, "key")) ? skipSpaceBack(text, 0, key - 3) - 1 : close;
	}

	private static int skipSpaceBack(String text, int floor, int from) {
		int at = from;
		while (at > floor && from - at < 16 && isSpace(text.charAt(at - 1))) {
			at--;
		}
		return at;
	}

	private static boolean endsWithNot(String text, int end) {
		return KeyText.endsWith(text, end, " not");
	}

}
