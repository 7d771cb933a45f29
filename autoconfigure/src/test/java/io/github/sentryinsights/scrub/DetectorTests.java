package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.sentryinsights.InsightsProperties.Pii;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for when a {@link Detector} is asked, and for what it costs to ask none.
 */
class DetectorTests {

	private final SensitiveKeys keys = SensitiveKeys.secrets(List.of());

	private final List<Detector> detectors = TextScrubber.detectors(this.keys,
			PiiRules.of(new Pii(), List.of()).redactions());

	@ParameterizedTest
	@ValueSource(strings = { "secrets.txt", "harmless.txt" })
	void aDetectorThatIsNotAskedForWhatFollowsWouldHaveFoundNothing(String file) {
		List<String> missed = new ArrayList<>();
		int spared = 0;
		for (String text : CorpusTests.texts(file, "$1")) {
			for (int at = 0; at < text.length(); at++) {
				char before = ascii(text, at - 1);
				char after = ascii(text, at + 1);
				for (Detector detector : this.detectors) {
					if (detector.isTriggeredBy(before, ascii(text, at))
							&& !(detector.isFollowedBy(before, text.charAt(at), after)
									&& detector.second(before, text.charAt(at), after).has(ascii(text, at + 2)))) {
						spared++;
						if (detector.find(text, 0, at) != Detector.NONE) {
							missed.add(detector.getClass().getSimpleName() + " at " + at + " of " + text);
						}
					}
				}
			}
		}
		assertThat(missed).isEmpty();
		assertThat(spared).isPositive();
	}

	@ParameterizedTest
	@ValueSource(strings = { "secrets.txt", "harmless.txt" })
	void aSensitiveKeyIsNeverPassedOver(String file) {
		List<String> missed = new ArrayList<>();
		int sensitive = 0;
		for (String text : CorpusTests.texts(file, "$1")) {
			for (int end = 1; end <= text.length(); end++) {
				long identifier = this.keys.identifier(text, 0, end);
				int start = WordEndings.start(identifier);
				assertThat(Math.max(start, end - KeyDetector.MAX_KEY)).isEqualTo(KeyText.keyStart(text, 0, end));
				if (this.keys.matches(text, start, end, start)) {
					sensitive++;
					if (!WordEndings.mayBeIn(identifier)) {
						missed.add(text.substring(start, end));
					}
				}
			}
		}
		assertThat(missed).isEmpty();
		assertThat(sensitive).isPositive();
	}

	@Test
	void mostKeysArePassedOver() {
		assertThat(List.of("order", "lines", "total", "org.example.OrderService", "itemCount", "10", "page"))
			.noneMatch((key) -> WordEndings.mayBeIn(this.keys.identifier(key, 0, key.length())));
		assertThat(List.of("password", "dbPassword1", "X-Api-Key", "pw", "userPw", "accesstoken", "tokenValue"))
			.allMatch((key) -> WordEndings.mayBeIn(this.keys.identifier(key, 0, key.length())));
	}

	private static char ascii(String text, int at) {
		char c = (at >= 0 && at < text.length()) ? text.charAt(at) : 0;
		return (c < 128) ? c : 0;
	}

}
