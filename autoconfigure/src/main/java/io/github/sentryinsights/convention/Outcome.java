package io.github.sentryinsights.convention;

import java.util.Locale;

/**
 * How an operation went, as its metrics tell it.
 *
 * @since 0.1.0
 */
public enum Outcome {

	/** The operation returned. */
	SUCCESS,

	/** The operation threw. */
	ERROR,

	/** A cache held what was asked for. */
	HIT,

	/** A cache did not hold what was asked for. */
	MISS,

	/** The caller lost interest before the operation ended. */
	CANCELLED;

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * Return the value of the {@code outcome} tag.
	 * @return the lower-case name
	 */
	public String tag() {
		return this.tag;
	}

}
