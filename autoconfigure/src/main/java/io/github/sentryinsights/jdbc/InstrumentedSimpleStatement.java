package io.github.sentryinsights.jdbc;

import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

/**
 * Reports the SQL that a statement without parameters runs.
 */
final class InstrumentedSimpleStatement extends InstrumentedStatement<Statement> {

	private @Nullable BatchedSql batch;

	InstrumentedSimpleStatement(Statement delegate, InstrumentedConnection connection) {
		super(delegate, connection);
	}

	@Override
	public void addBatch(String sql) throws SQLException {
		this.delegate.addBatch(sql);
		this.batch = BatchedSql.add(this.batch, sql);
	}

	@Override
	public void clearBatch() throws SQLException {
		this.delegate.clearBatch();
		forgetBatch();
	}

	@Override
	@Nullable BatchedSql takeBatch() {
		BatchedSql batch = this.batch;
		forgetBatch();
		return batch;
	}

	@Override
	void forgetBatch() {
		this.batch = null;
	}

}
