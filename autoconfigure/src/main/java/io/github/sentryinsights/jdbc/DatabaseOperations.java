package io.github.sentryinsights.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.sql.SqlNormalizer;
import io.github.sentryinsights.sql.SqlStatements;

/**
 * The operations of the database behind a data source.
 */
final class DatabaseOperations implements DatabaseLookup {

	private static final Set<String> KEPT_UPDATE_COUNTS = Set.of("h2", "postgresql", "mysql", "mariadb");

	private final OperationSource statements;

	private final @Nullable OperationSource transactions;

	private final SlowThreshold slow;

	private final QuerySource querySource;

	private final SqlNormalizer normalizer;

	/** For all statements, as one for each would be an object for each. */
	private final BiConsumer<Attributes, String> statement = this::describe;

	private final boolean keepsUpdateCount;

	private final boolean countsRows;

	DatabaseOperations(Operations operations, SqlStatements statements, Database database,
			InsightsProperties.Db properties) {
		this.statements = operations.source(DbConvention.statements(database));
		this.transactions = properties.isTransactions() ? operations.source(DbConvention.transactions(database)) : null;
		this.slow = SlowThreshold.of(properties.getSlowQueryThreshold());
		this.querySource = new QuerySource(operations::isApplication);
		this.countsRows = properties.isCountRows();
		this.normalizer = statements.of(database.system());
		this.keepsUpdateCount = KEPT_UPDATE_COUNTS.contains(database.system());
	}

	@Override
	public DatabaseOperations of(Connection connection) {
		return this;
	}

	/**
	 * Start an SQL statement.
	 * @return the operation, or {@code null} when nothing is kept of it
	 */
	@Nullable Operation startStatement() {
		Operation operation = this.statements.start();
		return operation.isNoop() ? null : operation;
	}

	/**
	 * Run a statement.
	 * @param <T> the type of the result
	 * @param operation the operation that was started for it
	 * @param call the call of the driver
	 * @return the result
	 * @throws SQLException what the driver throws
	 */
	<T> T run(Operation operation, Operation.Call<T, SQLException> call) throws SQLException {
		return operation.around(call, this.slow.nanos(), this.querySource);
	}

	/**
	 * Return whether the driver tells the update count of a statement as often as it is
	 * asked, and without a round trip: elsewhere it is gone for the application then.
	 * @return whether asking for it harms nobody
	 */
	boolean keepsUpdateCount() {
		return this.keepsUpdateCount;
	}

	void describe(Operation operation, @Nullable String sql) {
		if (sql != null) {
			operation.attributes(this.statement, sql);
		}
	}

	private void describe(Attributes attributes, String sql) {
		DbConvention.statement(attributes, this.normalizer.normalize(sql), 1);
	}

	/**
	 * Describe a batch that has run.
	 * @param operation the operation
	 * @param batch the texts
	 * @param counts the update counts, one for each statement that was run
	 */
	void describe(Operation operation, @Nullable BatchedSql batch, long[] counts) {
		operation.attributes(attributes -> {
			if (batch != null) {
				DbConvention.statement(attributes, this.normalizer.normalizeBatch(batch.texts()), counts.length);
			}
			if (counts.length > 0 && Arrays.stream(counts).noneMatch(count -> count < 0)) {
				DbConvention.affected(attributes, Arrays.stream(counts).sum());
			}
		});
	}

	static void affected(Operation operation, long rows) {
		operation.attributes(attributes -> DbConvention.affected(attributes, rows));
	}

	/**
	 * Return whether the rows of the result of a statement are counted.
	 * @param operation the operation of the statement
	 * @return whether somebody wants to know
	 */
	boolean countsRows(Operation operation) {
		return this.countsRows && operation.isRecording();
	}

	/**
	 * Tell how much of a result has been read.
	 * @param operation the operation of the statement, which has ended
	 * @param rows the number of rows
	 * @param nanos how long getting them took, in nanoseconds
	 */
	void fetched(Operation operation, long rows, long nanos) {
		this.statements.amend(operation, attributes -> DbConvention.fetched(attributes, rows, Duration.ofNanos(nanos)));
	}

	/**
	 * Return whether anything would be kept of a step of a transaction.
	 * @return whether it is worth finding out if a call is one
	 */
	boolean isTransactionStepOfInterest() {
		return this.transactions != null && this.transactions.isActive();
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

}
