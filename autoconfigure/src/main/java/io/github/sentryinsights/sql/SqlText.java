package io.github.sentryinsights.sql;

import org.jspecify.annotations.Nullable;

/**
 * The text of a statement, and where the literals, names and comments in it end.
 * <p>
 * An end is {@link #UNKNOWN} when it is missing, or when databases would disagree about
 * it.
 */
final class SqlText {

	static final int UNKNOWN = -1;

	/** What a name may hold in backquotes or brackets. */
	static final String PUNCTUATION = " .-#@:";

	private static final int MAX_TAG_LENGTH = 64;

	private static final int MAX_HINT_LENGTH = 512;

	private final String sql;

	private final int length;

	private final Dialect dialect;

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

	private int nameHash;

	SqlText(String sql, Dialect dialect) {
		this.sql = sql;
		this.length = sql.length();
		this.dialect = dialect;
	}

	String sql() {
		return this.sql;
	}

	int length() {
		return this.length;
	}

	/**
	 * Return a character, {@code NUL} beyond the end.
	 */
	char at(int index) {
		return (index < this.length) ? this.sql.charAt(index) : '\0';
	}

	/**
	 * Return whether all databases agree on what follows something that ends here.
	 */
	boolean agreesBeyond(int start, int end) {
		return !(start < this.hashLineEnd && end > this.hashLineEnd)
				&& !(start < this.bracketEnd && end > this.bracketEnd);
	}

	/**
	 * Remember that the rest of the line may be a comment.
	 */
	void mayBeHashComment(int start, int end) {
		if (start >= this.hashLineEnd) {
			int lineEnd = this.sql.indexOf('\n', end);
			this.hashLineEnd = (lineEnd != -1) ? lineEnd : this.sql.length();
		}
	}

	/**
	 * Remember that what follows up to a closing bracket may be a name.
	 */
	void mayBeBracketedName(int start) {
		if (start >= this.bracketEnd) {
			int end = doubledEnd(start, ']');
			this.bracketEnd = (end != UNKNOWN) ? end - 1 : this.sql.length();
		}
	}

	int nameEnd(int start) {
		String sql = this.sql;
		int length = this.length;
		int hash = 0;
		int end = start;
		while (end < length) {
			char c = sql.charAt(end);
			if (!Characters.isNamePart(c)) {
				break;
			}
			hash = Word.hash(hash, c);
			end++;
		}
		this.nameHash = hash;
		return end;
	}

	/**
	 * Return the word whose end was found last.
	 */
	@Nullable Word word(int start, int end) {
		return Word.of(this.sql, start, end, this.nameHash);
	}

	int digitsEnd(int start) {
		int end = start;
		while (Characters.isDigit(at(end))) {
			end++;
		}
		return end;
	}

	int numberEnd(int start) {
		int end = start;
		if (at(end) == '-' || at(end) == '+') {
			end++;
		}
		boolean hexadecimal = at(end) == '0' && (at(end + 1) == 'x' || at(end + 1) == 'X');
		while (Characters.isNumberPart(at(end))) {
			boolean exponent = !hexadecimal && (at(end) == 'e' || at(end) == 'E');
			end++;
			if (exponent && (at(end) == '-' || at(end) == '+') && Characters.isDigit(at(end + 1))) {
				end++;
			}
		}
		return end;
	}

	/**
	 * Return where a string ends in which a quote is doubled. A quote after a backslash
	 * ends it for some databases only, unless all agree that a backslash escapes.
	 */
	int stringEnd(int start, char quote, boolean escapes) {
		boolean escaped = false;
		for (int i = start + 1; i < this.sql.length(); i++) {
			char c = this.sql.charAt(i);
			if (c == quote) {
				if (escaped && !escapes) {
					return UNKNOWN;
				}
				if (!escaped) {
					if (at(i + 1) != quote) {
						return endsWhenTripled(start, i + 1, quote) ? i + 1 : UNKNOWN;
					}
					i++;
				}
			}
			escaped = c == '\\' && !escaped;
		}
		return UNKNOWN;
	}

	/**
	 * Three quotes open a string for some databases that only three close.
	 */
	private boolean endsWhenTripled(int start, int end, char quote) {
		if (this.dialect != Dialect.ANY || at(start + 1) != quote || at(start + 2) != quote) {
			return true;
		}
		int close = this.sql.indexOf((quote == '"') ? "\"\"\"" : "'''", start + 3);
		return close == -1 || close + 3 <= end;
	}

	/**
	 * Return where a literal such as {@code q'[it's]'} ends. Other databases take one
	 * with a letter for a delimiter for an ordinary string.
	 */
	int delimitedEnd(int start) {
		char open = at(start);
		if (Characters.isNumberPart(open)) {
			return UNKNOWN;
		}
		char close = switch (open) {
			case '[' -> ']';
			case '{' -> '}';
			case '(' -> ')';
			case '<' -> '>';
			default -> open;
		};
		for (int i = this.sql.indexOf(close, start + 1); i != -1; i = this.sql.indexOf(close, i + 1)) {
			if (at(i + 1) == '\'') {
				return i + 2;
			}
		}
		return UNKNOWN;
	}

	/**
	 * Return where a literal such as {@code $tag$text$tag$} ends, the start itself when
	 * none begins there.
	 */
	int dollarQuotedEnd(int start) {
		int end = start + 1;
		if (Characters.isNameStart(at(end))) {
			while (Characters.isNamePart(at(end)) && at(end) != '$') {
				end++;
			}
		}
		if (at(end) != '$') {
			return start;
		}
		if (end - start > MAX_TAG_LENGTH) {
			return UNKNOWN;
		}
		String tag = this.sql.substring(start, end + 1);
		int close = this.sql.indexOf(tag, end + 1);
		if (close == -1 || (this.dialect.mayNameByDollars() && holdsQuote(end + 1, close))) {
			return UNKNOWN;
		}
		return close + tag.length();
	}

	private boolean holdsQuote(int start, int end) {
		for (int i = start; i < end; i++) {
			if (opens(i)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return where a text ends in which only the closing character is doubled.
	 */
	int doubledEnd(int start, char close) {
		int end = start + 1;
		while (end < this.sql.length() && (this.sql.charAt(end) != close || at(end + 1) == close)) {
			end += (this.sql.charAt(end) == close) ? 2 : 1;
		}
		return (end < this.sql.length()) ? end + 1 : UNKNOWN;
	}

	/**
	 * Return where the comment ends that the rest of a line is.
	 * @param start the position after the characters that begin it
	 * @param doubtful whether it is none for some databases
	 */
	int lineCommentEnd(int start, boolean doubtful) {
		int end = start;
		while (end < this.sql.length() && this.sql.charAt(end) != '\n') {
			char c = this.sql.charAt(end);
			boolean returned = c == '\r' && at(end + 1) != '\n' && end + 1 < this.sql.length();
			if (returned || (doubtful && opens(end))) {
				return UNKNOWN;
			}
			end++;
		}
		return end;
	}

	/**
	 * Return whether something that may reach beyond the line begins at a position.
	 */
	private boolean opens(int index) {
		char c = this.sql.charAt(index);
		return Characters.isQuote(c) || (c == '/' && at(index + 1) == '*')
				|| (c == '[' && this.dialect.mayBracketNames());
	}

	/**
	 * Return where a comment ends. Comments nest for some databases only, and some run
	 * what is in a comment that starts with an exclamation mark.
	 */
	int blockCommentEnd(int start) {
		boolean doubtful = at(start + 2) == '!';
		int depth = 1;
		int end = start + 2;
		while (depth > 0) {
			if (end >= this.sql.length() || (doubtful && Characters.isQuote(this.sql.charAt(end)))) {
				return UNKNOWN;
			}
			char c = this.sql.charAt(end);
			if (c == '*' && at(end + 1) == '/') {
				depth--;
				doubtful |= depth > 0;
				end += 2;
			}
			else if (c == '/' && at(end + 1) == '*') {
				depth++;
				end += 2;
			}
			else {
				end++;
			}
		}
		return end;
	}

	/**
	 * Return a comment when it is a hint for the optimizer that holds nothing but names.
	 * @return the hint with its white space folded, or {@code null}
	 */
	@Nullable String hint(int start, int end) {
		if (at(start + 2) != '+' || end - start > MAX_HINT_LENGTH) {
			return null;
		}
		StringBuilder hint = new StringBuilder("/*+");
		boolean space = false;
		for (int i = start + 3; i < end - 2; i++) {
			char c = this.sql.charAt(i);
			if (Characters.isBlank(c)) {
				space = true;
				continue;
			}
			boolean first = !Characters.isNamePart(hint.charAt(hint.length() - 1)) || space;
			boolean part = first ? Characters.isNameStart(c) : Characters.isNamePart(c);
			if (!part && "(),.=@".indexOf(c) == -1) {
				return null;
			}
			hint.append(space ? " " : "").append(c);
			space = false;
		}
		return hint.append(space ? " */" : "*/").toString();
	}

	/**
	 * Return where a name in brackets ends, such as {@code [order id]}.
	 */
	int bracketedNameEnd(int start) {
		int end = start + 1;
		while (end - start <= SqlScanner.MAX_NAME_LENGTH && isPart(at(end), PUNCTUATION)) {
			end++;
		}
		return (at(end) == ']' && at(end + 1) != ']' && isName(start + 1, end, PUNCTUATION)) ? end + 1 : UNKNOWN;
	}

	/**
	 * Return whether what stands before a position is given a value.
	 */
	boolean isAssigned(int end) {
		return at(blanksEnd(end)) == '=';
	}

	/**
	 * Return whether what stands before a position is compared with a name, or with a
	 * list that begins with one. A comment may hide either.
	 */
	boolean isComparedWithName(int end) {
		int operator = blanksEnd(end);
		int operand = operator;
		while ("=<>!~|".indexOf(at(operand)) != -1) {
			operand++;
		}
		if (operand == operator) {
			operand = comparisonEnd(operator);
			if (operand == operator) {
				return beginsComment(operator);
			}
		}
		operand = blanksEnd(operand);
		while (at(operand) == '(') {
			operand = blanksEnd(operand + 1);
		}
		return Characters.isNameStart(at(operand)) || at(operand) == '`' || at(operand) == '['
				|| beginsComment(operand);
	}

	private boolean beginsComment(int index) {
		char next = at(index + 1);
		return switch (at(index)) {
			case '#' -> true;
			case '-' -> next == '-';
			case '/' -> next == '*' || next == '/';
			default -> false;
		};
	}

	/**
	 * Return where a comparison ends that is a word.
	 */
	private int comparisonEnd(int start) {
		int end = nameEnd(start);
		Word word = word(start, end);
		if (word == Word.NOT) {
			int next = blanksEnd(end);
			if (beginsComment(next)) {
				return next;
			}
			end = nameEnd(next);
			word = word(next, end);
		}
		return (word == Word.IN || word == Word.LIKE || word == Word.ILIKE || word == Word.BETWEEN) ? end : start;
	}

	private int blanksEnd(int start) {
		int end = start;
		while (end < this.sql.length() && Characters.isBlank(this.sql.charAt(end))) {
			end++;
		}
		return end;
	}

	/**
	 * Return whether a quoted text can be a name.
	 * @param punctuation what it may hold beside letters, digits, underscores and dollars
	 */
	boolean isName(int start, int end, String punctuation) {
		if (end - start > SqlScanner.MAX_NAME_LENGTH) {
			return false;
		}
		boolean lettered = false;
		for (int i = start; i < end; i++) {
			char c = this.sql.charAt(i);
			if (!isPart(c, punctuation)) {
				return false;
			}
			lettered |= Characters.isNameStart(c);
		}
		return lettered;
	}

	private static boolean isPart(char c, String punctuation) {
		return Characters.isNamePart(c) || punctuation.indexOf(c) != -1;
	}

}
