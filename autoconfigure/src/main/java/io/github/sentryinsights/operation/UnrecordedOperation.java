package io.github.sentryinsights.operation;

import io.github.sentryinsights.convention.AttributeKey;
import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.Outcome;

/**
 * An operation without a span of its own, which may still be counted.
 *
 * @since 0.1.0
 */
public class UnrecordedOperation extends Operation implements Attributes {

	/**
	 * Create an operation that its source has yet to begin.
	 */
	protected UnrecordedOperation() {
	}

	@Override
	public final boolean isRecording() {
		return false;
	}

	@Override
	public final void describe(String description) {
	}

	@Override
	public final <T> void set(AttributeKey<T> key, T value) {
	}

	@Override
	protected final Attributes recorded() {
		return this;
	}

	@Override
	protected void error(Throwable error) {
	}

	@Override
	protected void leave() {
	}

	@Override
	protected void finish(Outcome outcome, long endNanos) {
	}

}
