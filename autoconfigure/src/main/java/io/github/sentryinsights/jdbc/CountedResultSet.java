package io.github.sentryinsights.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.operation.Operation;

/**
 * Counts the rows that are read and the time that it takes.
 * <p>
 * The statement has ended when its result is there. What is told of it later neither adds
 * to its duration nor keeps its span open.
 */
final class CountedResultSet extends DelegatingResultSet {

	private final InstrumentedStatement<?> statement;

	private final CountedResults results;

	private @Nullable Operation operation;

	private long rows;

	private long nanos;

	CountedResultSet(ResultSet delegate, InstrumentedStatement<?> statement, CountedResults results,
			Operation operation) {
		super(delegate);
		this.statement = statement;
		this.results = results;
		this.operation = operation;
	}

	@Override
	public Statement getStatement() throws SQLException {
		this.delegate.getStatement();
		return this.statement;
	}

	@Override
	public boolean next() throws SQLException {
		long start = System.nanoTime();
		boolean isRow = this.delegate.next();
		count(isRow, start);
		if (!isRow) {
			tell();
		}
		return isRow;
	}

	@Override
	public boolean previous() throws SQLException {
		long start = System.nanoTime();
		return count(this.delegate.previous(), start);
	}

	@Override
	public boolean first() throws SQLException {
		long start = System.nanoTime();
		return count(this.delegate.first(), start);
	}

	@Override
	public boolean last() throws SQLException {
		long start = System.nanoTime();
		return count(this.delegate.last(), start);
	}

	@Override
	public boolean absolute(int row) throws SQLException {
		long start = System.nanoTime();
		return count(this.delegate.absolute(row), start);
	}

	@Override
	public boolean relative(int rows) throws SQLException {
		long start = System.nanoTime();
		return count(this.delegate.relative(rows), start);
	}

	@Override
	public void close() throws SQLException {
		try {
			this.delegate.close();
		}
		finally {
			this.results.end(result -> result == this);
		}
	}

	boolean isOf(InstrumentedStatement<?> statement) {
		return this.statement == statement;
	}

	/**
	 * Tell the statement, for the last time.
	 */
	void end() {
		tell();
		this.operation = null;
	}

	private void tell() {
		Operation operation = this.operation;
		if (operation != null) {
			this.results.fetched(operation, this.rows, this.nanos);
		}
	}

	private boolean count(boolean isRow, long start) {
		this.nanos += System.nanoTime() - start;
		if (isRow) {
			this.rows++;
		}
		return isRow;
	}

}
