package io.github.sentryinsights.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Reads one statement from left to right and writes what is safe to show of it.
 */
final class SqlScanner {

	private static final int MAX_LENGTH = 4000;

	private static final int MAX_NAME_LENGTH = 64;

	private static final int MAX_PLACEHOLDER_DIGITS = 3;

	private static final int MAX_DEPTH = 500;

	private static final Set<String> NAME_FOLLOWS = Set.of("FROM", "JOIN", "INTO", "UPDATE", "TABLE", "AS", "ON",
			"WHERE", "BY", "AND", "OR", "NOT", "HAVING", "SET", "INDEX", "VIEW", "EXISTS", "USING", "ONLY", "SCHEMA",
			"SEQUENCE", "COLUMN", "ADD", "CONSTRAINT", "REFERENCES", "WITH", "RECURSIVE", "DELETE", "DROP", "KEY",
			"MERGE", "TRUNCATE", "OVER", "PARTITION");

	private static final Set<String> VALUE_FOLLOWS = Set.of("SELECT", "DISTINCT", "WHERE", "AND", "OR", "NOT", "IN",
			"LIKE", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "LIMIT", "OFFSET", "VALUES", "SET", "BY", "ON", "HAVING",
			"RETURNING", "RETURN", "DEFAULT", "TOP");

	private static final Set<String> CLAUSES = Set.of("SELECT", "FROM", "WHERE", "BY", "SET", "HAVING", "ON", "USING",
			"RETURNING", "VALUES", "LIMIT");

	private static final Set<String> CONSTANTS = Set.of("NULL", "TRUE", "FALSE", "DEFAULT");

	private static final Set<String> AFTER_WITH = Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES");

	private static final Set<String> STRING_PREFIXES = Set.of("E", "N", "X", "B");

	private final String sql;

	private final boolean quotedStrings;

	private final StringBuilder text;

	private final Deque<Group> groups = new ArrayDeque<>();

	private int position;

	private boolean stopped;

	private boolean space;

	private Token last = Token.NONE;

	private int lastEnd;

	private Token secondLast = Token.NONE;

	private int secondLastEnd;

	private String lastWord = "";

	private int lastRowStart;

	private String clause = "";

	/*
	 * Where the comment ends for MySQL that is an operator for PostgreSQL. Both agree on
	 * what follows unless something reaches beyond it.
	 */
	private int hashLineEnd;

	/*
	 * Where a name in brackets ends for SQL Server that is an index or an array for
	 * others. All agree on what follows unless something reaches beyond it.
	 */
	private int bracketEnd;

	private boolean between;

	private boolean columns;

	private String operation = "";

	SqlScanner(String sql, boolean quotedStrings) {
		this.sql = sql;
		this.quotedStrings = quotedStrings;
		this.text = new StringBuilder(Math.min(sql.length(), MAX_LENGTH));
	}

	SqlStatement scan() {
		while (!this.stopped && this.position < this.sql.length()) {
			next();
		}
		int end = this.text.length();
		while (end > 0 && (this.text.charAt(end - 1) == ';' || this.text.charAt(end - 1) == ' ')) {
			end--;
		}
		return new SqlStatement(this.text.substring(0, end), this.operation);
	}

	private void next() {
		char c = at(this.position);
		if (c <= ' ' || Character.isWhitespace(c) || Character.isSpaceChar(c)) {
			this.position++;
			this.space = true;
		}
		else if (isNameStart(c)) {
			word();
		}
		else if (startsNumber(c)) {
			number();
		}
		else {
			symbol(c);
		}
	}

	private void symbol(char c) {
		switch (c) {
			case '\'' -> literal(stringEnd(this.position, c, false));
			case '"' -> doubleQuoted();
			case '`' -> backquoted();
			case '$' -> dollar();
			case '?' -> placeholder(skipDigits(this.position + 1), "?");
			case ':' -> colon();
			case '#' -> hash();
			case '(' -> open();
			case ')' -> close();
			case ',' -> token(Token.COMMA, 1);
			case '.' -> token(Token.DOT, 1);
			case '-' -> {
				if (at(this.position + 1) == '-') {
					lineComment(!isBlank(at(this.position + 2)), 2);
				}
				else {
					token(Token.OPERATOR, 1);
				}
			}
			case '/' -> {
				if (at(this.position + 1) == '*') {
					blockComment();
				}
				else {
					token(Token.OPERATOR, 1);
				}
			}
			case '[' -> bracket();
			case ';', '=', '<', '>', '!', '*', '+', '%', '^', '&', '|', '~', '@', '{', '}', ']' ->
				token(Token.OPERATOR, 1);
			default -> doubt();
		}
	}

	private void word() {
		int end = nameEnd(this.position);
		String word = (end - this.position <= MAX_NAME_LENGTH)
				? this.sql.substring(this.position, end).toUpperCase(Locale.ROOT) : "";
		if (at(end) == '\'') {
			if (word.equals("Q") || word.equals("NQ")) {
				literal(delimitedEnd(end + 1));
				return;
			}
			if (STRING_PREFIXES.contains(word) || word.startsWith("_")) {
				literal(stringEnd(end, '\'', word.equals("E")));
				return;
			}
		}
		if (word.equals("U") && at(end) == '&' && (at(end + 1) == '\'' || at(end + 1) == '"')) {
			literal(stringEnd(end + 1, at(end + 1), false));
			return;
		}
		if (word.isEmpty()) {
			literal(end);
			return;
		}
		boolean password = word.equals("BY") && this.last == Token.WORD && this.lastWord.equals("IDENTIFIED");
		command(word);
		Group group = this.groups.peek();
		if (group != null) {
			group.simple &= CONSTANTS.contains(word);
			if (word.equals("SELECT")) {
				group.kind = Group.Kind.OTHER;
			}
		}
		append(Token.WORD, this.sql.substring(this.position, end), end);
		this.lastWord = word;
		if (password) {
			doubt();
		}
	}

	private void command(String word) {
		if (this.operation.isEmpty()
				|| (this.operation.equals("WITH") && this.groups.isEmpty() && AFTER_WITH.contains(word))) {
			this.operation = word;
			this.columns = word.equals("CREATE") || word.equals("ALTER");
		}
		if (CLAUSES.contains(word)) {
			this.clause = word;
		}
		switch (word) {
			case "INTO" -> this.columns = true;
			case "VALUES", "SELECT" -> this.columns &= this.operation.equals("CREATE");
			case "BETWEEN" -> this.between = true;
			default -> {
			}
		}
	}

	private void number() {
		int end = this.position;
		if (at(end) == '-' || at(end) == '+') {
			end++;
		}
		boolean hexadecimal = at(end) == '0' && (at(end + 1) == 'x' || at(end + 1) == 'X');
		while (Character.isLetterOrDigit(at(end)) || at(end) == '_' || at(end) == '.') {
			boolean exponent = !hexadecimal && (at(end) == 'e' || at(end) == 'E');
			end++;
			if (exponent && (at(end) == '-' || at(end) == '+') && isDigit(at(end + 1))) {
				end++;
			}
		}
		literal(end);
	}

	private boolean startsNumber(char c) {
		if (c == '-' || c == '+') {
			return valueFollows() && (isDigit(at(this.position + 1))
					|| (at(this.position + 1) == '.' && isDigit(at(this.position + 2))));
		}
		return isDigit(c) || (c == '.' && isDigit(at(this.position + 1)));
	}

	private boolean valueFollows() {
		return switch (this.last) {
			case NONE, OPERATOR, COMMA, OPEN -> true;
			case WORD -> VALUE_FOLLOWS.contains(this.lastWord);
			default -> false;
		};
	}

	private void doubleQuoted() {
		int end = stringEnd(this.position, '"', false);
		if (end != -1 && isName(this.position + 1, end - 1, false) && isNamePlace(end)) {
			name(end);
		}
		else {
			literal(end);
		}
	}

	/**
	 * Where a database that takes double quotes for a string would not have one.
	 */
	private boolean isNamePlace(int end) {
		if (this.quotedStrings) {
			return false;
		}
		if (this.last == Token.DOT || (at(end) == '.' && !isDigit(at(end + 1)))) {
			return true;
		}
		Group group = this.groups.peek();
		if (group != null && group.kind.holdsValues()) {
			return false;
		}
		return switch (this.last) {
			case NAME -> true;
			case COMMA, OPEN -> this.columns
					|| !(this.clause.isEmpty() || this.clause.equals("SELECT") || this.clause.equals("RETURNING"));
			case WORD -> NAME_FOLLOWS.contains(this.lastWord) && !(this.between && this.lastWord.equals("AND"));
			default -> false;
		};
	}

	private void backquoted() {
		int end = this.position + 1;
		while (end < this.sql.length() && (at(end) != '`' || at(end + 1) == '`')) {
			end += (at(end) == '`') ? 2 : 1;
		}
		if (end >= this.sql.length()) {
			doubt();
		}
		else if (isName(this.position + 1, end, true)) {
			name(end + 1);
		}
		else {
			literal(end + 1);
		}
	}

	private void dollar() {
		int end = skipDigits(this.position + 1);
		if (end > this.position + 1) {
			boolean numbered = end - this.position - 1 <= MAX_PLACEHOLDER_DIGITS && at(end) != '.'
					&& !isNamePart(at(end));
			if (numbered) {
				placeholder(end, this.sql.substring(this.position, end));
			}
			else {
				this.position++;
				number();
			}
			return;
		}
		if (isNameStart(at(end))) {
			while (isNamePart(at(end)) && at(end) != '$') {
				end++;
			}
		}
		if (at(end) != '$') {
			token(Token.OPERATOR, 1);
			return;
		}
		String tag = this.sql.substring(this.position, end + 1);
		int close = this.sql.indexOf(tag, end + 1);
		literal((close != -1) ? close + tag.length() : -1);
	}

	private void colon() {
		if (at(this.position + 1) == ':') {
			token(Token.OPERATOR, 2);
			return;
		}
		int end = this.position + 1;
		if (isNameStart(at(end))) {
			end = nameEnd(end);
			placeholder(end, (end - this.position <= MAX_NAME_LENGTH) ? this.sql.substring(this.position, end) : "?");
		}
		else {
			token(Token.OPERATOR, 1);
		}
	}

	/**
	 * A comment for MySQL, the start of an operator for PostgreSQL, the start of a table
	 * name for SQL Server.
	 */
	private void hash() {
		int end = this.position + 1;
		if (at(end) == '>' || at(end) == '-') {
			end += (at(end) == '>' && at(end + 1) == '>') ? 2 : 1;
			int operand = end;
			while (at(operand) == ' ') {
				operand++;
			}
			if ("'?$:(".indexOf(at(operand)) != -1) {
				if (this.position >= this.hashLineEnd) {
					int lineEnd = this.sql.indexOf('\n', end);
					this.hashLineEnd = (lineEnd != -1) ? lineEnd : this.sql.length();
				}
				token(Token.OPERATOR, end - this.position);
				return;
			}
		}
		else if (this.last == Token.WORD && NAME_FOLLOWS.contains(this.lastWord)) {
			end += (at(end) == '#') ? 1 : 0;
			if (isNameStart(at(end))) {
				name(nameEnd(end));
				return;
			}
		}
		lineComment(true, 1);
	}

	private void bracket() {
		if (this.position >= this.bracketEnd) {
			int end = this.position + 1;
			while (end < this.sql.length() && (at(end) != ']' || at(end + 1) == ']')) {
				end += (at(end) == ']') ? 2 : 1;
			}
			this.bracketEnd = Math.min(end, this.sql.length());
		}
		token(Token.OPERATOR, 1);
	}

	private void lineComment(boolean doubtful, int length) {
		int end = this.position + length;
		while (end < this.sql.length() && at(end) != '\n') {
			char c = at(end);
			boolean returned = c == '\r' && at(end + 1) != '\n' && end + 1 < this.sql.length();
			if (returned || (doubtful && (isQuote(c) || (c == '/' && at(end + 1) == '*')))) {
				doubt();
				return;
			}
			end++;
		}
		if (leavesAgreement(end)) {
			doubt();
			return;
		}
		this.position = end;
		this.space = true;
	}

	/**
	 * Comments nest for some databases only, and some run what is in a comment that
	 * starts with an exclamation mark.
	 */
	private void blockComment() {
		boolean doubtful = at(this.position + 2) == '!';
		int depth = 1;
		int end = this.position + 2;
		while (depth > 0) {
			if (end >= this.sql.length() || (doubtful && isQuote(at(end)))) {
				doubt();
				return;
			}
			if (at(end) == '*' && at(end + 1) == '/') {
				depth--;
				doubtful |= depth > 0;
				end += 2;
			}
			else if (at(end) == '/' && at(end + 1) == '*') {
				depth++;
				end += 2;
			}
			else {
				end++;
			}
		}
		if (leavesAgreement(end)) {
			doubt();
			return;
		}
		this.position = end;
		this.space = true;
	}

	private void open() {
		Group outer = this.groups.peek();
		Group group = new Group(groupKind(outer), this.clause);
		if (group.kind == Group.Kind.ROW && this.last == Token.COMMA) {
			group.dropTo = this.secondLastEnd;
			group.previousStart = this.lastRowStart;
		}
		if (outer != null) {
			outer.simple = false;
		}
		if (this.groups.size() >= MAX_DEPTH) {
			doubt();
			return;
		}
		append(Token.OPEN, "(", this.position + 1);
		group.start = this.text.length() - 1;
		this.groups.push(group);
	}

	private Group.Kind groupKind(@Nullable Group outer) {
		if (this.last == Token.COMMA && this.secondLast == Token.ROW_CLOSE) {
			return Group.Kind.ROW;
		}
		if (this.last == Token.OPEN && outer != null && outer.kind == Group.Kind.LIST) {
			return Group.Kind.ROW;
		}
		if (this.last == Token.WORD) {
			if (this.lastWord.equals("IN")) {
				return Group.Kind.LIST;
			}
			if (this.lastWord.equals("VALUES") || this.lastWord.equals("VALUE")) {
				return Group.Kind.ROW;
			}
			return (this.columns || NAME_FOLLOWS.contains(this.lastWord)) ? Group.Kind.OTHER : Group.Kind.ARGUMENTS;
		}
		return (this.last == Token.NAME && !this.columns) ? Group.Kind.ARGUMENTS : Group.Kind.OTHER;
	}

	private void close() {
		Group group = this.groups.poll();
		if (group != null) {
			this.clause = group.clause;
		}
		if (group == null || group.kind != Group.Kind.ROW) {
			append(Token.CLOSE, ")", this.position + 1);
			return;
		}
		append(Token.ROW_CLOSE, ")", this.position + 1);
		this.lastRowStart = group.start;
		if (!this.stopped && group.dropTo != -1 && (group.simple || repeats(group))) {
			this.text.setLength(group.dropTo);
			this.lastEnd = group.dropTo;
			this.lastRowStart = group.previousStart;
		}
	}

	private boolean repeats(Group group) {
		int length = this.text.length() - group.start;
		if (group.dropTo - group.previousStart != length) {
			return false;
		}
		for (int i = 0; i < length; i++) {
			if (this.text.charAt(group.start + i) != this.text.charAt(group.previousStart + i)) {
				return false;
			}
		}
		return true;
	}

	private void literal(int end) {
		if (end == -1 || leavesAgreement(end)) {
			doubt();
		}
		else {
			placeholder(end, "?");
		}
	}

	private boolean leavesAgreement(int end) {
		return (this.position < this.hashLineEnd && end > this.hashLineEnd)
				|| (this.position < this.bracketEnd && end > this.bracketEnd);
	}

	private void placeholder(int end, String placeholder) {
		Group group = this.groups.peek();
		if (group != null && group.kind == Group.Kind.LIST && this.last == Token.COMMA
				&& this.secondLast == Token.VALUE) {
			this.text.setLength(this.secondLastEnd);
			this.last = Token.VALUE;
			this.lastEnd = this.secondLastEnd;
			this.position = end;
			this.space = false;
			return;
		}
		append(Token.VALUE, placeholder, end);
	}

	private void name(int end) {
		if (end - this.position > 2 * MAX_NAME_LENGTH) {
			literal(end);
			return;
		}
		notSimple();
		append(Token.NAME, this.sql.substring(this.position, end), end);
	}

	private void token(Token token, int length) {
		if (token != Token.COMMA) {
			notSimple();
		}
		append(token, this.sql.substring(this.position, this.position + length), this.position + length);
	}

	private void notSimple() {
		Group group = this.groups.peek();
		if (group != null) {
			group.simple = false;
		}
	}

	private void append(Token token, String written, int end) {
		boolean spaced = this.space && !this.text.isEmpty();
		if (this.text.length() + (spaced ? 1 : 0) + written.length() > MAX_LENGTH) {
			this.stopped = true;
			return;
		}
		if (spaced) {
			this.text.append(' ');
		}
		this.text.append(written);
		if (this.last == Token.WORD && this.lastWord.equals("AND")) {
			this.between = false;
		}
		this.secondLast = this.last;
		this.secondLastEnd = this.lastEnd;
		this.last = token;
		this.lastEnd = this.text.length();
		this.space = false;
		this.position = end;
	}

	/**
	 * From here on a literal cannot be told from what is none.
	 */
	private void doubt() {
		this.space = true;
		placeholder(this.sql.length(), "?");
		this.stopped = true;
	}

	/**
	 * Return the position after the closing quote, or -1 when it depends on the database
	 * where the string ends: a quote after a backslash ends it for some.
	 */
	private int stringEnd(int start, char quote, boolean escapes) {
		if (this.last == Token.WORD && this.lastWord.equals("ESCAPE") && this.sql.startsWith("'\\'", start)
				&& at(start + 3) != '\'') {
			return start + 3;
		}
		boolean escaped = false;
		for (int i = start + 1; i < this.sql.length(); i++) {
			char c = at(i);
			if (c == quote) {
				if (escaped && !escapes) {
					return -1;
				}
				if (!escaped) {
					if (at(i + 1) != quote) {
						return i + 1;
					}
					i++;
				}
			}
			escaped = c == '\\' && !escaped;
		}
		return -1;
	}

	private int delimitedEnd(int start) {
		char open = at(start);
		char close = switch (open) {
			case '[' -> ']';
			case '{' -> '}';
			case '(' -> ')';
			case '<' -> '>';
			default -> open;
		};
		int end = this.sql.indexOf(close + "'", start + 1);
		return (end != -1) ? end + 2 : -1;
	}

	private boolean isName(int start, int end, boolean punctuated) {
		if (start >= end || end - start > MAX_NAME_LENGTH) {
			return false;
		}
		for (int i = start; i < end; i++) {
			char c = at(i);
			boolean part = (i == start && !punctuated) ? isNameStart(c) : isNamePart(c);
			if (!part && !(punctuated && " .-#@:".indexOf(c) != -1)) {
				return false;
			}
		}
		return true;
	}

	private int nameEnd(int start) {
		int end = start;
		while (isNamePart(at(end))) {
			end++;
		}
		return end;
	}

	private int skipDigits(int start) {
		int end = start;
		while (isDigit(at(end))) {
			end++;
		}
		return end;
	}

	private char at(int index) {
		return (index < this.sql.length()) ? this.sql.charAt(index) : '\0';
	}

	private static boolean isBlank(char c) {
		return c <= ' ';
	}

	private static boolean isQuote(char c) {
		return c == '\'' || c == '"' || c == '`' || c == '$';
	}

	private static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

	private static boolean isNameStart(char c) {
		return Character.isLetter(c) || c == '_';
	}

	private static boolean isNamePart(char c) {
		return Character.isLetterOrDigit(c) || c == '_' || c == '$';
	}

	private enum Token {

		NONE, WORD, NAME, VALUE, OPERATOR, COMMA, DOT, OPEN, CLOSE, ROW_CLOSE

	}

	/**
	 * What is between two parentheses.
	 */
	private static final class Group {

		private final String clause;

		private Kind kind;

		private int start;

		private int dropTo = -1;

		private int previousStart;

		private boolean simple = true;

		Group(Kind kind, String clause) {
			this.kind = kind;
			this.clause = clause;
		}

		private enum Kind {

			LIST, ROW, ARGUMENTS, OTHER;

			boolean holdsValues() {
				return this != OTHER;
			}

		}

	}

}
