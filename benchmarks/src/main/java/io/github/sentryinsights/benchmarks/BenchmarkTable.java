package io.github.sentryinsights.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks and prints a table of operations, one of spans, one of statements
 * and one of scrubbed texts. Progress goes to the error stream.
 * <p>
 * Arguments: {@code --quick} for half of the time and times to match, and regular
 * expressions for the benchmarks to run, such as {@code Jdbc}.
 */
public final class BenchmarkTable {

	private static final String QUICK = "--quick";

	private BenchmarkTable() {
	}

	/**
	 * Run the benchmarks.
	 * @param args the arguments
	 * @throws RunnerException if a benchmark fails
	 */
	public static void main(String[] args) throws RunnerException {
		Runner runner = new Runner(options(List.of(args)),
				OutputFormatFactory.createFormatInstance(System.err, VerboseMode.NORMAL));
		System.out.print(tables(runner.run()));
	}

	private static String tables(Collection<RunResult> results) {
		List<Measurement> operations = results.stream()
			.filter((result) -> !SpanMeasurement.isOf(result) && !StatementMeasurement.isOf(result)
					&& !ScrubMeasurement.isOf(result))
			.map(Measurement::of)
			.toList();
		List<SpanMeasurement> spans = results.stream().filter(SpanMeasurement::isOf).map(SpanMeasurement::of).toList();
		List<StatementMeasurement> statements = results.stream()
			.filter(StatementMeasurement::isOf)
			.map(StatementMeasurement::of)
			.toList();
		List<ScrubMeasurement> scrubs = results.stream()
			.filter(ScrubMeasurement::isOf)
			.map(ScrubMeasurement::of)
			.toList();
		List<String> tables = new ArrayList<>();
		if (!operations.isEmpty()) {
			tables.add(new ResultTable(operations).toString());
		}
		if (!spans.isEmpty()) {
			tables.add(new SpanTable(spans).toString());
		}
		if (!statements.isEmpty()) {
			tables.add(new StatementTable(statements).toString());
		}
		if (!scrubs.isEmpty()) {
			tables.add(new ScrubTable(scrubs).toString());
		}
		return String.join("\n", tables);
	}

	private static Options options(List<String> args) {
		boolean quick = args.contains(QUICK);
		List<String> patterns = new ArrayList<>(args);
		patterns.remove(QUICK);
		ChainedOptionsBuilder options = new OptionsBuilder().mode(Mode.AverageTime)
			.timeUnit(TimeUnit.NANOSECONDS)
			.forks(1)
			.warmupIterations(quick ? 1 : 3)
			.warmupTime(TimeValue.seconds(1))
			.measurementIterations(quick ? 1 : 3)
			.measurementTime(quick ? TimeValue.milliseconds(300) : TimeValue.seconds(1))
			.jvmArgs("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC")
			.addProfiler(GCProfiler.class)
			.shouldFailOnError(true);
		if (patterns.isEmpty()) {
			options.include(BenchmarkTable.class.getPackageName());
		}
		patterns.forEach(options::include);
		return options.build();
	}

}
