package io.github.sentryinsights.scrub;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A detector that is asked at all of its triggers, whatever stands before them.
 */
final class AskedEverywhere extends Detector {

	private final Detector detector;

	private AskedEverywhere(Detector detector) {
		super("", detector.rule());
		this.detector = detector;
	}

	/**
	 * Return a scrubber that finds what the one in use would find without cues.
	 * @return the scrubber
	 */
	static TextScrubber scrubber() {
		return new TextScrubber(TextScrubber.detectors(SensitiveKeys.secrets(List.of()), Redactions.REPLACING)
			.stream()
			.map((detector) -> detector.cues().isEmpty() ? detector : new AskedEverywhere(detector))
			.toList(), Redactions.REPLACING);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return this.detector.isTriggeredBy(before, c);
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return this.detector.isFollowedBy(before, c, after);
	}

	@Override
	AsciiSet second(char before, char c, char after) {
		return this.detector.second(before, c, after);
	}

	@Override
	long find(String text, int floor, int at) {
		return this.detector.find(text, floor, at);
	}

	@Override
	void append(StringBuilder out, String text, int at, long span, Redaction redaction, UnaryOperator<String> around) {
		this.detector.append(out, text, at, span, redaction, around);
	}

}
