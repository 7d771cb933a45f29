package io.github.sentryinsights.benchmarks;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class BenchmarksTests {

	@Test
	void everyBenchmarkRunsAndRecordsWhatItSays() throws RunnerException {
		List<RunResult> results = List.copyOf(new Runner(new OptionsBuilder().include(getClass().getPackageName())
			.mode(Mode.SingleShotTime)
			.forks(0)
			.warmupIterations(0)
			.measurementIterations(1)
			.param("spans", "50")
			.param("statements", "50")
			.param("characters", "1024")
			.verbosity(VerboseMode.SILENT)
			.shouldFailOnError(true)
			.build()).run());
		assertThat(results)
			.filteredOn(result -> !SpanMeasurement.isOf(result) && !StatementMeasurement.isOf(result)
					&& !ScrubMeasurement.isOf(result))
			.extracting(Measurement::of)
			.extracting(Measurement::operation)
			.contains("jdbc query STUB", "jdbc query H2", "cache hit", "cache miss", "cache put", "method call",
					"redis get", "redis asyncGet", "kafka send", "kafka process", "event scrub", "event serialize",
					"normalize unknown", "normalize known", "normalize hostile ROWS 1000", Measurement.BARE_SPAN);
		assertThat(results).filteredOn(StatementMeasurement::isOf)
			.extracting(StatementMeasurement::of)
			.extracting(StatementMeasurement::reporter)
			.containsExactlyInAnyOrder(StatementReporter.values());
		assertThat(results).filteredOn(ScrubMeasurement::isOf)
			.extracting(ScrubMeasurement::of)
			.extracting(ScrubMeasurement::text)
			.containsExactlyInAnyOrder(ScrubText.values());
		assertThat(results).filteredOn(SpanMeasurement::isOf)
			.extracting(SpanMeasurement::of)
			.extracting(SpanMeasurement::span, SpanMeasurement::sent, SpanMeasurement::threads, SpanMeasurement::spans)
			.containsExactlyInAnyOrder(tuple(SpanVariant.BARE, false, 1, 50), tuple(SpanVariant.CHILD, false, 1, 50),
					tuple(SpanVariant.LEAF, false, 1, 50), tuple(SpanVariant.BARE, false, 2, 50),
					tuple(SpanVariant.CHILD, false, 2, 50), tuple(SpanVariant.LEAF, false, 2, 50),
					tuple(SpanVariant.NONE, true, 1, 50), tuple(SpanVariant.BARE, true, 1, 50),
					tuple(SpanVariant.BARE_SCRUBBED, true, 1, 50), tuple(SpanVariant.CHILD, true, 1, 50),
					tuple(SpanVariant.LEAF, true, 1, 50));
	}

}
