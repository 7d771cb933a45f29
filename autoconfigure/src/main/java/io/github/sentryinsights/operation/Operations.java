package io.github.sentryinsights.operation;

import io.github.sentryinsights.convention.OperationTarget;

/**
 * Where adapters get the source of their operations.
 * <p>
 * One per application context. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class Operations {

	private final OperationRecorder recorder;

	private final OperationMeter meter;

	private final InstrumentationErrors errors = new InstrumentationErrors();

	/**
	 * Create operations with their outputs.
	 * @param recorder records operations as spans
	 * @param meter counts operations
	 */
	public Operations(OperationRecorder recorder, OperationMeter meter) {
		this.recorder = recorder;
		this.meter = meter;
	}

	/**
	 * Return a source for the operations of a target. A caller keeps it for as long as
	 * the target lives.
	 * @param target the target
	 * @return the source
	 */
	public OperationSource source(OperationTarget target) {
		return new OperationSource(target, this.recorder, this.meter.series(target), this.errors);
	}

	/**
	 * Report an error of an adapter, which never reaches the user.
	 * @param error the error
	 */
	public void handle(Throwable error) {
		this.errors.handle(error);
	}

}
