package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Replaces secrets inside text and keeps the text around them. One pass over text that
 * holds none: the same string is returned and nothing allocated. Otherwise passes follow
 * until nothing is left to replace. Scrubbing its own result changes nothing. Safe for
 * use by several threads.
 */
class TextScrubber {

	/** Characters of a text that are read; what goes beyond is cut off. */
	static final int MAX_LENGTH = 1_048_576;

	// What stands right before the cut may be the first half of a secret.
	private static final int CUT_MARGIN = 256;

	// What is left of a text may read differently once a secret in it is replaced.
	private static final int MAX_PASSES = 5;

	/**
	 * Detectors by the character at which they are asked.
	 */
	private final @Nullable Detector[][] detectors = new @Nullable Detector[128][];

	/**
	 * For each character, the set of those before it with which a detector is asked.
	 */
	private final long[] low = new long[128];

	private final long[] high = new long[128];

	private final Redactions redactions;

	/**
	 * Create a new scrubber.
	 * @param keys the keys whose values are replaced
	 * @param redactions what stands in the place of secrets
	 */
	TextScrubber(SensitiveKeys keys, Redactions redactions) {
		this(detectors(keys, redactions), redactions);
	}

	/**
	 * Return the detectors that are always on.
	 * @param keys the keys whose values are replaced
	 * @param redactions what stands in the place of secrets
	 * @return the detectors, of which the first to find something at a character wins
	 */
	static List<Detector> detectors(SensitiveKeys keys, Redactions redactions) {
		List<Detector> detectors = new ArrayList<>();
		detectors.add(new SensitivePairDetector(keys, redactions));
		detectors.add(new SensitiveElementDetector(keys, redactions));
		detectors.add(new ProsePairDetector(keys, redactions));
		detectors.add(new SqlLiteralDetector(keys));
		detectors.add(new DriverMessageDetector());
		detectors.addAll(valueDetectors());
		return detectors;
	}

	private static List<Detector> valueDetectors() {
		return List.of(new UrlCredentialsDetector(), new AuthSchemeDetector(), new JwtDetector(),
				new PrivateKeyDetector(), new VendorTokenDetector(), new EmailDetector(), new CardNumberDetector(),
				new IbanDetector(), new SocialSecurityDetector());
	}

	/**
	 * Return a scrubber for SQL without literals, where what stands beside the name of a
	 * column is no value of it.
	 * @param redactions what stands in the place of secrets
	 * @return the scrubber
	 */
	static TextScrubber forStatements(Redactions redactions) {
		return new TextScrubber(valueDetectors(), redactions);
	}

	TextScrubber(List<Detector> detectors, Redactions redactions) {
		this.redactions = redactions;
		for (char trigger = 0; trigger < this.detectors.length; trigger++) {
			List<Detector> triggered = new ArrayList<>();
			for (Detector detector : detectors) {
				if (isTriggered(detector, trigger)) {
					triggered.add(detector);
				}
			}
			this.detectors[trigger] = triggered.isEmpty() ? null : triggered.toArray(new Detector[0]);
		}
	}

	private boolean isTriggered(Detector detector, char trigger) {
		boolean triggered = false;
		for (char before = 0; before < 128; before++) {
			if (detector.isTriggeredBy(before, trigger)) {
				triggered = true;
				long[] set = (before < 64) ? this.low : this.high;
				set[trigger] |= 1L << before;
			}
		}
		return triggered;
	}

	private boolean isAsked(char before, char c) {
		char known = (before < 128) ? before : 0;
		return ((((known < 64) ? this.low : this.high)[c] >>> known) & 1) != 0;
	}

	/**
	 * Replace the secrets in a text.
	 * @param text the text
	 * @return the text without them, which is the same string when there were none
	 */
	String scrub(String text) {
		String scrubbed = (text.length() <= MAX_LENGTH) ? text : cut(text);
		for (int pass = 0; pass < MAX_PASSES; pass++) {
			String before = scrubbed;
			scrubbed = pass(before);
			if (scrubbed == before) {
				break;
			}
		}
		return scrubbed;
	}

	private String pass(String bounded) {
		StringBuilder scrubbed = null;
		int copied = 0;
		int at = 0;
		while (at < bounded.length()) {
			char c = bounded.charAt(at);
			Detector[] candidates = (c < 128) ? this.detectors[c] : null;
			if (candidates != null && isAsked((at > 0) ? bounded.charAt(at - 1) : 0, c)) {
				for (Detector detector : candidates) {
					long span = detector.find(bounded, copied, at);
					if (span != Detector.NONE) {
						scrubbed = (scrubbed != null) ? scrubbed : new StringBuilder(bounded.length() + 16);
						scrubbed.append(bounded, copied, Detector.start(span));
						detector.append(scrubbed, bounded, at, span, this.redactions.of(detector.rule()), this);
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
