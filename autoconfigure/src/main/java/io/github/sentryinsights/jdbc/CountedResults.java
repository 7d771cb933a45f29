package io.github.sentryinsights.jdbc;

import java.sql.ResultSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.operation.Operation;

/**
 * The open results of a connection whose rows are counted. They close with their
 * statement or the connection if nobody closes them.
 */
final class CountedResults {

	private static final int KEPT = 64;

	private final DatabaseOperations operations;

	/**
	 * The concurrent kind, as a statement may be closed by another thread than the one
	 * that reads.
	 */
	private final Queue<CountedResultSet> open = new ConcurrentLinkedQueue<>();

	/**
	 * The latest statement that has a result which nobody has asked for.
	 */
	private @Nullable Executed executed;

	CountedResults(DatabaseOperations operations) {
		this.operations = operations;
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
		CountedResultSet oldest = (this.open.size() < KEPT) ? null : this.open.poll();
		if (oldest != null) {
			oldest.end();
		}
		this.open.add(counted);
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
	ResultSet of(ResultSet rows, InstrumentedStatement<?> statement) {
		Executed executed = this.executed;
		if (executed != null && executed.statement() == statement) {
			this.executed = null;
			return count(rows, statement, executed.operation());
		}
		for (CountedResultSet result : this.open) {
			if (result.delegate == rows) {
				return result;
			}
		}
		return rows;
	}

	/**
	 * Tell the operation of a result how much of it has been read.
	 * @param operation the operation of its statement
	 * @param rows the number of rows
	 * @param nanos the time that it took, in nanoseconds
	 */
	void fetched(Operation operation, long rows, long nanos) {
		this.operations.fetched(operation, rows, nanos);
	}

	/**
	 * Tell of the results of a statement that they are closed.
	 * @param statement the statement
	 */
	void endOf(InstrumentedStatement<?> statement) {
		if (this.executed != null && this.executed.statement() == statement) {
			this.executed = null;
		}
		end(result -> result.isOf(statement));
	}

	/**
	 * Tell of results that they are closed.
	 * @param which which of them
	 */
	void end(Predicate<CountedResultSet> which) {
		this.open.removeIf(result -> {
			boolean ends = which.test(result);
			if (ends) {
				result.end();
			}
			return ends;
		});
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
