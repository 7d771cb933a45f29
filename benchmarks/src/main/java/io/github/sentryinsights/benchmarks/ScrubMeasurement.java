package io.github.sentryinsights.benchmarks;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/**
 * What it costs to scrub a text.
 *
 * @param text the text
 * @param characters its length
 * @param nanoseconds the mean time
 * @param bytes the memory that is allocated
 */
record ScrubMeasurement(ScrubText text, int characters, double nanoseconds, double bytes) {

	static boolean isOf(RunResult result) {
		return result.getParams().getParamsKeys().contains("characters");
	}

	static ScrubMeasurement of(RunResult result) {
		BenchmarkParams params = result.getParams();
		return new ScrubMeasurement(ScrubText.valueOf(params.getParam("text")),
				Integer.parseInt(params.getParam("characters")), result.getPrimaryResult().getScore(),
				Measurement.bytes(result));
	}

	double nanosecondsPerCharacter() {
		return this.nanoseconds / this.characters;
	}

}
