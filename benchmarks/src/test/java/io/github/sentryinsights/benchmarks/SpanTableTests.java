package io.github.sentryinsights.benchmarks;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SpanTableTests {

	@Test
	void spansStandBesideBareOnesInTransactionsOfTheSameLength() {
		SpanTable table = new SpanTable(List.of(new SpanMeasurement(SpanVariant.LEAF, false, 1, 50, 100, 150),
				new SpanMeasurement(SpanVariant.LEAF, false, 1, 900, 104, 149),
				new SpanMeasurement(SpanVariant.CHILD, false, 1, 50, 440, 1400),
				new SpanMeasurement(SpanVariant.BARE, false, 1, 50, 400, 1365.4),
				new SpanMeasurement(SpanVariant.BARE, false, 1, 900, 1300, 3030)));
		assertThat(table).hasToString(
				"""
						| span       | transaction | threads | spans | ns/span | B/span | time of a bare span | bytes of a bare span | bytes of one in 50 |
						| ---------- | ----------- | ------: | ----: | ------: | -----: | ------------------: | -------------------: | -----------------: |
						| bare span  | dropped     |       1 |    50 |   400.0 |   1365 |                     |                      |                    |
						| child span | dropped     |       1 |    50 |   440.0 |   1400 |               1.10x |                1.03x |                    |
						| leaf span  | dropped     |       1 |    50 |   100.0 |    150 |               0.25x |                0.11x |                    |
						| bare span  | dropped     |       1 |   900 |  1300.0 |   3030 |                     |                      |              2.22x |
						| leaf span  | dropped     |       1 |   900 |   104.0 |    149 |               0.08x |                0.05x |              0.99x |
						""");
	}

	@Test
	void theEndOfTheTransactionAndTheNumberOfThreadsAreNeverMixed() {
		SpanTable table = new SpanTable(List.of(new SpanMeasurement(SpanVariant.BARE, false, 1, 50, 400, 1000),
				new SpanMeasurement(SpanVariant.BARE, false, 2, 50, 800, 1000),
				new SpanMeasurement(SpanVariant.BARE, true, 1, 50, 1600, 2000),
				new SpanMeasurement(SpanVariant.LEAF, true, 1, 50, 400, 500),
				new SpanMeasurement(SpanVariant.LEAF, false, 2, 50, 400, 500)));
		assertThat(table.toString().lines().skip(3)).satisfiesExactly(
				row -> assertThat(row).contains("| dropped     |       2 |", " 800.0 |"),
				row -> assertThat(row).contains("leaf span", " 0.50x |                0.50x |"),
				row -> assertThat(row).contains("| captured    |       1 |", " 1600.0 |"),
				row -> assertThat(row).contains("leaf span", " 0.25x |                0.25x |"));
	}

	@Test
	void theBareSpanWithTheScrubberIsNoReference() {
		SpanTable table = new SpanTable(List.of(new SpanMeasurement(SpanVariant.BARE_SCRUBBED, true, 1, 50, 400, 1000),
				new SpanMeasurement(SpanVariant.LEAF, true, 1, 50, 400, 500)));
		assertThat(table.toString()).contains("bare span, scrubbed").doesNotContain("x |");
	}

}
