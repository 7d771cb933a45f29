package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

	private static final int MAX_NUMBERS = 256;

	private static final long END = -1;

	/**
	 * The number of the row of {@link #groups} for a character, by the character before
	 * it and itself; 0 where no detector is asked, whatever follows.
	 */
	private final byte[] rows = new byte[ASCII * ASCII];

	/**
	 * The number of the group of detectors that is asked at a character, by its row and
	 * the character after it; 0 where none is asked.
	 */
	private final byte[] groups;

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
		List<Detector> simple = detectors.stream()
			.filter((detector) -> !(detector instanceof SqlLiteralDetector))
			.toList();
		this.around = (simple.size() == detectors.size()) ? this : new TextScrubber(simple, redactions, own);
		Map<List<Integer>, Integer> rows = new LinkedHashMap<>();
		rows.put(Collections.nCopies(ASCII, 0), 0);
		Map<List<Detector>, Integer> groups = new LinkedHashMap<>();
		groups.put(List.of(), 0);
		for (char before = 0; before < ASCII; before++) {
			for (char c = 0; c < ASCII; c++) {
				List<Detector> triggered = triggered(detectors, before, c);
				if (!triggered.isEmpty()) {
					this.rows[before * ASCII + c] = (byte) number(row(triggered, before, c, groups), rows);
				}
			}
		}
		Assert.state(rows.size() <= MAX_NUMBERS && groups.size() <= MAX_NUMBERS, "Too many combinations of detectors");
		this.groups = new byte[rows.size() * ASCII];
		int cell = 0;
		for (List<Integer> row : rows.keySet()) {
			for (Integer group : row) {
				this.groups[cell++] = group.byteValue();
			}
		}
		this.detectors = groups.keySet()
			.stream()
			.map((group) -> group.toArray(new Detector[0]))
			.toArray(Detector[][]::new);
	}

	private static List<Detector> triggered(List<Detector> detectors, char before, char c) {
		List<Detector> triggered = new ArrayList<>();
		for (Detector detector : detectors) {
			if (detector.isTriggeredBy(before, c)) {
				triggered.add(detector);
			}
		}
		return triggered;
	}

	private static List<Integer> row(List<Detector> triggered, char before, char c,
			Map<List<Detector>, Integer> groups) {
		List<Integer> row = new ArrayList<>(ASCII);
		for (char after = 0; after < ASCII; after++) {
			List<Detector> group = new ArrayList<>();
			for (Detector detector : triggered) {
				if (detector.isFollowedBy(before, c, after)) {
					group.add(detector);
				}
			}
			row.add(number(group, groups));
		}
		return row;
	}

	private static <T> int number(T key, Map<T, Integer> numbers) {
		return numbers.computeIfAbsent(key, (absent) -> numbers.size());
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
		for (long stop = next(bounded, 0); stop != END; stop = next(bounded, Math.max(at(stop) + 1, copied))) {
			int at = at(stop);
			for (Detector detector : this.detectors[group(stop)]) {
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

	private static int ascii(String text, int at) {
		int c = (at >= 0 && at < text.length()) ? text.charAt(at) : 0;
		return (c < ASCII) ? c : 0;
	}

	/**
	 * Find the next character at which detectors are asked: a loop without calls, as most
	 * characters are passed over here.
	 * @param text the text
	 * @param from where to look from
	 * @return the index and the group of the detectors, or {@link #END}
	 */
	private long next(String text, int from) {
		byte[] rows = this.rows;
		byte[] groups = this.groups;
		int last = text.length() - 1;
		int pair = ascii(text, from - 1) * ASCII + ascii(text, from);
		for (int at = from; at < last; at++) {
			int after = text.charAt(at + 1);
			after = (after < ASCII) ? after : 0;
			// By the mask, which drops what is no longer of the pair, no bounds are
			// checked.
			int row = rows[pair & (rows.length - 1)];
			if (row != 0 && groups[(row & 0xff) * ASCII + after] != 0) {
				return stop(at, row, after);
			}
			pair = pair * ASCII + after;
		}
		int row = rows[pair & (rows.length - 1)];
		return (from <= last && groups[(row & 0xff) * ASCII] != 0) ? stop(last, row, 0) : END;
	}

	private long stop(int at, int row, int after) {
		return ((long) (this.groups[(row & 0xff) * ASCII + after] & 0xff) << 32) | at;
	}

	private static int at(long stop) {
		return (int) stop;
	}

	private static int group(long stop) {
		return (int) (stop >>> 32);
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
