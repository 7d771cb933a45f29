package io.github.sentryinsights.r2dbc;

import java.util.List;

import io.r2dbc.proxy.core.ConnectionInfo;
import io.r2dbc.proxy.core.ExecutionType;
import io.r2dbc.proxy.core.MethodExecutionInfo;
import io.r2dbc.proxy.core.QueryExecutionInfo;
import io.r2dbc.proxy.core.QueryInfo;
import io.r2dbc.proxy.core.ValueStore;
import io.r2dbc.proxy.listener.ProxyExecutionListener;
import io.r2dbc.spi.Connection;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;

/**
 * Reports the statements and the transactions of connections, each from its subscription
 * to its end.
 */
final class StatementListener implements ProxyExecutionListener {

	private static final int UNCOUNTED = -1;

	private final DatabaseOperations operations;

	StatementListener(DatabaseOperations operations) {
		this.operations = operations;
	}

	@Override
	public void beforeQuery(QueryExecutionInfo info) {
		// What is subscribed to again, after a failure, is another execution.
		info.getValueStore().remove(StatementExecution.class);
		OpenStatements statements = OpenStatements.of(info.getConnectionInfo());
		List<QueryInfo> queries = info.getQueries();
		if (statements == null || queries.isEmpty()) {
			return;
		}
		int size = (info.getType() == ExecutionType.BATCH) ? info.getBatchSize() : info.getBindingsSize();
		Operation operation = this.operations.startStatement(context(info.getValueStore()), queries, size);
		if (operation != null) {
			StatementExecution execution = new StatementExecution(operation, statements);
			info.getValueStore().put(StatementExecution.class, execution);
			statements.add(execution);
		}
	}

	/**
	 * Called when all results have come and none is being consumed any more.
	 */
	@Override
	public void afterQuery(QueryExecutionInfo info) {
		StatementExecution execution = StatementExecution.of(info);
		if (execution == null) {
			return;
		}
		if (!info.isSuccess()) {
			Throwable error = info.getThrowable();
			if (error != null) {
				execution.fail(error);
			}
			else {
				execution.cancel();
			}
		}
		execution.end();
	}

	@Override
	public void beforeMethod(MethodExecutionInfo info) {
		if (!(info.getTarget() instanceof Connection)) {
			return;
		}
		String method = info.getMethod().getName();
		if (method.equals("close")) {
			OpenStatements statements = OpenStatements.of(info.getConnectionInfo());
			if (statements != null) {
				statements.endAll();
			}
			return;
		}
		String command = command(method);
		if (command == null) {
			return;
		}
		Operation operation = this.operations.startTransactionStep(context(info.getValueStore()), command);
		if (operation != null) {
			info.getValueStore().put(Step.class, new Step(operation, completed(info.getConnectionInfo(), command)));
		}
	}

	@Override
	public void afterMethod(MethodExecutionInfo info) {
		if (!(info.getTarget() instanceof Connection)) {
			return;
		}
		Step step = (Step) info.getValueStore().remove(Step.class);
		if (step == null) {
			return;
		}
		Throwable error = info.getThrown();
		if (error != null) {
			step.operation().fail(error);
		}
		else if (isCancelled(step, info)) {
			step.operation().outcome(Outcome.CANCELLED);
		}
		step.operation().end();
	}

	/**
	 * Only the count of the connection tells what was cancelled from what was completed.
	 * It keeps none of savepoints.
	 */
	private static boolean isCancelled(Step step, MethodExecutionInfo info) {
		String command = command(info.getMethod().getName());
		return command != null && step.completed() != UNCOUNTED
				&& completed(info.getConnectionInfo(), command) == step.completed();
	}

	private static int completed(@Nullable ConnectionInfo connection, String command) {
		if (connection == null) {
			return 0;
		}
		return switch (command) {
			case "BEGIN" -> connection.getTransactionCount();
			case "COMMIT" -> connection.getCommitCount();
			case "ROLLBACK" -> connection.getRollbackCount();
			default -> UNCOUNTED;
		};
	}

	private static @Nullable String command(String method) {
		return switch (method) {
			case "beginTransaction" -> "BEGIN";
			case "commitTransaction" -> "COMMIT";
			case "rollbackTransaction" -> "ROLLBACK";
			case "createSavepoint" -> "SAVEPOINT";
			case "rollbackTransactionToSavepoint" -> "ROLLBACK TO SAVEPOINT";
			case "releaseSavepoint" -> "RELEASE SAVEPOINT";
			default -> null;
		};
	}

	private static @Nullable ContextView context(ValueStore values) {
		return values.get(ContextView.class, ContextView.class);
	}

	/**
	 * A step of a transaction that is under way.
	 *
	 * @param operation the operation
	 * @param completed how many such steps the connection had completed before
	 */
	private record Step(Operation operation, int completed) {
	}

}
