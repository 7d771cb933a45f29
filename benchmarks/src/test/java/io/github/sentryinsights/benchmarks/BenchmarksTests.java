package io.github.sentryinsights.benchmarks;

import java.util.Collection;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

import static org.assertj.core.api.Assertions.assertThat;

class BenchmarksTests {

	@Test
	void everyBenchmarkRunsAndRecordsWhatItSays() throws RunnerException {
		Collection<RunResult> results = new Runner(new OptionsBuilder().include(getClass().getPackageName())
			.mode(Mode.SingleShotTime)
			.forks(0)
			.warmupIterations(0)
			.measurementIterations(1)
			.verbosity(VerboseMode.SILENT)
			.shouldFailOnError(true)
			.build()).run();
		assertThat(results).extracting(Measurement::of)
			.extracting(Measurement::operation)
			.contains("jdbc query STUB", "jdbc query H2", "cache hit", "cache miss", "cache put", "method call",
					"redis get", Measurement.BARE_SPAN);
	}

}
