package io.github.sentryinsights.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

import io.github.sentryinsights.benchmarks.SharedRequests.Worker;

/**
 * A span while its request runs, in requests of several lengths. Their transactions are
 * dropped before their end.
 */
public class SpanBenchmark {

	/**
	 * Record a span.
	 * @param spans the spans
	 * @param thread the thread
	 * @return something that depends on it
	 */
	@Benchmark
	public Object record(Spans spans, SpanThread thread) {
		return spans.recorded.record(thread);
	}

	/**
	 * Record a span while another thread does so in the same transaction.
	 * @param spans the spans
	 * @param thread the thread
	 * @return something that depends on it
	 */
	@Benchmark
	@Threads(2)
	public Object recordTogether(Spans spans, SpanThread thread) {
		return spans.recorded.record(thread);
	}

	/**
	 * The spans of all threads.
	 */
	@State(Scope.Benchmark)
	public static class Spans {

		/** The number of spans in a transaction. */
		@Param({ "1", "50", "500", "900" })
		public int spans;

		/** The way to record a span. */
		@Param({ "BARE", "CHILD", "LEAF" })
		public SpanVariant span;

		private RecordedSpans recorded;

		/**
		 * Start the application.
		 */
		@Setup
		public void start() {
			this.recorded = RecordedSpans.unsent(this.span, this.spans, context -> {
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
	 * The part of one thread.
	 */
	@State(Scope.Thread)
	public static class SpanThread extends Worker {

		/**
		 * Take part.
		 * @param spans the spans
		 */
		@Setup
		public void start(Spans spans) {
			spans.recorded.enter(this);
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
