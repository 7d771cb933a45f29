package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;

import org.springframework.util.Assert;

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

	private static final int ASCII = 128;

	private static final int MAX_GROUPS = 256;

	/**
	 * The number of the group of detectors that is asked at a character, by the character
	 * before it and itself; 0 where none is asked.
	 */
	private final byte[] groups = new byte[ASCII * ASCII];

	private final Detector[][] detectors;

	private final Redactions redactions;

	private final OwnDetectors own;

	/**
	 * Scrubs what lies between the values of one statement.
	 */
	private final TextScrubber around;

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
		detectors.add(new EscapedPairDetector(keys, redactions));
		detectors.add(new ValueTypeDetector(keys, redactions));
		detectors.add(new ValidationMessageDetector(keys, redactions));
		detectors.add(new CommandLineDetector(keys));
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
	 * @param own what the user has added
	 * @return the scrubber
	 */
	static TextScrubber forStatements(Redactions redactions, OwnDetectors own) {
		return new TextScrubber(valueDetectors(), redactions, own);
	}

	TextScrubber(List<Detector> detectors, Redactions redactions) {
		this(detectors, redactions, new OwnDetectors(List.of(), redactions));
	}

	/**
	 * Create a new scrubber.
	 * @param detectors the detectors, of which the first to find something at a character
	 * wins
	 * @param redactions what stands in the place of secrets
	 * @param own what the user has added
	 */
	TextScrubber(List<Detector> detectors, Redactions redactions, OwnDetectors own) {
		this.redactions = redactions;
		this.own = own;
		List<Detector> simple = detectors.stream()
			.filter((detector) -> !(detector instanceof SqlLiteralDetector))
			.toList();
		this.around = (simple.size() == detectors.size()) ? this : new TextScrubber(simple, redactions, own);
		List<List<Detector>> groups = new ArrayList<>();
		groups.add(List.of());
		for (char before = 0; before < ASCII; before++) {
			for (char c = 0; c < ASCII; c++) {
				this.groups[before * ASCII + c] = (byte) group(detectors, before, c, groups);
			}
		}
		Assert.state(groups.size() <= MAX_GROUPS, "Too many combinations of detectors");
		this.detectors = groups.stream().map((group) -> group.toArray(new Detector[0])).toArray(Detector[][]::new);
	}

	private static int group(List<Detector> detectors, char before, char c, List<List<Detector>> groups) {
		List<Detector> group = detectors.stream().filter((detector) -> detector.isTriggeredBy(before, c)).toList();
		int number = groups.indexOf(group);
		if (number == -1) {
			number = groups.size();
			groups.add(group);
		}
		return number;
	}

	String scrub(String text) {
		return scrub(text, FindingListener.NONE);
	}

	/**
	 * Replace the secrets in a text.
	 * @param text the text
	 * @param listener is told by which rules something was replaced
	 * @return the text without them, which is the same string when there were none
	 */
	String scrub(String text, FindingListener listener) {
		String scrubbed = (text.length() <= MAX_LENGTH) ? text : cut(text, listener);
		for (int pass = 0; pass < MAX_PASSES; pass++) {
			String before = scrubbed;
			scrubbed = this.own.scrub(pass(before, listener), listener);
			if (scrubbed == before) {
				break;
			}
		}
		return scrubbed;
	}

	private String pass(String bounded, FindingListener listener) {
		StringBuilder scrubbed = null;
		int copied = 0;
		int length = bounded.length();
		for (int at = next(bounded, 0); at < length; at = next(bounded, Math.max(at + 1, copied))) {
			for (Detector detector : candidates(bounded, at)) {
				long span = detector.find(bounded, copied, at);
				if (span != Detector.NONE) {
					scrubbed = (scrubbed != null) ? scrubbed : new StringBuilder(length + 16);
					scrubbed.append(bounded, copied, Detector.start(span));
					detector.append(scrubbed, bounded, at, span, this.redactions.of(detector.rule()),
							(part) -> this.around.scrub(part, listener));
					listener.found(detector.rule());
					copied = Detector.end(span);
					break;
				}
			}
		}
		if (scrubbed == null) {
			return bounded;
		}
		return scrubbed.append(bounded, copied, bounded.length()).toString();
	}

	private Detector[] candidates(String text, int at) {
		char before = (at > 0) ? text.charAt(at - 1) : 0;
		return this.detectors[this.groups[((before < ASCII) ? before * ASCII : 0) + text.charAt(at)] & 0xff];
	}

	// A loop without calls, as most characters are passed over here.
	private int next(String text, int from) {
		byte[] groups = this.groups;
		int length = text.length();
		int before = (from > 0 && text.charAt(from - 1) < ASCII) ? text.charAt(from - 1) : 0;
		for (int at = from; at < length; at++) {
			int c = text.charAt(at);
			c = (c < ASCII) ? c : 0;
			if (groups[before * ASCII + c] != 0) {
				return at;
			}
			before = c;
		}
		return length;
	}

	private static String cut(String text, FindingListener listener) {
		listener.found(Rule.LIMIT);
		int end = MAX_LENGTH - SensitiveValue.FILTERED.length() - 1;
		int limit = end - CUT_MARGIN;
		while (end > limit && !Detector.isSpace(text.charAt(end - 1))) {
			end--;
		}
		return text.substring(0, end) + ' ' + SensitiveValue.FILTERED;
	}

}
