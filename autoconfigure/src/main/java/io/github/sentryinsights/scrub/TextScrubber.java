package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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

	/** The detectors that need no cue, or all when there are too many cues. */
	private final Triggers farFromCues;

	private final Triggers nearCues;

	private final Stretches stretches = new Stretches();

	private final Redactions redactions;

	private final OwnDetectors own;

	/**
	 * Whether SQL literals are looked for. Where they are not, the triggers of the other
	 * scrubber serve, as they take time and memory to make.
	 */
	private final boolean statements;

	/** Scrubs what lies between the values of one statement. */
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
		detectors.add(new DirectValueDetector(keys, redactions));
		detectors.add(new SqlLiteralDetector(keys));
		detectors.add(new DriverMessageDetector(keys));
		detectors.add(new EscapedPairDetector(keys, redactions));
		detectors.add(new ValueTypeDetector(keys, redactions));
		detectors.add(new TupleDetector(keys, redactions));
		detectors.add(new ValidationMessageDetector(keys, redactions));
		detectors.add(new CommandLineDetector(keys));
		detectors.add(new LoginDialogueDetector());
		detectors.add(new ShortCodeDetector(keys, redactions));
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
		this.statements = true;
		Cues cues = new Cues(detectors.stream().flatMap((detector) -> detector.cues().stream()).distinct().toList());
		List<Detector> uncued = detectors.stream().filter((detector) -> detector.cues().isEmpty()).toList();
		Triggers near = new Triggers(with(detectors, cues), false);
		Triggers far = (uncued.size() == detectors.size()) ? near : new Triggers(with(uncued, cues), true);
		if (!near.fit() || !far.fit()) {
			// Keys of users may have more cues than can be told apart.
			near = new Triggers(detectors, false);
			far = near;
			Assert.state(near.fit(), "Too many combinations of detectors");
		}
		this.nearCues = near;
		this.farFromCues = far;
		this.around = new TextScrubber(this);
	}

	private static List<Detector> with(List<Detector> detectors, Cues cues) {
		return Stream.concat(detectors.stream(), Stream.of(cues)).toList();
	}

	private TextScrubber(TextScrubber whole) {
		this.farFromCues = whole.farFromCues;
		this.nearCues = whole.nearCues;
		this.redactions = whole.redactions;
		this.own = whole.own;
		this.statements = false;
		this.around = this;
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

	private String pass(String text, FindingListener listener) {
		Stretch stretch = this.stretches.take();
		StringBuilder scrubbed = null;
		int copied = 0;
		int cued = 0;
		for (int from = 0; from < text.length(); from = Math.max(stretch.end(), copied)) {
			Triggers triggers = (from < cued) ? this.nearCues : this.farFromCues;
			int stops = triggers.find(text, from, stretch);
			cued = Math.max(cued, stretch.cued());
			for (int i = 0; i < stops; i++) {
				int stop = stretch.kept(i);
				int at = Triggers.at(stop);
				if (at < copied) {
					continue;
				}
				for (Detector detector : triggers.detectors(stop)) {
					if (!this.statements && detector instanceof SqlLiteralDetector) {
						continue;
					}
					long span = detector.find(text, copied, at);
					if (span != Detector.NONE) {
						scrubbed = (scrubbed != null) ? scrubbed : new StringBuilder(text.length() + 16);
						scrubbed.append(text, copied, Detector.start(span));
						detector.append(scrubbed, text, at, span, this.redactions.of(detector.rule()),
								(part) -> this.around.scrub(part, listener));
						listener.found(detector.rule());
						copied = Detector.end(span);
						// No cue has been looked for in what is replaced.
						cued = Math.max(cued, copied + Cues.REACH);
						break;
					}
				}
			}
		}
		this.stretches.giveBack(stretch);
		return (scrubbed != null) ? scrubbed.append(text, copied, text.length()).toString() : text;
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
