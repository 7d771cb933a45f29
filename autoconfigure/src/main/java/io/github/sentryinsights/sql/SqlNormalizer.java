package io.github.sentryinsights.sql;

/**
 * Replaces the literals of SQL statements.
 * <p>
 * Knows what the literals and comments of the common databases look like, without being
 * told which one it is. Where databases would read a statement differently, so that what
 * follows may or may not be inside a literal, the text ends with a {@code ?} in place of
 * the rest. Takes time in proportion to the length of the statement, never throws, and
 * returns its own results unchanged.
 *
 * @since 0.1.0
 */
public final class SqlNormalizer {

	private SqlNormalizer() {
	}

	/**
	 * Return a statement without its literals, for a database of any kind. Text in double
	 * quotes is kept where only the name of a table or column makes sense.
	 * @param sql the statement
	 * @return the statement that is safe to show, at most 4000 characters long
	 */
	public static SqlStatement normalize(String sql) {
		return new SqlScanner(sql, false).scan();
	}

	/**
	 * Return a statement without its literals, for a database where text in double quotes
	 * is a literal, as MySQL and MariaDB have it unless told otherwise.
	 * @param sql the statement
	 * @return the statement that is safe to show, at most 4000 characters long
	 */
	public static SqlStatement normalizeWithQuotedStrings(String sql) {
		return new SqlScanner(sql, true).scan();
	}

}
