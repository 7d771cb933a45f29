package io.github.sentryinsights.rabbit;

import java.util.List;

import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.OperationMeter;

/**
 * Remembers how operations have ended.
 *
 * @param outcomes the outcomes, in the order of the ends
 */
record OutcomeMeter(List<Outcome> outcomes) implements OperationMeter {

	@Override
	public Series series(OperationTarget target) {
		return new Series() {

			@Override
			public boolean isActive() {
				return true;
			}

			@Override
			public void record(Outcome outcome, long nanoseconds) {
				OutcomeMeter.this.outcomes.add(outcome);
			}

		};
	}

}
