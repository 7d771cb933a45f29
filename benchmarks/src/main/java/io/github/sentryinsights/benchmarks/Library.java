package io.github.sentryinsights.benchmarks;

/**
 * What reports an operation to Sentry.
 */
public enum Library {

	/** Nothing. */
	NONE,

	/** Nothing, though a proxy stands in front of the object. */
	PASS_THROUGH,

	/** This library. */
	OURS,

	/** What users would pick instead. */
	PEER;

	boolean instruments() {
		return this == OURS || this == PEER;
	}

}
