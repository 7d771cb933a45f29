package io.github.sentryinsights.r2dbc;

import java.util.concurrent.atomic.AtomicLong;

import io.r2dbc.proxy.core.QueryExecutionInfo;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;

/**
 * A statement or a batch from its subscription until all its results are consumed.
 */
final class StatementExecution {

	private static final long UNKNOWN = -1;

	private final Operation operation;

	private final OpenStatements others;

	private final AtomicLong affectedRows = new AtomicLong(UNKNOWN);

	private volatile boolean failed;

	StatementExecution(Operation operation, OpenStatements others) {
		this.operation = operation;
		this.others = others;
	}

	static @Nullable StatementExecution of(QueryExecutionInfo info) {
		return info.getValueStore().get(StatementExecution.class, StatementExecution.class);
	}

	/**
	 * Tell how many rows one of the results has changed.
	 * @param rows the number of rows
	 */
	void affected(long rows) {
		this.affectedRows.accumulateAndGet(rows, (sum, more) -> Math.max(sum, 0) + more);
	}

	void fail(Throwable error) {
		this.failed = true;
		this.operation.fail(error);
	}

	void cancel() {
		if (!this.failed) {
			this.operation.outcome(Outcome.CANCELLED);
		}
	}

	void end() {
		this.others.remove(this);
		this.operation.attributes(attributes -> DbConvention.affected(attributes, this.affectedRows.get()));
		this.operation.end();
	}

}
