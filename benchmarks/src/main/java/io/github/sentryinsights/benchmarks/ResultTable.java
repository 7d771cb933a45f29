package io.github.sentryinsights.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Puts measurements side by side, as a table in Markdown.
 */
final class ResultTable {

	private static final List<String> HEADER = List.of("operation", "reported by", "Sentry", "ns/op", "B/op",
			"B above raw", "of a bare span", "of the peer");

	private static final String NONE = "";

	private final List<Measurement> measurements;

	private final @Nullable Measurement bareSpan;

	ResultTable(Collection<Measurement> measurements) {
		this.measurements = List.copyOf(measurements);
		this.bareSpan = find((measurement) -> measurement.operation().equals(Measurement.BARE_SPAN)
				&& measurement.mode() == SentryMode.SAMPLED);
	}

	@Override
	public String toString() {
		MarkdownTable table = new MarkdownTable(3, HEADER);
		this.measurements.forEach((measurement) -> table.add(row(measurement)));
		return table.toString();
	}

	private List<String> row(Measurement measurement) {
		Measurement raw = inSameRequest(measurement, raw(measurement, Library.PASS_THROUGH));
		return List.of(measurement.operation(), measurement.reportedBy(),
				(measurement.library().instruments() || raw == null || raw.mode() != SentryMode.OFF)
						? measurement.mode().label() : NONE,
				MarkdownTable.number(measurement.nanoseconds(), 1), MarkdownTable.number(measurement.bytes(), 0),
				measurement.library().instruments() ? difference(measurement, raw) : NONE, ofBareSpan(measurement),
				ofPeer(measurement));
	}

	/**
	 * A method is compared with the bare span including the proxy it needs, as nobody has
	 * one without the other.
	 */
	private String ofBareSpan(Measurement measurement) {
		Measurement raw = raw(measurement, Library.NONE);
		if (raw == null || this.bareSpan == null || !measurement.library().instruments()) {
			return NONE;
		}
		return MarkdownTable.ratio(measurement.bytes() - raw.bytes(), this.bareSpan.bytes());
	}

	private String ofPeer(Measurement measurement) {
		Measurement raw = raw(measurement, Library.NONE);
		Measurement peer = find((other) -> other.operation().equals(measurement.operation())
				&& other.library() == Library.PEER && other.mode() == measurement.mode());
		if (raw == null || peer == null || measurement.library() != Library.OURS) {
			return NONE;
		}
		return MarkdownTable.ratio(measurement.bytes() - raw.bytes(), peer.bytes() - raw.bytes());
	}

	/**
	 * A request costs something by itself, of which each operation bears its share.
	 */
	private @Nullable Measurement inSameRequest(Measurement measurement, @Nullable Measurement raw) {
		Measurement same = find((other) -> other.operation().equals(measurement.operation())
				&& other.library() == Library.NONE && other.mode() == measurement.mode());
		return (same != null) ? same : raw;
	}

	private @Nullable Measurement raw(Measurement measurement, Library preferred) {
		Measurement raw = uninstrumented(measurement, preferred);
		return (raw != null) ? raw : uninstrumented(measurement, Library.NONE);
	}

	private @Nullable Measurement uninstrumented(Measurement measurement, Library library) {
		return find((other) -> other.operation().equals(measurement.operation()) && other.library() == library
				&& other.mode() == SentryMode.OFF);
	}

	private @Nullable Measurement find(Predicate<Measurement> predicate) {
		return this.measurements.stream().filter(predicate).findFirst().orElse(null);
	}

	private static String difference(Measurement measurement, @Nullable Measurement raw) {
		return (raw != null) ? MarkdownTable.number(measurement.bytes() - raw.bytes(), 0) : NONE;
	}

}
