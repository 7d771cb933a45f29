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

	private final String sql;

	InstrumentedPreparedStatement(S delegate, InstrumentedConnection connection, String sql) {
		super(delegate, connection);
		this.sql = sql;
	}

	@Override
	public final boolean execute() throws SQLException {
		Operation operation = start(this.sql);
		return (operation == null) ? this.delegate.execute() : execute(operation, this.delegate::execute);
	}

	@Override
	public final ResultSet executeQuery() throws SQLException {
		Operation operation = start(this.sql);
		return (operation == null) ? this.delegate.executeQuery() : query(operation, this.delegate::executeQuery);
	}

	@Override
	public final int executeUpdate() throws SQLException {
		Operation operation = start(this.sql);
		return (operation == null) ? this.delegate.executeUpdate() : update(operation, this.delegate::executeUpdate);
	}

	@Override
	public final long executeLargeUpdate() throws SQLException {
		Operation operation = start(this.sql);
		return (operation == null) ? this.delegate.executeLargeUpdate()
				: update(operation, this.delegate::executeLargeUpdate);
	}

	@Override
	final BatchedSql takeBatch() {
		return BatchedSql.of(this.sql);
	}

}
