package io.github.sentryinsights.jdbc;

import java.time.Duration;

/**
 * How long something may take that is not slow.
 *
 * @param nanos the time in nanoseconds
 */
record SlowThreshold(long nanos) {

	private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

	/**
	 * Return the threshold that a user has chosen.
	 * @param threshold the threshold, zero or less when nothing is ever slow
	 * @return the threshold
	 */
	static SlowThreshold of(Duration threshold) {
		boolean never = threshold.isZero() || threshold.isNegative() || threshold.compareTo(LONGEST) > 0;
		return new SlowThreshold(never ? Long.MAX_VALUE : threshold.toNanos());
	}

}
