package io.github.sentryinsights.scrub;

import java.util.List;

/**
 * The detectors, with a count of how often they are asked.
 */
final class CountingDetectors {

	private int calls;

	List<Detector> detectors() {
		return TextScrubber.detectors(SensitiveKeys.secrets(List.of()), Redactions.REPLACING)
			.stream()
			.map(this::counted)
			.toList();
	}

	int calls() {
		return this.calls;
	}

	private Detector counted(Detector detector) {
		return new Detector("", detector.rule()) {

			@Override
			boolean isTriggeredBy(char before, char c) {
				return detector.isTriggeredBy(before, c);
			}

			@Override
			long find(String text, int floor, int at) {
				CountingDetectors.this.calls++;
				return detector.find(text, floor, at);
			}

		};
	}

}
