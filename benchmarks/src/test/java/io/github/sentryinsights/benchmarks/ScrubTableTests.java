package io.github.sentryinsights.benchmarks;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.scrub.PiiScrubber;

import static org.assertj.core.api.Assertions.assertThat;

class ScrubTableTests {

	@Test
	void timesPerCharacterAreComparedWithTheShortestText() {
		ScrubTable table = new ScrubTable(List.of(new ScrubMeasurement(ScrubText.CLEAN, 2000, 3000, 0),
				new ScrubMeasurement(ScrubText.CLEAN, 1000, 1000, 0)));
		assertThat(table).hasToString("""
				| text  | characters | ns/character | B/text | of the shortest |
				| ----- | ---------: | -----------: | -----: | --------------: |
				| clean |       1000 |         1.00 |      0 |                 |
				| clean |       2000 |         1.50 |      0 |           1.50x |
				""");
	}

	@Test
	void theCleanTextIsCleanAndTheOtherIsNot() {
		PiiScrubber scrubber = PiiScrubber.of(new InsightsProperties.Pii());
		String clean = ScrubText.CLEAN.ofLength(20_000);
		assertThat(clean).hasSize(20_000);
		assertThat(scrubber.scrub(clean)).isSameAs(clean);
		assertThat(scrubber.scrub(ScrubText.MIXED.ofLength(20_000))).contains("[email]", "[Filtered]");
	}

}
