package io.github.sentryinsights.sentry;

import java.time.Instant;

/**
 * Tells how far the clock of the SDK is ahead of {@link System#nanoTime}.
 * <p>
 * That changes only when somebody sets the clock, and reading both costs more than a
 * whole leaf, so it is read ten times a second at most. Safe for use by several threads.
 */
final class EpochClock {

	private static final long MAX_AGE_NANOS = 100_000_000;

	private static final long MAX_UNCERTAINTY_NANOS = 1000;

	private volatile Reading latest = read();

	/**
	 * Return what to add to a time by {@link System#nanoTime} to get the time since the
	 * epoch.
	 * @param nanos the time now by {@link System#nanoTime}
	 * @return the offset, in nanoseconds
	 */
	long offset(long nanos) {
		Reading reading = this.latest;
		if (nanos - reading.nanos > MAX_AGE_NANOS) {
			reading = read();
			this.latest = reading;
		}
		return reading.offset;
	}

	/**
	 * What interrupts a reading would set all times off.
	 */
	private static Reading read() {
		Reading best = readOnce();
		for (int i = 1; i < 3 && best.uncertainty > MAX_UNCERTAINTY_NANOS; i++) {
			Reading next = readOnce();
			best = (next.uncertainty < best.uncertainty) ? next : best;
		}
		return best;
	}

	private static Reading readOnce() {
		long before = System.nanoTime();
		Instant now = Instant.now();
		long uncertainty = System.nanoTime() - before;
		long epochNanos = now.getEpochSecond() * 1_000_000_000 + now.getNano();
		return new Reading(epochNanos - before - uncertainty / 2, before, uncertainty);
	}

	/**
	 * A reading of both clocks.
	 *
	 * @param offset the difference, in nanoseconds
	 * @param nanos the time of the reading, by {@link System#nanoTime}
	 * @param uncertainty how long the reading took, in nanoseconds
	 */
	private record Reading(long offset, long nanos, long uncertainty) {
	}

}
