package io.github.sentryinsights.scrub;

import java.util.function.UnaryOperator;

/**
 * Finds a value that a sensitive key beside it gives away, and treats it as is configured
 * for that key.
 */
abstract class KeyDetector extends Detector {

	/** Characters of a key that are read. */
	static final int MAX_KEY = 64;

	private final SensitiveKeys keys;

	private final Redactions redactions;

	/**
	 * Create a new detector.
	 * @param triggers the ASCII characters at which {@link #find} is asked, unless told
	 * otherwise
	 * @param keys the keys whose values are replaced
	 * @param redactions what stands in the place of secrets
	 */
	KeyDetector(String triggers, SensitiveKeys keys, Redactions redactions) {
		super(triggers, Rule.KEY);
		this.keys = keys;
		this.redactions = redactions;
	}

	final SensitiveKeys keys() {
		return this.keys;
	}

	/**
	 * Return where the key of a value stands.
	 * @param text the text
	 * @param at the index of the trigger
	 * @return the {@link #span} of the key, or {@link #NONE} when the value has none
	 */
	abstract long key(String text, int at);

	@Override
	final void append(StringBuilder out, String text, int at, long span, Redaction redaction,
			UnaryOperator<String> around) {
		long key = this.redactions.tellKeysApart() ? key(text, at) : NONE;
		super.append(out, text, at, span,
				(key != NONE) ? this.redactions.ofKey(text, start(key), end(key), start(key)) : redaction, around);
	}

}
