package io.github.sentryinsights.operation;

import org.jspecify.annotations.Nullable;

/**
 * Tells the monitors of scheduled work how its runs go.
 * <p>
 * Safe for use by several threads.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Monitors {

	/**
	 * Monitors that nobody looks at.
	 */
	Monitors NONE = monitor -> Run.NONE;

	/**
	 * Tell that a run has begun, as a part of what is current on this thread.
	 * @param monitor the monitor of the work
	 * @return the run, which others of the same monitor may overlap
	 */
	Run begin(Monitor monitor);

	/**
	 * One run of scheduled work, which is told of its end once.
	 */
	@FunctionalInterface
	interface Run {

		/**
		 * A run that nobody looks at.
		 */
		Run NONE = failed -> {
		};

		/**
		 * Tell that the run is over.
		 * @param failed whether it did not do its work
		 */
		void end(boolean failed);

	}

	/**
	 * What is known of scheduled work.
	 *
	 * @param slug the identity of the monitor: at most 50 lower-case letters, digits,
	 * dashes and underscores
	 * @param schedule when the work runs, or {@code null} when no monitor can hold it,
	 * which then has to exist already
	 * @param maxRuntimeMinutes how long a run may take, in minutes, or {@code null} for
	 * the default
	 * @param marginMinutes how late a run may begin, in minutes, or {@code null} for the
	 * default
	 */
	record Monitor(String slug, @Nullable Schedule schedule, @Nullable Long maxRuntimeMinutes,
			@Nullable Long marginMinutes) {
	}

	/**
	 * When work runs.
	 */
	sealed interface Schedule {

	}

	/**
	 * A schedule by the clock.
	 *
	 * @param expression the five fields of a crontab
	 * @param timeZone the identity of the time zone
	 */
	record Crontab(String expression, String timeZone) implements Schedule {
	}

	/**
	 * A schedule by the time between two runs.
	 *
	 * @param minutes the time, in minutes
	 */
	record Interval(int minutes) implements Schedule {
	}

}
