package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Replaces secrets inside text and keeps the text around them. One pass over the text;
 * the same string is returned, and nothing allocated, when there is nothing to replace.
 * Scrubbing its own result changes nothing. Safe for use by several threads.
 */
class TextScrubber {

	/** Characters of a text that are read; what goes beyond is cut off. */
	static final int MAX_LENGTH = 1_048_576;

	// What stands right before the cut may be the first half of a secret.
	private static final int CUT_MARGIN = 256;

	private final @Nullable Detector[][] detectors = new @Nullable Detector[128][];

	private final Redactions redactions;

	/**
	 * Create a new scrubber.
	 * @param keys the keys whose values are replaced
	 * @param redactions what stands in the place of secrets
	 */
	TextScrubber(SensitiveKeys keys, Redactions redactions) {
		this(List.of(new SensitivePairDetector(keys, redactions), new UrlCredentialsDetector(),
				new AuthSchemeDetector(), new JwtDetector(), new EmailDetector(), new CardNumberDetector()),
				redactions);
	}

	/**
	 * Return a scrubber for SQL without literals, where what stands beside the name of a
	 * column is no value of it.
	 * @param redactions what stands in the place of secrets
	 * @return the scrubber
	 */
	static TextScrubber forStatements(Redactions redactions) {
		return new TextScrubber(List.of(new UrlCredentialsDetector(), new AuthSchemeDetector(), new JwtDetector(),
				new EmailDetector(), new CardNumberDetector()), redactions);
	}

	TextScrubber(List<Detector> detectors, Redactions redactions) {
		this.redactions = redactions;
		for (char trigger = 0; trigger < this.detectors.length; trigger++) {
			List<Detector> triggered = new ArrayList<>();
			for (Detector detector : detectors) {
				if (detector.triggers().indexOf(trigger) >= 0) {
					triggered.add(detector);
				}
			}
			this.detectors[trigger] = triggered.isEmpty() ? null : triggered.toArray(new Detector[0]);
		}
	}

	/**
	 * Replace the secrets in a text.
	 * @param text the text
	 * @return the text without them, which is the same string when there were none
	 */
	String scrub(String text) {
		String bounded = (text.length() <= MAX_LENGTH) ? text : cut(text);
		StringBuilder scrubbed = null;
		int copied = 0;
		int at = 0;
		while (at < bounded.length()) {
			char c = bounded.charAt(at);
			Detector[] candidates = (c < 128) ? this.detectors[c] : null;
			if (candidates != null) {
				for (Detector detector : candidates) {
					long span = detector.find(bounded, copied, at);
					if (span != Detector.NONE) {
						scrubbed = (scrubbed != null) ? scrubbed : new StringBuilder(bounded.length() + 16);
						scrubbed.append(bounded, copied, Detector.start(span));
						detector.append(scrubbed, bounded, at, span, this.redactions.of(detector.rule()));
						copied = Detector.end(span);
						at = copied - 1;
						break;
					}
				}
			}
			at++;
		}
		if (scrubbed == null) {
			return bounded;
		}
		return scrubbed.append(bounded, copied, bounded.length()).toString();
	}

	private static String cut(String text) {
		int end = MAX_LENGTH - SensitiveValue.FILTERED.length() - 1;
		int limit = end - CUT_MARGIN;
		while (end > limit && !Detector.isSpace(text.charAt(end - 1))) {
			end--;
		}
		return text.substring(0, end) + ' ' + SensitiveValue.FILTERED;
	}

}
