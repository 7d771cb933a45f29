package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Replaces what the patterns and detectors of the user find. Safe for use by several
 * threads.
 */
final class OwnDetectors {

	private static final int MAX_PLACEHOLDER = 96;

	private final List<Own> detectors;

	OwnDetectors(List<? extends PiiDetector> detectors, Redactions redactions) {
		this.detectors = detectors.stream().map((detector) -> {
			Rule rule = Rule.named(detector.name());
			return new Own(detector, rule, redactions.of(rule));
		}).toList();
	}

	List<String> names() {
		return this.detectors.stream().map((own) -> own.rule.name()).toList();
	}

	boolean isEmpty() {
		return this.detectors.isEmpty();
	}

	String scrub(String text, FindingListener listener) {
		String scrubbed = text;
		for (int i = 0; i < this.detectors.size(); i++) {
			scrubbed = scrub(scrubbed, this.detectors.get(i), listener);
		}
		return scrubbed;
	}

	// Code of the application runs here.
	private static String scrub(String text, Own own, FindingListener listener) {
		List<int[]> spans = new ArrayList<>(0);
		try {
			own.detector.detect(text, (start, end) -> {
				if (start >= 0 && start < end && end <= text.length()) {
					spans.add(new int[] { start, end });
				}
			});
		}
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			listener.found(Rule.FAILURE);
			return SensitiveValue.FILTERED;
		}
		if (spans.isEmpty()) {
			return text;
		}
		spans.sort(Comparator.comparingInt((span) -> span[0]));
		StringBuilder scrubbed = new StringBuilder(text.length() + 16);
		int copied = 0;
		for (int[] span : spans) {
			if (span[0] >= copied && !isReplaced(text, span[0], span[1], own.rule)) {
				scrubbed.append(text, copied, span[0]);
				own.redaction.append(scrubbed, text, span[0], span[1]);
				listener.found(own.rule);
				copied = span[1];
			}
		}
		return (copied == 0) ? text : scrubbed.append(text, copied, text.length()).toString();
	}

	private static boolean isReplaced(String text, int start, int end, Rule rule) {
		if (SensitiveValue.isHidden(text, start, end)) {
			return true;
		}
		int open = start;
		int limit = Math.max(0, start - MAX_PLACEHOLDER + 1);
		while (open > limit && text.charAt(open) != '[') {
			open--;
		}
		return text.charAt(open) == '[' && (SensitiveValue.afterPlaceholder(text, open) >= end
				|| SensitiveValue.afterMarker(text, open, rule.marker()) >= end);
	}

	private record Own(PiiDetector detector, Rule rule, Redaction redaction) {

	}

}
