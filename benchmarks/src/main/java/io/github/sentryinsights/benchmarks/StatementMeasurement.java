package io.github.sentryinsights.benchmarks;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/**
 * What a statement costs in transactions of some length.
 *
 * @param reporter what reports it
 * @param statements the number of statements in a transaction
 * @param nanoseconds the mean time of the statement
 * @param bytes the memory that the statement allocates
 */
record StatementMeasurement(StatementReporter reporter, int statements, double nanoseconds, double bytes) {

	static boolean isOf(RunResult result) {
		return result.getParams().getParamsKeys().contains("reporter");
	}

	static StatementMeasurement of(RunResult result) {
		BenchmarkParams params = result.getParams();
		return new StatementMeasurement(StatementReporter.valueOf(params.getParam("reporter")),
				Integer.parseInt(params.getParam("statements")), result.getPrimaryResult().getScore(),
				Measurement.bytes(result));
	}

}
