package io.github.sentryinsights.sql;

import java.util.Arrays;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Finds out what a statement does, and the one table that it concerns. A statement
 * concerns several tables when it joins them or uses them in sub-selects; a common table
 * expression is none. No table is told where that is not certain.
 */
final class SqlSubject {

	private static final int MAX_COMMON_TABLES = 16;

	/*
	 * A verb was seen, after which FROM names tables rather than a part of a value.
	 */
	private static final int VERB = 1;

	/*
	 * Commas separate tables.
	 */
	private static final int TABLES = 2;

	/*
	 * A table comes next.
	 */
	private static final int EXPECTED = 4;

	/*
	 * Commas separate common table expressions.
	 */
	private static final int COMMON_TABLES = 8;

	private final String sql;

	private int flags;

	private int[] outerFlags = new int[8];

	private int depth;

	private int operationStart;

	private int operationEnd;

	private int operationDepth;

	private @Nullable Word operation;

	private TableName candidate;

	private boolean named;

	private boolean dotted;

	private @Nullable Word place;

	private boolean commonTableExpected;

	private int[] commonTables = new int[0];

	private int commonTableCount;

	private @Nullable TableName table;

	private boolean indexed;

	private boolean uncertain;

	SqlSubject(String sql) {
		this.sql = sql;
		this.candidate = new TableName(sql);
	}

	/**
	 * Return the command, in upper case, or an empty string.
	 */
	String operation() {
		return (this.operation != null) ? this.operation.name()
				: this.sql.substring(this.operationStart, this.operationEnd).toUpperCase(Locale.ROOT);
	}

	/**
	 * Return whether tables and columns are defined.
	 */
	boolean isDefinition() {
		return this.operation == Word.CREATE || this.operation == Word.ALTER;
	}

	boolean isInsert() {
		return this.operation == Word.INSERT;
	}

	/**
	 * Return the only table, without quotes, or {@code null}.
	 */
	@Nullable String table() {
		end(Token.NONE, null);
		return (this.uncertain || this.table == null) ? null : this.table.toString();
	}

	/**
	 * From here on nothing is certain.
	 */
	void doubt() {
		this.uncertain = true;
	}

	void word(@Nullable Word word, @Nullable Word lastWord, int start, int end) {
		if (this.operationEnd == 0 || this.operation == Word.WITH) {
			operation(word, start, end);
		}
		if (this.named && this.dotted) {
			part(start, end);
			return;
		}
		end(Token.WORD, word);
		if (this.commonTableExpected && word != Word.RECURSIVE) {
			commonTable(start, end);
		}
		else if (word != null) {
			see(word, lastWord);
		}
		else if (is(EXPECTED)) {
			part(start, end);
		}
	}

	void name(int start, int end) {
		if (this.named && !this.dotted) {
			end(Token.NAME, null);
		}
		if (this.commonTableExpected) {
			commonTable(start, end);
		}
		else if (this.named || is(EXPECTED)) {
			part(start, end);
		}
	}

	void value(@Nullable Word lastWord) {
		end(Token.VALUE, null);
		if (is(EXPECTED) && lastWord != Word.TOP) {
			clear(EXPECTED);
			this.uncertain = true;
		}
	}

	void token(Token token) {
		if (token == Token.DOT && this.named) {
			this.dotted = true;
			return;
		}
		end(token, null);
		if (is(EXPECTED)) {
			clear(EXPECTED);
			this.uncertain = true;
		}
	}

	void comma() {
		end(Token.COMMA, null);
		if (is(TABLES)) {
			set(EXPECTED);
		}
		else {
			this.commonTableExpected = is(COMMON_TABLES);
		}
	}

	void semicolon() {
		end(Token.OPERATOR, null);
		if (this.depth == 0) {
			this.flags = 0;
		}
	}

	void open(@Nullable Word lastWord) {
		end(Token.OPEN, null);
		if (this.commonTableExpected) {
			this.commonTableExpected = false;
			clear(COMMON_TABLES);
		}
		boolean expected = is(EXPECTED) && lastWord != Word.TOP;
		if (expected) {
			clear(EXPECTED);
			expected = isRelation() || this.place == Word.COPY;
		}
		if (this.depth == this.outerFlags.length) {
			this.outerFlags = Arrays.copyOf(this.outerFlags, 2 * this.depth);
		}
		this.outerFlags[this.depth++] = this.flags;
		this.flags = expected ? EXPECTED | TABLES : 0;
	}

	void close() {
		end(Token.CLOSE, null);
		this.uncertain |= is(EXPECTED);
		if (this.depth > 0) {
			this.flags = this.outerFlags[--this.depth];
		}
	}

	private void operation(@Nullable Word word, int start, int end) {
		boolean described = this.depth == this.operationDepth && isStatement(word) && !this.commonTableExpected;
		if (this.operationEnd == 0 || described) {
			this.operation = word;
			this.operationDepth = this.depth;
			this.operationStart = start;
			this.operationEnd = end;
		}
	}

	private static boolean isStatement(@Nullable Word word) {
		return word == Word.SELECT || word == Word.INSERT || word == Word.UPDATE || word == Word.DELETE
				|| word == Word.MERGE || word == Word.VALUES;
	}

	private void see(Word word, @Nullable Word lastWord) {
		switch (word) {
			case SELECT -> {
				clear(EXPECTED | TABLES | COMMON_TABLES);
				set(VERB);
			}
			case FROM -> {
				if (is(VERB) && lastWord != Word.DISTINCT) {
					expect(word, true);
				}
			}
			case JOIN -> expect(word, true);
			case APPLY, STRAIGHT_JOIN -> {
				if (is(TABLES)) {
					expect(word, true);
				}
			}
			case INTO -> expect(word, false);
			case USING -> {
				clear(EXPECTED);
				if (this.operation == Word.DELETE || this.operation == Word.MERGE) {
					expect(word, true);
				}
			}
			case INSERT, REPLACE, UPSERT, MERGE, DELETE -> verb(word, false);
			case UPDATE, TRUNCATE -> verb(word, true);
			case COPY -> {
				if (this.operation == Word.COPY && this.depth == 0) {
					expect(word, false);
				}
			}
			case TABLE, VIEW -> defined(word);
			case INDEX -> this.indexed = isDefinition() || this.operation == Word.DROP;
			case REFERENCES -> {
				if (isDefinition()) {
					expect(word, false);
				}
			}
			case ON -> {
				leaveTables(word);
				if (this.indexed && this.depth == 0) {
					this.indexed = false;
					expect(word, false);
				}
			}
			case WITH -> with();
			case ONLY, LATERAL, IF, NOT, EXISTS, TOP, RECURSIVE -> {
			}
			case IGNORE, LOW_PRIORITY, OR, OVERWRITE -> {
				if (this.place == Word.FROM) {
					leaveTables(word);
				}
			}
			case SET, WHERE, HAVING, GROUP, ORDER, LIMIT, RETURNING, VALUES, UNION, EXCEPT, INTERSECT, MINUS, FETCH,
					OFFSET, FOR, WINDOW, CONNECT, START, QUALIFY -> {
				leaveTables(word);
				clear(TABLES);
			}
			default -> leaveTables(word);
		}
	}

	private void verb(Word word, boolean several) {
		boolean statement = this.depth == 0 || (this.outerFlags[this.depth - 1] & COMMON_TABLES) != 0;
		if (statement && !is(VERB) && !isDefinition()) {
			clear(COMMON_TABLES);
			set(VERB);
			expect(word, several);
		}
	}

	private void defined(Word word) {
		if (word == Word.VIEW) {
			leaveTables(word);
		}
		if (this.depth == 0 && !is(EXPECTED | VERB) && this.operation != Word.SELECT) {
			expect(word, this.operation == Word.DROP || this.operation == Word.LOCK);
		}
	}

	private void with() {
		clear(EXPECTED);
		if (!is(VERB) || this.operation == Word.INSERT || this.operation == Word.MERGE) {
			set(COMMON_TABLES);
			this.commonTableExpected = true;
		}
	}

	private void leaveTables(Word word) {
		if (is(EXPECTED)) {
			clear(EXPECTED);
			this.uncertain |= word != Word.VALUES;
		}
	}

	private void expect(Word place, boolean several) {
		set(EXPECTED);
		if (several) {
			set(TABLES);
		}
		this.place = place;
	}

	private void commonTable(int start, int end) {
		this.commonTableExpected = false;
		if (this.commonTableCount == MAX_COMMON_TABLES) {
			this.uncertain = true;
			return;
		}
		if (this.commonTableCount * 2 == this.commonTables.length) {
			this.commonTables = Arrays.copyOf(this.commonTables, Math.max(4, 2 * this.commonTables.length));
		}
		this.commonTables[2 * this.commonTableCount] = start;
		this.commonTables[2 * this.commonTableCount + 1] = end;
		this.commonTableCount++;
	}

	private void part(int start, int end) {
		clear(EXPECTED);
		this.named = true;
		this.dotted = false;
		this.uncertain |= !this.candidate.add(start, end);
	}

	/**
	 * End the name of a table, now that it is known what follows.
	 */
	private void end(Token token, @Nullable Word word) {
		if (this.named) {
			conclude(token, word);
		}
	}

	private void conclude(Token token, @Nullable Word word) {
		this.named = false;
		this.uncertain |= this.dotted;
		this.dotted = false;
		boolean alias = this.place == Word.DELETE && (word == Word.FROM || token == Token.COMMA);
		boolean function = token == Token.OPEN && isRelation();
		if (alias || function || this.candidate.isDual() || isCommonTable()) {
			this.candidate.clear();
		}
		else if (this.table == null) {
			this.table = this.candidate;
			this.candidate = new TableName(this.sql);
		}
		else {
			this.uncertain |= !this.table.matches(this.candidate);
			this.candidate.clear();
		}
	}

	/**
	 * Whether a sub-select or a function may take the place of a table.
	 */
	private boolean isRelation() {
		return this.place == Word.FROM || this.place == Word.JOIN || this.place == Word.USING
				|| this.place == Word.APPLY || this.place == Word.STRAIGHT_JOIN;
	}

	private boolean isCommonTable() {
		for (int i = 0; i < this.commonTableCount; i++) {
			if (this.candidate.is(this.commonTables[2 * i], this.commonTables[2 * i + 1])) {
				return true;
			}
		}
		return false;
	}

	private boolean is(int flags) {
		return (this.flags & flags) != 0;
	}

	private void set(int flags) {
		this.flags |= flags;
	}

	private void clear(int flags) {
		this.flags &= ~flags;
	}

}
