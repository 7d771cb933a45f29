package io.github.sentryinsights.scrub;

import java.util.List;
import java.util.stream.Stream;

/**
 * The detectors, with a count of how often they are asked.
 */
final class CountingDetectors {

	private int calls;

	List<Detector> detectors() {
		return Stream
			.of(new SensitivePairDetector(SensitiveKeys.secrets(List.of()), Redactions.REPLACING),
					new UrlCredentialsDetector(), new AuthSchemeDetector(), new JwtDetector(), new EmailDetector(),
					new CardNumberDetector())
			.map(this::counted)
			.toList();
	}

	int calls() {
		return this.calls;
	}

	private Detector counted(Detector detector) {
		return new Detector(detector.triggers(), detector.rule()) {

			@Override
			long find(String text, int floor, int at) {
				CountingDetectors.this.calls++;
				return detector.find(text, floor, at);
			}

		};
	}

}
