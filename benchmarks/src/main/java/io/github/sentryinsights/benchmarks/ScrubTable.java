package io.github.sentryinsights.benchmarks;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Compares the time per character in texts of several lengths, as a table in Markdown.
 */
final class ScrubTable {

	private static final List<String> HEADER = List.of("text", "characters", "ns/character", "B/text",
			"of the shortest");

	private static final String NONE = "";

	private final List<ScrubMeasurement> measurements;

	ScrubTable(Collection<ScrubMeasurement> measurements) {
		this.measurements = measurements.stream()
			.sorted(Comparator.comparing(ScrubMeasurement::text).thenComparing(ScrubMeasurement::characters))
			.toList();
	}

	@Override
	public String toString() {
		MarkdownTable table = new MarkdownTable(1, HEADER);
		this.measurements.forEach((measurement) -> table.add(row(measurement)));
		return table.toString();
	}

	private List<String> row(ScrubMeasurement measurement) {
		return List.of(measurement.text().label(), String.valueOf(measurement.characters()),
				MarkdownTable.number(measurement.nanosecondsPerCharacter(), 2),
				MarkdownTable.number(measurement.bytes(), 0), ofShortest(measurement));
	}

	/**
	 * Time is proportional to length when this is 1.
	 */
	private String ofShortest(ScrubMeasurement measurement) {
		ScrubMeasurement shortest = this.measurements.stream()
			.filter((other) -> other.text() == measurement.text())
			.findFirst()
			.orElse(measurement);
		return (shortest != measurement)
				? MarkdownTable.number(measurement.nanosecondsPerCharacter() / shortest.nanosecondsPerCharacter(), 2)
						+ "x"
				: NONE;
	}

}
