package io.github.sentryinsights.sql;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Reads one statement from left to right and writes what is safe to show of it.
 */
final class SqlScanner {

	static final int MAX_NAME_LENGTH = 64;

	private static final int MAX_DEPTH = 500;

	/*
	 * How far to look for tables once nothing more can be written.
	 */
	private static final int MAX_READ = 100_000;

	private static final String DOUBLE_QUOTED_PUNCTUATION = " -#";

	private final SqlText text;

	private final Dialect dialect;

	private final boolean keepHints;

	private final SqlWriter writer;

	private final SqlSubject subject;

	private Level[] levels = new Level[8];

	private int depth;

	private Level level;

	private int position;

	private boolean done;

	private boolean full;

	private boolean space;

	private Token last = Token.NONE;

	private @Nullable Word lastWord;

	private @Nullable Word clause;

	private boolean between;

	private boolean columns;

	SqlScanner(String sql, Dialect dialect, int maxLength, boolean keepHints) {
		this.text = new SqlText(sql, dialect);
		this.dialect = dialect;
		this.keepHints = keepHints;
		this.writer = new SqlWriter(sql, maxLength);
		this.subject = new SqlSubject(sql);
		this.level = new Level();
		this.levels[0] = this.level;
	}

	SqlStatement scan() {
		while (!this.done && this.position < this.text.length()) {
			next();
		}
		this.level.close(this.writer);
		return new SqlStatement(this.writer.toString(), this.subject.operation(), this.subject.table());
	}

	private void next() {
		char c = this.text.at(this.position);
		if (c == ' ' && this.position + 1 < this.text.length()) {
			this.space = true;
			c = this.text.at(++this.position);
		}
		if (Characters.isBlank(c)) {
			this.position++;
			this.space = true;
		}
		else if (Characters.isNameStart(c)) {
			word(c);
		}
		else if (startsNumber(c)) {
			literal(this.text.numberEnd(this.position));
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
			case '?' -> placeholder(this.text.digitsEnd(this.position + 1));
			case ':' -> colon();
			case '@' -> at();
			case '#' -> hash();
			case '(' -> open(content(), false);
			case ')' -> close(false);
			case '[' -> bracket();
			case ']' -> close(true);
			case ',' -> comma();
			case '.' -> token(Token.DOT, 1);
			case '-' -> {
				if (next('-')) {
					lineComment(2, this.text.at(this.position + 2) > ' ');
				}
				else {
					token(Token.OPERATOR, 1);
				}
			}
			case '/' -> {
				if (next('*')) {
					blockComment();
				}
				else if (next('/')) {
					lineComment(2, true);
				}
				else {
					token(Token.OPERATOR, 1);
				}
			}
			case ';' -> {
				this.subject.semicolon();
				token(Token.OPERATOR, 1);
			}
			case '=', '<', '>', '!', '*', '+', '%', '^', '&', '|', '~', '{', '}' -> token(Token.OPERATOR, 1);
			default -> doubt();
		}
	}

	private void word(char first) {
		int end = this.text.nameEnd(this.position);
		char next = this.text.at(end);
		if ((next == '\'' && prefixed(first, end)) || (next == '&' && unicode(first, end))) {
			return;
		}
		if (end - this.position > MAX_NAME_LENGTH) {
			literal(end);
			return;
		}
		Word word = this.text.word(this.position, end);
		boolean closed = opensForeignText(word);
		this.subject.word(word, this.lastWord, this.position, end);
		write(Token.WORD, word, end);
		if (word != null) {
			see(word);
		}
		if (closed) {
			doubt();
		}
	}

	/**
	 * Whether a password without quotes may follow, or data that is no SQL.
	 */
	private boolean opensForeignText(@Nullable Word word) {
		if (word == Word.BY) {
			return this.lastWord == Word.IDENTIFIED;
		}
		if (this.depth > 0) {
			return false;
		}
		if (word == Word.PASSWORD) {
			return this.subject.isDefinition() && (this.lastWord == null || this.lastWord == Word.SET);
		}
		return this.lastWord == Word.FORMAT && (word == null || word == Word.VALUES) && this.dialect == Dialect.ANY
				&& this.subject.isInsert();
	}

	/**
	 * Read a literal such as {@code N'text'}.
	 */
	private boolean prefixed(char first, int end) {
		int length = end - this.position;
		char lower = (char) (first | 0x20);
		if ((length == 1 && lower == 'q') || (length == 2 && lower == 'n' && (this.text.at(end - 1) | 0x20) == 'q')) {
			literal(this.text.delimitedEnd(end + 1));
			return true;
		}
		if (first == '_' || (length == 1 && "enxbrg".indexOf(lower) != -1)) {
			literal(stringEnd(end, '\'', length == 1 && lower == 'e' && escapesPrefixed()));
			return true;
		}
		return false;
	}

	/**
	 * Whether a backslash escapes a quote after an {@code E}, which some take for a
	 * column that the string is the alias of.
	 */
	private boolean escapesPrefixed() {
		return switch (this.dialect) {
			case STANDARD, QUOTED_STRINGS -> true;
			case ANY -> this.clause != Word.SELECT && this.clause != Word.RETURNING;
			case BRACKETED_NAMES -> false;
		};
	}

	/**
	 * Read a literal or a name such as {@code U&'\0061'}.
	 */
	private boolean unicode(char first, int end) {
		char quote = this.text.at(end + 1);
		if (end - this.position != 1 || (first | 0x20) != 'u' || (quote != '\'' && quote != '"')) {
			return false;
		}
		literal(stringEnd(end + 1, quote, false));
		return true;
	}

	private void see(Word word) {
		if (word.isClause()) {
			this.clause = word;
		}
		switch (word) {
			case INTO -> this.columns = true;
			case SELECT -> {
				this.columns &= this.subject.isDefinition();
				this.level.select();
			}
			case VALUES, VALUE -> {
				this.columns &= this.subject.isDefinition();
				this.level.rows();
			}
			case CREATE, ALTER -> this.columns |= this.subject.isDefinition();
			case BETWEEN -> this.between = true;
			default -> {
			}
		}
	}

	private boolean startsNumber(char c) {
		if (c == '-' || c == '+') {
			char next = this.text.at(this.position + 1);
			return (Characters.isDigit(next) || (next == '.' && Characters.isDigit(this.text.at(this.position + 2))))
					&& valueFollows();
		}
		return Characters.isDigit(c) || (c == '.' && Characters.isDigit(this.text.at(this.position + 1)));
	}

	private boolean valueFollows() {
		return switch (this.last) {
			case NONE, OPERATOR, COMMA, OPEN -> true;
			case WORD -> this.lastWord != null && this.lastWord.isBeforeValue();
			default -> false;
		};
	}

	private int stringEnd(int start, char quote, boolean escapes) {
		if (this.lastWord == Word.ESCAPE && this.text.sql().startsWith("'\\'", start)
				&& this.text.at(start + 3) != '\'') {
			return start + 3;
		}
		return this.text.stringEnd(start, quote, escapes);
	}

	private void doubleQuoted() {
		int end = stringEnd(this.position, '"', false);
		if (end != SqlText.UNKNOWN && Characters.isNameStart(this.text.at(this.position + 1))
				&& isDoubleQuotedName(end)) {
			name(end);
		}
		else {
			literal(end);
		}
	}

	private boolean isDoubleQuotedName(int end) {
		return switch (this.dialect) {
			case QUOTED_STRINGS -> false;
			case STANDARD -> this.text.isName(this.position + 1, end - 1, DOUBLE_QUOTED_PUNCTUATION)
					&& (!this.level.holdsElements() || isPartOfName(end));
			default -> this.text.isName(this.position + 1, end - 1, "") && isNamePlace(end);
		};
	}

	private boolean isPartOfName(int end) {
		return this.last == Token.DOT || (this.text.at(end) == '.' && !Characters.isDigit(this.text.at(end + 1)));
	}

	/**
	 * Where a database that takes double quotes for a string would not have one.
	 */
	private boolean isNamePlace(int end) {
		if (isPartOfName(end)) {
			return true;
		}
		if (!this.level.holdsNames()) {
			return false;
		}
		return switch (this.last) {
			case NAME -> true;
			case COMMA, OPEN -> this.columns || (this.clause != null && isNamePlace(this.clause, end));
			case WORD -> isBeforeName() && !(this.between && this.lastWord == Word.AND)
					&& !(this.lastWord != null && this.lastWord.isBeforeCondition() && isComparedWithName(end));
			default -> false;
		};
	}

	private boolean isNamePlace(Word clause, int end) {
		return switch (clause) {
			case SELECT, RETURNING -> false;
			case FROM, USING -> true;
			case BY -> this.dialect != Dialect.ANY || !this.text.isComparedWithName(end);
			case SET -> this.text.isAssigned(end);
			default -> !isComparedWithName(end);
		};
	}

	/**
	 * Whether this rather is a string, which is compared with a column or an array.
	 */
	private boolean isComparedWithName(int end) {
		return this.dialect == Dialect.ANY && (this.last == Token.COMMA || this.text.isComparedWithName(end));
	}

	private boolean isBeforeName() {
		return this.lastWord != null && this.lastWord.isBeforeName();
	}

	private void backquoted() {
		int end = this.text.doubledEnd(this.position, '`');
		if (end != SqlText.UNKNOWN && this.text.isName(this.position + 1, end - 1, SqlText.PUNCTUATION)) {
			name(end);
		}
		else {
			literal(end);
		}
	}

	private void dollar() {
		if (Characters.isDigit(this.text.at(this.position + 1))) {
			literal(this.text.numberEnd(this.position + 1));
			return;
		}
		int end = this.text.dollarQuotedEnd(this.position);
		if (end == this.position) {
			token(Token.OPERATOR, 1);
		}
		else {
			literal(end);
		}
	}

	private void colon() {
		char next = this.text.at(this.position + 1);
		if (next == ':') {
			token(Token.OPERATOR, 2);
		}
		else if (Characters.isNameStart(next)) {
			namedPlaceholder(this.text.nameEnd(this.position + 1));
		}
		else if (Characters.isDigit(next) && valueFollows()) {
			placeholder(this.text.digitsEnd(this.position + 1));
		}
		else {
			token(Token.OPERATOR, 1);
		}
	}

	/**
	 * A parameter or a variable, or else an operator.
	 */
	private void at() {
		int start = this.position + (next('@') ? 2 : 1);
		if (!Characters.isNameStart(this.text.at(start))) {
			token(Token.OPERATOR, 1);
			return;
		}
		int end = this.text.nameEnd(start);
		if ((this.text.at(start) | 0x20) == 'p' && end - start > 1 && this.text.digitsEnd(start + 1) == end) {
			placeholder(end);
		}
		else {
			namedPlaceholder(end);
		}
	}

	/**
	 * A comment for MySQL, an operator for PostgreSQL, the start of a table name for SQL
	 * Server.
	 */
	private void hash() {
		if (this.dialect == Dialect.QUOTED_STRINGS) {
			lineComment(1, false);
			return;
		}
		int start = this.position + (next('#') ? 2 : 1);
		if (isBeforeName() && Characters.isNameStart(this.text.at(start))) {
			int end = this.text.nameEnd(start);
			if (this.dialect == Dialect.ANY) {
				this.text.mayBeHashComment(this.position, end);
			}
			name(end);
			return;
		}
		int end = hashOperatorEnd();
		if (this.dialect != Dialect.ANY || isOperandAt(end)) {
			token(Token.OPERATOR, end - this.position);
		}
		else {
			lineComment(1, true);
		}
	}

	private int hashOperatorEnd() {
		int end = this.position + 1;
		if (this.text.at(end) == '-' && this.text.at(end + 1) != '-') {
			return end + 1;
		}
		while (end < this.position + 3 && this.text.at(end) == '>') {
			end++;
		}
		return end;
	}

	/**
	 * Whether an operator such as {@code #>} makes sense. The rest of the line may be a
	 * comment all the same.
	 */
	private boolean isOperandAt(int end) {
		int operand = end;
		while (this.text.at(operand) == ' ') {
			operand++;
		}
		boolean makesSense = end > this.position + 1
				&& (operand == this.text.length() || "'?$:(".indexOf(this.text.at(operand)) != -1);
		if (makesSense) {
			this.text.mayBeHashComment(this.position, end);
		}
		return makesSense;
	}

	private void bracket() {
		if (this.dialect.mayBracketNames()) {
			boolean name = this.dialect == Dialect.BRACKETED_NAMES || this.last == Token.DOT || isBeforeName();
			int end = name ? this.text.bracketedNameEnd(this.position) : SqlText.UNKNOWN;
			if (end != SqlText.UNKNOWN) {
				name(end);
				return;
			}
			if (this.dialect == Dialect.BRACKETED_NAMES) {
				literal(this.text.doubledEnd(this.position, ']'));
				return;
			}
			this.text.mayBeBracketedName(this.position);
		}
		boolean nested = this.level.isBracketed() && (this.last == Token.OPEN || this.last == Token.COMMA);
		if (nested || this.lastWord == Word.ARRAY) {
			open(Level.Content.ELEMENTS, true);
		}
		else {
			token(Token.OPERATOR, 1);
		}
	}

	private void lineComment(int length, boolean doubtful) {
		skip(this.text.lineCommentEnd(this.position + length, doubtful));
	}

	private void blockComment() {
		int end = this.text.blockCommentEnd(this.position);
		if (this.keepHints && !this.full && end != SqlText.UNKNOWN && this.text.agreesBeyond(this.position, end)) {
			String hint = this.text.hint(this.position, end);
			if (hint != null) {
				this.writer.write(hint);
				stopWhenFull();
			}
		}
		skip(end);
	}

	private void skip(int end) {
		if (end == SqlText.UNKNOWN || !this.text.agreesBeyond(this.position, end)) {
			doubt();
			return;
		}
		this.position = end;
		this.space = true;
	}

	private Level.Content content() {
		if (this.level.beginsElement() || this.lastWord == Word.IN) {
			return Level.Content.ELEMENTS;
		}
		return switch (this.last) {
			case WORD -> contentIf((this.columns && this.lastWord != Word.DEFAULT) || isBeforeName());
			case NAME -> contentIf(this.columns);
			case OPEN, COMMA -> contentIf(this.level.holdsNames());
			case OPERATOR -> Level.Content.ARGUMENTS;
			default -> Level.Content.NAMES;
		};
	}

	private static Level.Content contentIf(boolean names) {
		return names ? Level.Content.NAMES : Level.Content.ARGUMENTS;
	}

	private void open(Level.Content content, boolean bracketed) {
		if (this.depth >= MAX_DEPTH) {
			doubt();
			return;
		}
		boolean list = bracketed || this.lastWord == Word.IN;
		this.subject.open(this.lastWord);
		write(Token.OPEN, null, this.position + 1);
		this.depth++;
		if (this.depth == this.levels.length) {
			this.levels = Arrays.copyOf(this.levels, 2 * this.depth);
		}
		if (this.levels[this.depth] == null) {
			this.levels[this.depth] = new Level();
		}
		this.level = this.levels[this.depth];
		this.level.open(content, bracketed, this.clause);
		if (list) {
			this.level.list();
		}
	}

	private void close(boolean bracket) {
		if (bracket && !this.level.isBracketed()) {
			token(Token.OPERATOR, 1);
			return;
		}
		if (this.level.isBracketed() != bracket) {
			doubt();
			return;
		}
		this.subject.close();
		if (this.depth == 0) {
			write(Token.CLOSE, null, this.position + 1);
			return;
		}
		Level inner = this.level;
		inner.close(this.writer);
		this.clause = inner.outerClause();
		this.depth--;
		this.level = this.levels[this.depth];
		this.writer.write(this.position, this.position + 1, this.space);
		written(Token.CLOSE, null, this.position + 1);
		this.level.closed(inner, this.writer);
	}

	private void comma() {
		this.subject.comma();
		this.level.comma(this.writer);
		this.writer.write(this.position, this.position + 1, this.space);
		written(Token.COMMA, null, this.position + 1);
	}

	private void literal(int end) {
		if (end == SqlText.UNKNOWN || !this.text.agreesBeyond(this.position, end)) {
			doubt();
		}
		else {
			placeholder(end);
		}
	}

	private void placeholder(int end) {
		this.subject.value(this.lastWord);
		int begin = this.writer.write('?', this.space);
		this.level.token(Token.VALUE, null, begin);
		written(Token.VALUE, null, end);
	}

	private void namedPlaceholder(int end) {
		if (end - this.position > MAX_NAME_LENGTH) {
			placeholder(end);
			return;
		}
		this.subject.value(this.lastWord);
		write(Token.VALUE, null, end);
	}

	private void name(int end) {
		if (end - this.position > 2 * MAX_NAME_LENGTH) {
			literal(end);
			return;
		}
		this.subject.name(this.position, end);
		write(Token.NAME, null, end);
	}

	private void token(Token token, int length) {
		this.subject.token(token);
		write(token, null, this.position + length);
	}

	private void write(Token token, @Nullable Word word, int end) {
		int begin = this.writer.write(this.position, end, this.space);
		this.level.token(token, word, begin);
		written(token, word, end);
	}

	private void written(Token token, @Nullable Word word, int end) {
		if (this.lastWord == Word.AND) {
			this.between = false;
		}
		this.last = token;
		this.lastWord = word;
		this.space = false;
		this.position = end;
		stopWhenFull();
	}

	/**
	 * Show no list that is longer only because its statement fits less.
	 */
	private void stopWhenFull() {
		if (!this.writer.isFull()) {
			return;
		}
		if (!this.full) {
			this.full = true;
			int i = 0;
			while (i <= this.depth && !this.levels[i].abandonElement(this.writer)) {
				i++;
			}
		}
		if (this.position > MAX_READ) {
			this.subject.doubt();
			this.done = true;
		}
	}

	/**
	 * From here on a literal cannot be told from what is none.
	 */
	private void doubt() {
		this.subject.doubt();
		this.space = true;
		placeholder(this.text.length());
		this.done = true;
	}

	private boolean next(char c) {
		return this.text.at(this.position + 1) == c;
	}

}
