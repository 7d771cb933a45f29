package io.github.sentryinsights.jdbc;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ConcurrentLruCache;

import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.sql.SqlNormalizer;
import io.github.sentryinsights.sql.SqlStatement;

/**
 * The operations of the database behind a data source.
 */
final class DatabaseOperations {

	private static final Set<String> QUOTED_STRINGS = Set.of("mysql", "mariadb", "hive", "databricks");

	private static final int CACHED_STATEMENTS = 1000;

	private static final int CACHED_LENGTH = 10_000;

	private final OperationSource statements;

	private final @Nullable OperationSource transactions;

	private final boolean quotedStrings;

	private final ConcurrentLruCache<String, SqlStatement> normalized = new ConcurrentLruCache<>(CACHED_STATEMENTS,
			this::normalize);

	DatabaseOperations(Operations operations, Database database, boolean reportTransactions) {
		this.statements = operations.source(DbConvention.statements(database));
		this.transactions = reportTransactions ? operations.source(DbConvention.transactions(database)) : null;
		this.quotedStrings = QUOTED_STRINGS.contains(database.system());
	}

	/**
	 * Start an SQL statement.
	 * @return the operation, or {@code null} when nothing is kept of it
	 */
	@Nullable Operation startStatement() {
		Operation operation = this.statements.start();
		return operation.isNoop() ? null : operation;
	}

	void describe(Operation operation, @Nullable String sql, int batchSize) {
		operation.attributes(attributes -> {
			if (sql != null) {
				DbConvention.statement(attributes, statement(sql), batchSize);
			}
		});
	}

	boolean reportsTransactions() {
		return this.transactions != null;
	}

	/**
	 * Start a step of a transaction.
	 * @param command the command, such as {@code COMMIT}
	 * @return the operation, or {@code null} when nothing is kept of it
	 */
	@Nullable Operation startTransactionStep(String command) {
		if (this.transactions == null) {
			return null;
		}
		Operation operation = this.transactions.start();
		if (operation.isNoop()) {
			return null;
		}
		if (operation.isRecording()) {
			operation.attributes(attributes -> DbConvention.transaction(attributes, command));
		}
		return operation;
	}

	private SqlStatement statement(String sql) {
		return (sql.length() <= CACHED_LENGTH) ? this.normalized.get(sql) : normalize(sql);
	}

	private SqlStatement normalize(String sql) {
		return this.quotedStrings ? SqlNormalizer.normalizeWithQuotedStrings(sql) : SqlNormalizer.normalize(sql);
	}

}
