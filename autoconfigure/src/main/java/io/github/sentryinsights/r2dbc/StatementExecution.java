package io.github.sentryinsights.r2dbc;

import io.r2dbc.proxy.core.QueryExecutionInfo;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;

/**
 * A statement or a batch from its subscription until all its results are consumed.
 */
final class StatementExecution {

	private final Operation operation;

	private final OpenStatements others;

	private volatile boolean failed;

	StatementExecution(Operation operation, OpenStatements others) {
		this.operation = operation;
		this.others = others;
	}

	static @Nullable StatementExecution of(QueryExecutionInfo info) {
		return info.getValueStore().get(StatementExecution.class, StatementExecution.class);
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
		this.operation.end();
	}

}
