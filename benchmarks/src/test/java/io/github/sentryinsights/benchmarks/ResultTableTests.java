package io.github.sentryinsights.benchmarks;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ResultTableTests {

	@Test
	void measurementsStandSideBySide() {
		ResultTable table = new ResultTable(
				List.of(new Measurement("jdbc query STUB", Library.NONE, SentryMode.OFF, "", 4.84, 0),
						new Measurement("jdbc query STUB", Library.OURS, SentryMode.SAMPLED, "", 414, 1365),
						new Measurement("jdbc query STUB", Library.PEER, SentryMode.SAMPLED, "", 930, 1706.25),
						new Measurement("sentry span", Library.NONE, SentryMode.SAMPLED, "", 412, 1365)));
		assertThat(table).hasToString(
				"""
						| operation       | reported by         | Sentry  | ns/op | B/op | B above raw | of a bare span | of the peer |
						| --------------- | ------------------- | ------- | ----: | ---: | ----------: | -------------: | ----------: |
						| jdbc query STUB | -                   |         |   4.8 |    0 |             |                |             |
						| jdbc query STUB | Sentry Insights     | sampled | 414.0 | 1365 |        1365 |          1.00x |       0.80x |
						| jdbc query STUB | p6spy + sentry-jdbc | sampled | 930.0 | 1706 |        1706 |          1.25x |             |
						| sentry span     | -                   | sampled | 412.0 | 1365 |             |                |             |
						""");
	}

	@Test
	void aMethodIsComparedWithTheEmptyProxyAndTheBareSpanWithThePlainObject() {
		ResultTable table = new ResultTable(
				List.of(new Measurement("method call", Library.NONE, SentryMode.OFF, "", 2, 0),
						new Measurement("method call", Library.PASS_THROUGH, SentryMode.OFF, "", 60, 72),
						new Measurement("method call", Library.OURS, SentryMode.SAMPLED, "", 500, 1500),
						new Measurement("sentry span", Library.NONE, SentryMode.SAMPLED, "", 400, 1000)));
		assertThat(table.toString().lines().skip(4).findFirst().orElseThrow()).contains("| sampled |", "| 1500 |",
				" 1428 |", " 1.50x |");
	}

	@Test
	void anOperationInARequestIsComparedWithItsLikeAlone() {
		ResultTable table = new ResultTable(
				List.of(new Measurement("cache hit", Library.NONE, SentryMode.OFF, "", 5, 16),
						new Measurement("cache hit", Library.NONE, SentryMode.UNSAMPLED, "", 9, 51),
						new Measurement("cache hit", Library.OURS, SentryMode.OFF, "", 7, 16),
						new Measurement("cache hit", Library.OURS, SentryMode.UNSAMPLED, "", 25, 60)));
		assertThat(table.toString().lines().skip(2)).satisfiesExactly(raw -> assertThat(raw).doesNotContain("off"),
				raw -> assertThat(raw).contains("| unsampled |", " 51 |"),
				off -> assertThat(off).contains("| off ", " 16 |", " 0 |"),
				unsampled -> assertThat(unsampled).contains("| unsampled |", " 60 |", " 9 |"));
	}

	@Test
	void aDifferenceTooSmallToMeasureHasNoSign() {
		ResultTable table = new ResultTable(
				List.of(new Measurement("cache put", Library.NONE, SentryMode.OFF, "", 5, 0.01),
						new Measurement("cache put", Library.OURS, SentryMode.OFF, "", 5, 0)));
		assertThat(table.toString()).contains(" 0 |").doesNotContain("-0");
	}

	@Test
	void aRowWithoutOneToCompareItWithHasNoRatio() {
		ResultTable table = new ResultTable(
				List.of(new Measurement("cache hit", Library.OURS, SentryMode.OFF, " + metrics", 5, 16)));
		assertThat(table.toString()).contains("Sentry Insights + metrics").doesNotContain("x |");
	}

}
