package io.github.sentryinsights.operation;

import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;

/**
 * Counts and times operations, recorded or not.
 *
 * @since 0.1.0
 */
public interface OperationMeter {

	/**
	 * A meter that counts nothing.
	 */
	OperationMeter NONE = target -> Series.NONE;

	/**
	 * Return the series that the operations of a target belong to.
	 * @param target the target of the operations
	 * @return the series, kept for as long as the target is
	 */
	Series series(OperationTarget target);

	/**
	 * The operations of one target. Safe for use by several threads.
	 */
	interface Series {

		/**
		 * A series that counts nothing.
		 */
		Series NONE = new Series() {

			@Override
			public boolean isActive() {
				return false;
			}

			@Override
			public void record(Outcome outcome, long nanoseconds) {
			}

		};

		/**
		 * Return whether operations are counted at the moment.
		 * @return whether to take the time of an operation
		 */
		boolean isActive();

		/**
		 * Count one operation.
		 * @param outcome how it went
		 * @param nanoseconds how long it took, in nanoseconds
		 */
		void record(Outcome outcome, long nanoseconds);

	}

}
