package io.github.sentryinsights.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import io.github.sentryinsights.benchmarks.SharedRequests.Worker;

/**
 * A query over a driver that costs nothing, in sampled requests of several lengths, with
 * each of the libraries that could report it. Their transactions are dropped before their
 * end.
 */
public class StatementBenchmark {

	/**
	 * Prepare, execute, read and close a query.
	 * @param statements the statements
	 * @param thread the thread
	 * @return the name of the row
	 */
	@Benchmark
	public Object query(Statements statements, StatementThread thread) {
		return statements.recorded.record(thread);
	}

	/**
	 * The statements.
	 */
	@State(Scope.Benchmark)
	public static class Statements {

		/** The number of statements in a transaction. */
		@Param({ "1", "50", "900" })
		public int statements;

		/** What reports them. */
		@Param
		public StatementReporter reporter;

		private RecordedSpans recorded;

		/**
		 * Start the application.
		 */
		@Setup
		public void start() {
			this.recorded = RecordedSpans.unsent(this.reporter, this.statements, context -> {
			});
		}

		/**
		 * Close the application.
		 */
		@TearDown
		public void close() {
			this.recorded.close();
		}

	}

	/**
	 * The part of the thread.
	 */
	@State(Scope.Thread)
	public static class StatementThread extends Worker {

		/**
		 * Take part.
		 * @param statements the statements
		 */
		@Setup
		public void start(Statements statements) {
			statements.recorded.enter(this);
		}

		/**
		 * Take part no longer.
		 */
		@TearDown
		public void close() {
			leave();
		}

	}

}
