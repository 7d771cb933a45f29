package io.github.sentryinsights.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import io.github.sentryinsights.benchmarks.SharedRequests.Worker;

/**
 * A span with its share in the end of its transaction, which passes the event processors
 * and {@code beforeSendTransaction} and reaches a transport that does not even serialize
 * it.
 */
public class SentSpanBenchmark {

	/**
	 * Record a span, and finish the transaction when it was the last one.
	 * @param spans the spans
	 * @param thread the thread
	 * @return something that depends on it
	 */
	@Benchmark
	public Object record(Spans spans, SpanThread thread) {
		return spans.recorded.record(thread);
	}

	/**
	 * The spans.
	 */
	@State(Scope.Benchmark)
	public static class Spans {

		/** The number of spans in a transaction. */
		@Param({ "1", "50", "500", "900" })
		public int spans;

		/** The way to record a span. */
		@Param({ "NONE", "BARE", "BARE_SCRUBBED", "CHILD", "LEAF" })
		public SpanVariant span;

		private RecordedSpans recorded;

		/**
		 * Start the application.
		 */
		@Setup
		public void start() {
			this.recorded = RecordedSpans.sent(this.span, this.spans, context -> {
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
