package io.github.sentryinsights.r2dbc;

import java.util.List;
import java.util.function.Function;

import io.r2dbc.proxy.core.QueryInfo;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.sql.SqlNormalizer;
import io.github.sentryinsights.sql.SqlStatement;
import io.github.sentryinsights.sql.SqlStatements;

/**
 * The operations of the database behind a connection factory. What they return goes on on
 * other threads, and is current on none.
 */
final class DatabaseOperations {

	private final OperationSource statements;

	private final @Nullable OperationSource transactions;

	private final SqlNormalizer normalizer;

	DatabaseOperations(Operations operations, SqlStatements statements, Database database, boolean reportTransactions) {
		this.normalizer = statements.of(database.system());
		this.statements = operations.source(DbConvention.reactiveStatements(database));
		this.transactions = reportTransactions ? operations.source(DbConvention.reactiveTransactions(database)) : null;
	}

	/**
	 * Start an SQL statement.
	 * @param context the context of the subscriber
	 * @param queries the statement, or those of a batch
	 * @param batchSize the number of statements
	 * @return the operation, or {@code null} when nothing is kept of it
	 */
	@Nullable Operation startStatement(@Nullable ContextView context, List<QueryInfo> queries, int batchSize) {
		Operation operation = start(this.statements, context);
		if (operation.isNoop()) {
			return null;
		}
		if (operation.isRecording()) {
			operation.attributes(attributes -> DbConvention.statement(attributes, normalize(queries), batchSize));
		}
		operation.detach();
		return operation;
	}

	private SqlStatement normalize(List<QueryInfo> queries) {
		return (queries.size() == 1) ? this.normalizer.normalize(queries.get(0).getQuery())
				: this.normalizer.normalizeBatch(queries.stream().map(QueryInfo::getQuery).toList());
	}

	/**
	 * Start a step of a transaction.
	 * @param context the context of the subscriber
	 * @param command the command, such as {@code COMMIT}
	 * @return the operation, or {@code null} when nothing is kept of it
	 */
	@Nullable Operation startTransactionStep(@Nullable ContextView context, String command) {
		if (this.transactions == null) {
			return null;
		}
		Operation operation = start(this.transactions, context);
		if (operation.isNoop()) {
			return null;
		}
		if (operation.isRecording()) {
			operation.attributes(attributes -> DbConvention.transaction(attributes, command));
		}
		operation.detach();
		return operation;
	}

	private static Operation start(OperationSource source, @Nullable ContextView context) {
		if (context == null) {
			return source.start();
		}
		Function<Object, @Nullable Object> lookup = key -> context.hasKey(key) ? context.get(key) : null;
		return source.start(lookup);
	}

}
