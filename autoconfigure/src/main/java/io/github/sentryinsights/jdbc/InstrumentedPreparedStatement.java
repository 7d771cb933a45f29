package io.github.sentryinsights.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.github.sentryinsights.operation.Operation;

/**
 * Reports the SQL that a prepared statement runs.
 *
 * @param <S> the type of the statement
 */
class InstrumentedPreparedStatement<S extends PreparedStatement> extends DelegatingPreparedStatement<S> {

	InstrumentedPreparedStatement(S delegate, InstrumentedConnection connection, String sql) {
		super(delegate, connection, sql);
	}

	@Override
	public final boolean execute() throws SQLException {
		Operation operation = startPrepared();
		return (operation == null) ? this.delegate.execute() : operation.around(this.delegate::execute);
	}

	@Override
	public final ResultSet executeQuery() throws SQLException {
		Operation operation = startPrepared();
		return (operation == null) ? this.delegate.executeQuery() : operation.around(this.delegate::executeQuery);
	}

	@Override
	public final int executeUpdate() throws SQLException {
		Operation operation = startPrepared();
		return (operation == null) ? this.delegate.executeUpdate() : operation.around(this.delegate::executeUpdate);
	}

	@Override
	public final long executeLargeUpdate() throws SQLException {
		Operation operation = startPrepared();
		return (operation == null) ? this.delegate.executeLargeUpdate()
				: operation.around(this.delegate::executeLargeUpdate);
	}

	@Override
	final boolean isPrepared() {
		return true;
	}

}
