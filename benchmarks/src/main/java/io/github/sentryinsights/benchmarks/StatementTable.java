package io.github.sentryinsights.benchmarks;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Compares what reports statements in transactions of the same length, as a table in
 * Markdown.
 */
final class StatementTable {

	private static final List<String> HEADER = List.of("reported by", "statements", "ns/statement", "B/statement",
			"ns above raw", "B above raw", "time of the peer", "bytes of the peer");

	private static final String NONE = "";

	private final List<StatementMeasurement> measurements;

	StatementTable(Collection<StatementMeasurement> measurements) {
		this.measurements = measurements.stream()
			.sorted(Comparator.comparing(StatementMeasurement::statements)
				.thenComparing(StatementMeasurement::reporter))
			.toList();
	}

	@Override
	public String toString() {
		MarkdownTable table = new MarkdownTable(1, HEADER);
		this.measurements.forEach((measurement) -> table.add(row(measurement)));
		return table.toString();
	}

	private List<String> row(StatementMeasurement measurement) {
		return List.of(measurement.reporter().label(), String.valueOf(measurement.statements()),
				MarkdownTable.number(measurement.nanoseconds(), 1), MarkdownTable.number(measurement.bytes(), 0),
				difference(measurement, StatementMeasurement::nanoseconds, 1),
				difference(measurement, StatementMeasurement::bytes, 0),
				ofPeer(measurement, StatementMeasurement::nanoseconds),
				ofPeer(measurement, StatementMeasurement::bytes));
	}

	private String difference(StatementMeasurement measurement, ToDoubleFunction<StatementMeasurement> cost,
			int decimals) {
		return (measurement.reporter() != StatementReporter.NOBODY)
				? MarkdownTable.number(aboveRaw(measurement, cost), decimals) : NONE;
	}

	/**
	 * The peer is what reports statements to Sentry's pages today.
	 */
	private String ofPeer(StatementMeasurement measurement, ToDoubleFunction<StatementMeasurement> cost) {
		return (measurement.reporter() == StatementReporter.NOBODY) ? NONE : MarkdownTable
			.ratio(aboveRaw(measurement, cost), aboveRaw(beside(measurement, StatementReporter.P6SPY), cost));
	}

	private double aboveRaw(StatementMeasurement measurement, ToDoubleFunction<StatementMeasurement> cost) {
		return cost.applyAsDouble(measurement) - cost.applyAsDouble(beside(measurement, StatementReporter.NOBODY));
	}

	private StatementMeasurement beside(StatementMeasurement measurement, StatementReporter reporter) {
		return this.measurements.stream()
			.filter((other) -> other.reporter() == reporter && other.statements() == measurement.statements())
			.findFirst()
			.orElseGet(() -> new StatementMeasurement(reporter, measurement.statements(), Double.NaN, Double.NaN));
	}

}
