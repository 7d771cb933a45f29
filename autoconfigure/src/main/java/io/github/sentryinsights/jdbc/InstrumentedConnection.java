package io.github.sentryinsights.jdbc;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.operation.Operation;

/**
 * Reports the transactions of a connection, and hands out statements that report theirs.
 */
final class InstrumentedConnection extends DelegatingConnection {

	private static final int MAX_RESULTS = 64;

	private static final String SAVEPOINT = "SAVEPOINT";

	private DatabaseLookup database;

	/**
	 * Whether a statement has run since the latest transaction ended.
	 */
	private boolean uncommitted;

	/**
	 * The open results whose rows are counted, which close with their statement or this
	 * connection if nobody closes them. The concurrent kind, as a statement may be closed
	 * by another thread than the one that reads.
	 */
	private volatile @Nullable Queue<CountedResultSet> results;

	/**
	 * The latest statement that has a result to be counted which nobody has asked for.
	 */
	private @Nullable Executed executed;

	/**
	 * Create a connection.
	 * @param delegate the connection
	 * @param database its database, or who knows it as soon as the first statement is
	 * there, as the connection may only then connect. What it is told of transactions
	 * before that concerns no database.
	 */
	InstrumentedConnection(Connection delegate, DatabaseLookup database) {
		super(delegate);
		this.database = database;
	}

	DatabaseOperations operations() {
		if (this.database instanceof DatabaseOperations known) {
			return known;
		}
		DatabaseOperations learned = this.database.of(this.delegate);
		this.database = learned;
		return learned;
	}

	/**
	 * Start an SQL statement, which closes the result that it had before.
	 * @param statement the statement
	 * @return the operation, or {@code null} when nothing is kept of it
	 */
	@Nullable Operation startStatement(InstrumentedStatement<?> statement) {
		this.uncommitted = true;
		endResults(statement);
		return operations().startStatement();
	}

	/**
	 * Count the rows that are read of a result.
	 * @param rows the result
	 * @param statement the statement that it is of
	 * @param operation the operation of the statement
	 * @return the counted result
	 */
	ResultSet count(ResultSet rows, InstrumentedStatement<?> statement, Operation operation) {
		CountedResultSet counted = new CountedResultSet(rows, statement, this, operation);
		Queue<CountedResultSet> results = this.results;
		if (results == null) {
			results = new ConcurrentLinkedQueue<>();
			this.results = results;
		}
		CountedResultSet oldest = (results.size() < MAX_RESULTS) ? null : results.poll();
		if (oldest != null) {
			oldest.end();
		}
		results.add(counted);
		return counted;
	}

	/**
	 * Count the rows that are read of a result that somebody may ask for.
	 * @param statement the statement, which has run
	 * @param operation the operation of the statement
	 */
	void countLater(InstrumentedStatement<?> statement, Operation operation) {
		this.executed = new Executed(statement, operation);
	}

	/**
	 * Return a result that somebody asks for.
	 * @param rows the result
	 * @param statement the statement that it is of
	 * @return the counted result, or the result itself when it is not to be counted
	 */
	ResultSet result(ResultSet rows, InstrumentedStatement<?> statement) {
		Executed executed = this.executed;
		if (executed != null && executed.statement() == statement) {
			this.executed = null;
			return count(rows, statement, executed.operation());
		}
		Queue<CountedResultSet> results = this.results;
		if (results != null) {
			for (CountedResultSet result : results) {
				if (result.delegate == rows) {
					return result;
				}
			}
		}
		return rows;
	}

	/**
	 * Tell of the result of a statement that it is closed, if it is counted at all.
	 * @param statement the statement
	 */
	void endResults(InstrumentedStatement<?> statement) {
		if (this.executed != null && this.executed.statement() == statement) {
			this.executed = null;
		}
		if (this.results != null) {
			endResults(result -> result.isOf(statement));
		}
	}

	/**
	 * Tell of results that they are closed.
	 * @param which which of them
	 */
	void endResults(Predicate<CountedResultSet> which) {
		Queue<CountedResultSet> results = this.results;
		if (results != null) {
			results.removeIf(result -> {
				boolean ends = which.test(result);
				if (ends) {
					result.end();
				}
				return ends;
			});
		}
	}

	@Override
	public void close() throws SQLException {
		try {
			super.close();
		}
		finally {
			endResults(result -> true);
		}
	}

	@Override
	public Statement createStatement() throws SQLException {
		return instrument(this.delegate.createStatement());
	}

	@Override
	public Statement createStatement(int resultSetType, int resultSetConcurrency) throws SQLException {
		return instrument(this.delegate.createStatement(resultSetType, resultSetConcurrency));
	}

	@Override
	public Statement createStatement(int resultSetType, int resultSetConcurrency, int resultSetHoldability)
			throws SQLException {
		return instrument(this.delegate.createStatement(resultSetType, resultSetConcurrency, resultSetHoldability));
	}

	@Override
	public PreparedStatement prepareStatement(String sql) throws SQLException {
		return instrument(this.delegate.prepareStatement(sql), sql);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int autoGeneratedKeys) throws SQLException {
		return instrument(this.delegate.prepareStatement(sql, autoGeneratedKeys), sql);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int[] columnIndexes) throws SQLException {
		return instrument(this.delegate.prepareStatement(sql, columnIndexes), sql);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, String[] columnNames) throws SQLException {
		return instrument(this.delegate.prepareStatement(sql, columnNames), sql);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int resultSetType, int resultSetConcurrency)
			throws SQLException {
		return instrument(this.delegate.prepareStatement(sql, resultSetType, resultSetConcurrency), sql);
	}

	@Override
	public PreparedStatement prepareStatement(String sql, int resultSetType, int resultSetConcurrency,
			int resultSetHoldability) throws SQLException {
		return instrument(
				this.delegate.prepareStatement(sql, resultSetType, resultSetConcurrency, resultSetHoldability), sql);
	}

	@Override
	public CallableStatement prepareCall(String sql) throws SQLException {
		return instrument(this.delegate.prepareCall(sql), sql);
	}

	@Override
	public CallableStatement prepareCall(String sql, int resultSetType, int resultSetConcurrency) throws SQLException {
		return instrument(this.delegate.prepareCall(sql, resultSetType, resultSetConcurrency), sql);
	}

	@Override
	public CallableStatement prepareCall(String sql, int resultSetType, int resultSetConcurrency,
			int resultSetHoldability) throws SQLException {
		return instrument(this.delegate.prepareCall(sql, resultSetType, resultSetConcurrency, resultSetHoldability),
				sql);
	}

	/**
	 * Leaving and entering auto-commit mode begins and commits a transaction, if the mode
	 * changes and there is anything to commit.
	 */
	@Override
	public void setAutoCommit(boolean autoCommit) throws SQLException {
		if ((!autoCommit || this.uncommitted) && isTransactionStepOfInterest() && isAutoCommit(!autoCommit)) {
			step(autoCommit ? "COMMIT" : "BEGIN", () -> this.delegate.setAutoCommit(autoCommit));
		}
		else {
			this.delegate.setAutoCommit(autoCommit);
		}
		this.uncommitted = false;
	}

	@Override
	public void commit() throws SQLException {
		step("COMMIT", this.delegate::commit);
		this.uncommitted = false;
	}

	@Override
	public void rollback() throws SQLException {
		step("ROLLBACK", this.delegate::rollback);
		this.uncommitted = false;
	}

	@Override
	public void rollback(Savepoint savepoint) throws SQLException {
		step("ROLLBACK TO SAVEPOINT", () -> this.delegate.rollback(savepoint));
	}

	@Override
	public Savepoint setSavepoint() throws SQLException {
		Operation operation = startTransactionStep(SAVEPOINT);
		return (operation == null) ? this.delegate.setSavepoint() : operation.around(this.delegate::setSavepoint);
	}

	@Override
	public Savepoint setSavepoint(String name) throws SQLException {
		Operation operation = startTransactionStep(SAVEPOINT);
		return (operation == null) ? this.delegate.setSavepoint(name)
				: operation.around(() -> this.delegate.setSavepoint(name));
	}

	@Override
	public void releaseSavepoint(Savepoint savepoint) throws SQLException {
		step("RELEASE SAVEPOINT", () -> this.delegate.releaseSavepoint(savepoint));
	}

	private void step(String command, Operation.Action<SQLException> action) throws SQLException {
		Operation operation = startTransactionStep(command);
		if (operation == null) {
			action.run();
			return;
		}
		operation.run(action);
	}

	private boolean isTransactionStepOfInterest() {
		return this.database instanceof DatabaseOperations known && known.isTransactionStepOfInterest();
	}

	private @Nullable Operation startTransactionStep(String command) {
		return (this.database instanceof DatabaseOperations known) ? known.startTransactionStep(command) : null;
	}

	private boolean isAutoCommit(boolean expected) {
		try {
			return this.delegate.getAutoCommit() == expected;
		}
		catch (SQLException | RuntimeException ex) {
			return false;
		}
	}

	/*
	 * What chooses among connections may return statements that another one reports.
	 */

	private Statement instrument(Statement statement) {
		return (statement == null || statement instanceof InstrumentedStatement) ? statement
				: new InstrumentedSimpleStatement(statement, this);
	}

	private PreparedStatement instrument(PreparedStatement statement, String sql) {
		return (statement == null || statement instanceof InstrumentedStatement) ? statement
				: new InstrumentedPreparedStatement<>(statement, this, sql);
	}

	private CallableStatement instrument(CallableStatement statement, String sql) {
		return (statement == null || statement instanceof InstrumentedStatement) ? statement
				: new InstrumentedCallableStatement(statement, this, sql);
	}

	/**
	 * A statement that has run.
	 *
	 * @param statement the statement
	 * @param operation its operation
	 */
	private record Executed(InstrumentedStatement<?> statement, Operation operation) {
	}

}
