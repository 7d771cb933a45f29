package io.github.sentryinsights.sql;

import java.util.Collection;
import java.util.List;
import java.util.Objects;

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

	/** The number of different texts of a batch that are looked at. */
	public static final int MAX_BATCHED = 8;

	private static final String BATCH = "BATCH";

	private static final String SEPARATOR = "; ";

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

	/**
	 * Return the statements of a batch as one. Different ones stand side by side, as far
	 * as there is room, and their operation is {@value #BATCH}. What comes after the
	 * first {@value #MAX_BATCHED} texts mostly repeats what was there before.
	 * @param batch the statements, at least one
	 * @return the statement that is safe to show
	 */
	public SqlStatement normalizeBatch(Collection<String> batch) {
		List<SqlStatement> statements = batch.stream()
			.distinct()
			.limit(MAX_BATCHED)
			.map(this::normalize)
			.distinct()
			.toList();
		SqlStatement first = statements.get(0);
		if (statements.size() == 1) {
			return first;
		}
		boolean same = statements.stream().allMatch(statement -> Objects.equals(statement.table(), first.table()));
		return new SqlStatement(join(statements), BATCH, same ? first.table() : null);
	}

	private String join(List<SqlStatement> statements) {
		StringBuilder joined = new StringBuilder();
		for (SqlStatement statement : statements) {
			String separator = joined.isEmpty() ? "" : SEPARATOR;
			int room = this.maxLength - joined.length() - separator.length();
			String text = (statement.text().length() <= room) ? statement.text() : beginning(statement, room);
			if (!text.isEmpty()) {
				joined.append(separator).append(text);
			}
			if (text.length() < statement.text().length()) {
				return joined.toString();
			}
		}
		return joined.toString();
	}

	private String beginning(SqlStatement statement, int length) {
		return read(statement.text(), Math.max(0, length)).text();
	}

	private SqlStatement read(String sql) {
		return read(sql, this.maxLength);
	}

	private SqlStatement read(String sql, int maxLength) {
		return new SqlScanner(sql, this.dialect, maxLength, this.keepHints).scan();
	}

}
