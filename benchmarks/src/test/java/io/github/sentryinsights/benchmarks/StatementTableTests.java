package io.github.sentryinsights.benchmarks;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StatementTableTests {

	@Test
	void reportersStandSideBySideForEachLengthOfATransaction() {
		StatementTable table = new StatementTable(
				List.of(new StatementMeasurement(StatementReporter.P6SPY, 900, 1004, 2100),
						new StatementMeasurement(StatementReporter.NOBODY, 900, 4, 100),
						new StatementMeasurement(StatementReporter.INSIGHTS, 900, 104, 300),
						new StatementMeasurement(StatementReporter.NOBODY, 1, 20, 1000)));
		assertThat(table).hasToString(
				"""
						| reported by         | statements | ns/statement | B/statement | ns above raw | B above raw | time of the peer | bytes of the peer |
						| ------------------- | ---------: | -----------: | ----------: | -----------: | ----------: | ---------------: | ----------------: |
						| -                   |          1 |         20.0 |        1000 |              |             |                  |                   |
						| -                   |        900 |          4.0 |         100 |              |             |                  |                   |
						| Sentry Insights     |        900 |        104.0 |         300 |        100.0 |         200 |            0.10x |             0.10x |
						| p6spy + sentry-jdbc |        900 |       1004.0 |        2100 |       1000.0 |        2000 |            1.00x |             1.00x |
						""");
	}

	@Test
	void whatWasNotMeasuredIsNotCompared() {
		StatementTable table = new StatementTable(
				List.of(new StatementMeasurement(StatementReporter.INSIGHTS, 1, 104, 300)));
		assertThat(table).hasToString(
				"""
						| reported by     | statements | ns/statement | B/statement | ns above raw | B above raw | time of the peer | bytes of the peer |
						| --------------- | ---------: | -----------: | ----------: | -----------: | ----------: | ---------------: | ----------------: |
						| Sentry Insights |          1 |        104.0 |         300 |              |             |                  |                   |
						""");
	}

}
