package io.github.sentryinsights.sql;

/**
 * Replaces the literals of the SQL statements of one kind of database, and remembers
 * those it has seen.
 * <p>
 * Knows what the literals and comments of the common databases look like. Where databases
 * would read a statement differently, so that what follows may or may not be inside a
 * literal, the text ends with a {@code ?} in place of the rest. Takes time in proportion
 * to the length of the statement, never throws, and returns the text of its own results
 * unchanged. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class SqlNormalizer {

	private final Dialect dialect;

	private final int maxLength;

	private final boolean keepHints;

	private final StatementCache statements = new StatementCache(this::read);

	SqlNormalizer(Dialect dialect, int maxLength, boolean keepHints) {
		this.dialect = dialect;
		this.maxLength = maxLength;
		this.keepHints = keepHints;
	}

	/**
	 * Return a statement without its literals.
	 * @param sql the statement
	 * @return the statement that is safe to show
	 */
	public SqlStatement normalize(String sql) {
		return this.statements.get(sql);
	}

	private SqlStatement read(String sql) {
		return new SqlScanner(sql, this.dialect, this.maxLength, this.keepHints).scan();
	}

}
