package io.github.sentryinsights.benchmarks;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/**
 * What a span costs in transactions of some length.
 *
 * @param span the way to record it
 * @param sent whether its share in the end of the transaction is counted in
 * @param threads the number of threads that record spans in the same transaction
 * @param spans the number of spans in a transaction
 * @param nanoseconds the mean time of the span
 * @param bytes the memory that the span allocates
 */
record SpanMeasurement(SpanVariant span, boolean sent, int threads, int spans, double nanoseconds, double bytes) {

	static boolean isOf(RunResult result) {
		return result.getParams().getParamsKeys().contains("span");
	}

	static SpanMeasurement of(RunResult result) {
		BenchmarkParams params = result.getParams();
		return new SpanMeasurement(SpanVariant.valueOf(params.getParam("span")),
				params.getBenchmark().startsWith(SentSpanBenchmark.class.getName()), params.getThreads(),
				Integer.parseInt(params.getParam("spans")), result.getPrimaryResult().getScore(),
				Measurement.bytes(result));
	}

	/**
	 * Return whether another was measured in the same circumstances.
	 * @param other the other
	 * @return whether only the number and the kind of the spans may differ
	 */
	boolean isBeside(SpanMeasurement other) {
		return this.sent == other.sent && this.threads == other.threads;
	}

}
