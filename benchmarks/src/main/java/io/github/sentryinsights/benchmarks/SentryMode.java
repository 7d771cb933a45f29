package io.github.sentryinsights.benchmarks;

/**
 * What Sentry does while an operation runs.
 */
public enum SentryMode {

	/** The SDK is there and disabled. */
	OFF("off", 0),

	/** A transaction is bound to the thread and was not chosen by the sample rate. */
	UNSAMPLED("unsampled", 0),

	/** A transaction is bound to the thread and records spans. */
	SAMPLED("sampled", 1);

	private final String label;

	private final double sampleRate;

	SentryMode(String label, double sampleRate) {
		this.label = label;
		this.sampleRate = sampleRate;
	}

	String label() {
		return this.label;
	}

	double sampleRate() {
		return this.sampleRate;
	}

}
