package io.github.sentryinsights.sql;

import org.jspecify.annotations.Nullable;

/**
 * The words of SQL that tell what surrounds them.
 */
enum Word {

	ADD(Hint.NAME), ALTER, ANALYZE, AND(Hint.NAME, Hint.VALUE), APPLY, ARRAY, AS(Hint.NAME), BETWEEN(Hint.VALUE),
	BY(Hint.NAME, Hint.VALUE, Hint.CLAUSE), CALL, CASE(Hint.VALUE), COLUMN(Hint.NAME), CONNECT, CONSTRAINT(Hint.NAME),
	COPY, CREATE, DEFAULT(Hint.VALUE, Hint.CONSTANT), DELETE(Hint.NAME), DISTINCT(Hint.VALUE), DROP(Hint.NAME),
	ELSE(Hint.VALUE), ESCAPE, EXCEPT, EXISTS(Hint.NAME), FALSE(Hint.CONSTANT), FETCH, FOR(Hint.VALUE), FORMAT,
	FROM(Hint.NAME, Hint.CLAUSE), GROUP, HAVING(Hint.NAME, Hint.VALUE, Hint.CLAUSE), IDENTIFIED, IF, IGNORE,
	ILIKE(Hint.VALUE), IN(Hint.VALUE), INDEX(Hint.NAME), INSERT, INTERSECT, INTERVAL(Hint.VALUE), INTO(Hint.NAME),
	JOIN(Hint.NAME), KEY(Hint.NAME), LATERAL, LIKE(Hint.VALUE), LIMIT(Hint.VALUE, Hint.CLAUSE), LOCK, LOW_PRIORITY,
	MATERIALIZED, MERGE(Hint.NAME), MINUS, NOT(Hint.NAME, Hint.VALUE), NULL(Hint.CONSTANT), OFFSET(Hint.VALUE),
	ON(Hint.NAME, Hint.VALUE, Hint.CLAUSE), ONLY(Hint.NAME), OR(Hint.NAME, Hint.VALUE), ORDER, OVER(Hint.NAME),
	OVERWRITE, PARTITION(Hint.NAME), PASSWORD, QUALIFY, RECURSIVE(Hint.NAME), REFERENCES(Hint.NAME), REPLACE,
	RETURN(Hint.VALUE), RETURNING(Hint.VALUE, Hint.CLAUSE), ROW, SCHEMA(Hint.NAME), SELECT(Hint.VALUE, Hint.CLAUSE),
	SEQUENCE(Hint.NAME), SET(Hint.NAME, Hint.VALUE, Hint.CLAUSE), START, STRAIGHT_JOIN, TABLE(Hint.NAME),
	THEN(Hint.VALUE), TOP(Hint.VALUE), TRUE(Hint.CONSTANT), TRUNCATE(Hint.NAME), UNION, UPDATE(Hint.NAME), UPSERT,
	USING(Hint.NAME, Hint.CLAUSE), VALUE, VALUES(Hint.VALUE, Hint.CLAUSE), VIEW(Hint.NAME), WHEN(Hint.VALUE),
	WHERE(Hint.NAME, Hint.VALUE, Hint.CLAUSE), WINDOW, WITH(Hint.NAME);

	private static final int TABLE_SIZE = 1024;

	private static final int SHORTEST = 2;

	private static final int LONGEST = 13;

	private static final int CASE_BIT = 0x20;

	private static final @Nullable Word[] WORDS = table();

	private final boolean beforeName;

	private final boolean beforeValue;

	private final boolean clause;

	private final boolean constant;

	private final String text;

	private final int hash;

	Word(Hint... hints) {
		boolean beforeName = false;
		boolean beforeValue = false;
		boolean clause = false;
		boolean constant = false;
		for (Hint hint : hints) {
			beforeName |= hint == Hint.NAME;
			beforeValue |= hint == Hint.VALUE;
			clause |= hint == Hint.CLAUSE;
			constant |= hint == Hint.CONSTANT;
		}
		this.beforeName = beforeName;
		this.beforeValue = beforeValue;
		this.clause = clause;
		this.constant = constant;
		this.text = name();
		this.hash = hash(this.text);
	}

	/**
	 * Whether the name of a table or column may follow where a string would make no
	 * sense.
	 */
	boolean isBeforeName() {
		return this.beforeName;
	}

	/**
	 * Whether a sign that follows belongs to a number.
	 */
	boolean isBeforeValue() {
		return this.beforeValue;
	}

	/**
	 * Whether a condition may follow, which begins with a name or with a value.
	 */
	boolean isBeforeCondition() {
		return this == AND || this == BY || this == HAVING || this == NOT || this == ON || this == OR || this == WHERE;
	}

	boolean isClause() {
		return this.clause;
	}

	boolean isConstant() {
		return this.constant;
	}

	/**
	 * Add a character to the hash of a word, whatever its case. The hash of no character
	 * is 0.
	 */
	static int hash(int hash, char c) {
		return (hash << 5) ^ (c & ~CASE_BIT);
	}

	/**
	 * Return the word at a position, whatever its case, without allocating anything.
	 * @param hash the hash of its characters
	 * @return the word, or {@code null} when it is not one of these
	 */
	static @Nullable Word of(String sql, int start, int end, int hash) {
		if (end - start < SHORTEST || end - start > LONGEST) {
			return null;
		}
		for (int i = slot(hash);; i = (i + 1) & (TABLE_SIZE - 1)) {
			Word word = WORDS[i];
			if (word == null || (word.hash == hash && word.isAt(sql, start, end))) {
				return word;
			}
		}
	}

	private boolean isAt(String sql, int start, int end) {
		String name = this.text;
		if (name.length() != end - start) {
			return false;
		}
		for (int i = 0; i < name.length(); i++) {
			if ((sql.charAt(start + i) & ~CASE_BIT) != name.charAt(i)) {
				return false;
			}
		}
		return true;
	}

	private static @Nullable Word[] table() {
		@Nullable Word[] table = new @Nullable Word[TABLE_SIZE];
		for (Word word : values()) {
			int i = slot(word.hash);
			while (table[i] != null) {
				i = (i + 1) & (TABLE_SIZE - 1);
			}
			table[i] = word;
		}
		return table;
	}

	private static int slot(int hash) {
		return (hash ^ (hash >>> 10)) & (TABLE_SIZE - 1);
	}

	private static int hash(String text) {
		int hash = 0;
		for (int i = 0; i < text.length(); i++) {
			hash = hash(hash, text.charAt(i));
		}
		return hash;
	}

	private enum Hint {

		NAME, VALUE, CLAUSE, CONSTANT

	}

}
