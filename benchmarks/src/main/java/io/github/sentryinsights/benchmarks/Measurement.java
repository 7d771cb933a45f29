package io.github.sentryinsights.benchmarks;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What one operation costs under some circumstances.
 *
 * @param operation the operation
 * @param library what reports it
 * @param mode what Sentry does
 * @param detail what is special about the library, empty when nothing is
 * @param nanoseconds the mean time of the operation
 * @param bytes the memory that the operation allocates
 */
record Measurement(String operation, Library library, SentryMode mode, String detail, double nanoseconds,
		double bytes) {

	static final String BARE_SPAN = "sentry span";

	private static final String ALLOCATION = "gc.alloc.rate.norm";

	private static final Map<String, String> PEERS = Map.of("jdbc", "p6spy + sentry-jdbc", "cache",
			"SentryCacheWrapper", "method", "@SentrySpan", "kafka", "as Sentry's own");

	static Measurement of(RunResult result) {
		BenchmarkParams params = result.getParams();
		double nanoseconds = result.getPrimaryResult().getScore();
		double bytes = bytes(result);
		String mode = params.getParam("mode");
		if (mode != null) {
			return new Measurement(operation(params), Library.NONE, SentryMode.valueOf(mode), "", nanoseconds, bytes);
		}
		String name = params.getParam("variant");
		if (name == null) {
			return new Measurement(operation(params), Library.NONE, SentryMode.OFF, "", nanoseconds, bytes);
		}
		Variant variant = Variant.valueOf(name);
		return new Measurement(operation(params), variant.library(), variant.mode(), variant.detail(), nanoseconds,
				bytes);
	}

	static double bytes(RunResult result) {
		Result<?> allocation = result.getSecondaryResults().get(ALLOCATION);
		return (allocation != null) ? allocation.getScore() : Double.NaN;
	}

	private static String operation(BenchmarkParams params) {
		String[] names = params.getBenchmark().split("\\.");
		String technology = names[names.length - 2].replace("Benchmark", "").toLowerCase(Locale.ROOT);
		return technology + " " + names[names.length - 1]
				+ Stream.of("driver", "piece", "length")
					.map(params::getParam)
					.filter(Objects::nonNull)
					.map((input) -> " " + input)
					.collect(Collectors.joining());
	}

	String reportedBy() {
		return switch (this.library) {
			case NONE -> "-";
			case PASS_THROUGH -> "empty proxy";
			case OURS -> "Sentry Insights" + this.detail;
			case PEER -> PEERS.getOrDefault(technology(), "peer");
		};
	}

	private String technology() {
		return this.operation.substring(0, this.operation.indexOf(' '));
	}

}
