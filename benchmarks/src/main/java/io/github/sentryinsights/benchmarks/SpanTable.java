package io.github.sentryinsights.benchmarks;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Compares spans with the bare ones of transactions of the same length, and with those of
 * the same kind in shorter transactions, as a table in Markdown.
 */
final class SpanTable {

	/**
	 * The length of a transaction in the other table.
	 */
	private static final int USUAL = MeasuredApplication.OPERATIONS_PER_REQUEST;

	private static final List<String> HEADER = List.of("span", "transaction", "threads", "spans", "ns/span", "B/span",
			"time of a bare span", "bytes of a bare span", "bytes of one in " + USUAL);

	private static final String NONE = "";

	private final List<SpanMeasurement> measurements;

	SpanTable(Collection<SpanMeasurement> measurements) {
		this.measurements = measurements.stream()
			.sorted(Comparator.comparing(SpanMeasurement::sent)
				.thenComparing(SpanMeasurement::threads)
				.thenComparing(SpanMeasurement::spans)
				.thenComparing(SpanMeasurement::span))
			.toList();
	}

	@Override
	public String toString() {
		MarkdownTable table = new MarkdownTable(2, HEADER);
		this.measurements.forEach((measurement) -> table.add(row(measurement)));
		return table.toString();
	}

	private List<String> row(SpanMeasurement measurement) {
		return List.of(measurement.span().label(), measurement.sent() ? "captured" : "dropped",
				String.valueOf(measurement.threads()), String.valueOf(measurement.spans()),
				MarkdownTable.number(measurement.nanoseconds(), 1), MarkdownTable.number(measurement.bytes(), 0),
				ofBareSpan(measurement, SpanMeasurement::nanoseconds), ofBareSpan(measurement, SpanMeasurement::bytes),
				ofUsual(measurement));
	}

	private String ofBareSpan(SpanMeasurement measurement, ToDoubleFunction<SpanMeasurement> cost) {
		return (measurement.span() != SpanVariant.BARE)
				? ratio(measurement, SpanVariant.BARE, measurement.spans(), cost) : NONE;
	}

	private String ofUsual(SpanMeasurement measurement) {
		return (measurement.span() != SpanVariant.NONE && measurement.spans() > USUAL)
				? ratio(measurement, measurement.span(), USUAL, SpanMeasurement::bytes) : NONE;
	}

	private String ratio(SpanMeasurement measurement, SpanVariant span, int spans,
			ToDoubleFunction<SpanMeasurement> cost) {
		return this.measurements.stream()
			.filter((other) -> other.isBeside(measurement) && other.span() == span && other.spans() == spans)
			.findFirst()
			.map((other) -> MarkdownTable.ratio(cost.applyAsDouble(measurement), cost.applyAsDouble(other)))
			.orElse(NONE);
	}

}
