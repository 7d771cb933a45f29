package io.github.sentryinsights.benchmarks;

import io.sentry.ISpan;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The SDK alone, which is the least that anything built on it can cost.
 */
public class SentryBenchmark {

	/**
	 * One fiftieth of a transaction, which every operation with Sentry on pays in these
	 * benchmarks.
	 * @param requests the requests
	 */
	@Benchmark
	public void request(Requests requests) {
		requests.application.nextOperation();
	}

	/**
	 * A span with four attributes.
	 * @param requests the requests
	 * @return the span
	 */
	@Benchmark
	public ISpan span(Requests requests) {
		requests.application.nextOperation();
		return SpanVariant.record(requests.application.transaction());
	}

	/**
	 * Requests in which nothing is instrumented.
	 */
	@State(Scope.Thread)
	public static class Requests {

		/** What Sentry does. */
		@Param({ "UNSAMPLED", "SAMPLED" })
		public SentryMode mode;

		private MeasuredApplication application;

		/**
		 * Start the application.
		 */
		@Setup
		public void start() {
			this.application = MeasuredApplication.start(this.mode, context -> {
			});
		}

		/**
		 * Close the application.
		 */
		@TearDown
		public void close() {
			this.application.close();
		}

	}

}
