package io.github.sentryinsights.sql;

import java.util.Arrays;
import java.util.List;

/**
 * What may be shown of the SQL statements of an application. Data sources of one kind
 * share what is remembered of their statements. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class SqlStatements {

	/** The length of the text of a statement at most, unless told otherwise. */
	public static final int DEFAULT_MAX_LENGTH = 4000;

	/** The least length that the text of a statement can be limited to. */
	public static final int MIN_MAX_LENGTH = 200;

	private final List<SqlNormalizer> normalizers;

	/**
	 * Create statements.
	 * @param maxLength the length of the text of a statement at most, in characters
	 * @param keepHints whether to keep comments that are hints for the optimizer
	 * @throws IllegalArgumentException if the length is below {@value #MIN_MAX_LENGTH}
	 */
	public SqlStatements(int maxLength, boolean keepHints) {
		if (maxLength < MIN_MAX_LENGTH) {
			throw new IllegalArgumentException("The length " + maxLength + " is below " + MIN_MAX_LENGTH);
		}
		this.normalizers = Arrays.stream(Dialect.values())
			.map(dialect -> new SqlNormalizer(dialect, maxLength, keepHints))
			.toList();
	}

	/**
	 * Return what normalizes the statements of a database.
	 * @param system the product, in lower case, such as {@code postgresql}
	 * @return the normalizer
	 */
	public SqlNormalizer of(String system) {
		return this.normalizers.get(Dialect.of(system).ordinal());
	}

}
