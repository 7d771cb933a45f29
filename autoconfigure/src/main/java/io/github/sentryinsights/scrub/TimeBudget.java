package io.github.sentryinsights.scrub;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long one payload may be examined. The clock is read only after so many characters,
 * and never for a payload that has fewer. Not safe for use by several threads.
 */
final class TimeBudget {

	/** Characters between two readings of the clock. */
	static final int STEP = 16_384;

	// A short text has its cost too.
	private static final int PER_TEXT = 32;

	private final LongSupplier clock;

	private final long nanoseconds;

	private final int step;

	private int characters;

	private boolean started;

	private long start;

	private boolean spent;

	/**
	 * Create a new budget.
	 * @param duration how long examining may take
	 * @param clock tells the time in nanoseconds
	 * @param step the characters between two readings of the clock
	 */
	TimeBudget(Duration duration, LongSupplier clock, int step) {
		this.nanoseconds = duration.toNanos();
		this.clock = clock;
		this.step = step;
	}

	/**
	 * Account for a text that is about to be examined.
	 * @param length the characters of the text
	 * @return whether the time is over
	 */
	boolean isSpentBefore(int length) {
		this.characters += Math.min(length, STEP) + PER_TEXT;
		if (this.characters < this.step || this.spent) {
			return this.spent;
		}
		this.characters = 0;
		long now = this.clock.getAsLong();
		if (!this.started) {
			this.started = true;
			this.start = now;
		}
		this.spent = now - this.start > this.nanoseconds;
		return this.spent;
	}

}
