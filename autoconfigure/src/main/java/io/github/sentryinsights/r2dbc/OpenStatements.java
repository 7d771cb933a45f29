package io.github.sentryinsights.r2dbc;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.r2dbc.proxy.core.ConnectionInfo;
import org.jspecify.annotations.Nullable;

/**
 * The statements of a connection whose results are not all consumed. Those that nobody
 * wants end with the connection, and the oldest one when there are too many.
 */
final class OpenStatements {

	private static final int LIMIT = 64;

	private final Queue<StatementExecution> statements = new ConcurrentLinkedQueue<>();

	static void attachTo(ConnectionInfo connection) {
		connection.getValueStore().put(OpenStatements.class, new OpenStatements());
	}

	static @Nullable OpenStatements of(@Nullable ConnectionInfo connection) {
		return (connection != null) ? connection.getValueStore().get(OpenStatements.class, OpenStatements.class) : null;
	}

	void add(StatementExecution statement) {
		if (this.statements.size() >= LIMIT) {
			endOldest();
		}
		this.statements.add(statement);
	}

	void remove(StatementExecution statement) {
		this.statements.remove(statement);
	}

	void endAll() {
		while (!this.statements.isEmpty()) {
			endOldest();
		}
	}

	private void endOldest() {
		StatementExecution oldest = this.statements.poll();
		if (oldest != null) {
			oldest.end();
		}
	}

}
