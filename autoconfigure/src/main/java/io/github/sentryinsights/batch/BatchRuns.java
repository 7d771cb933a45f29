package io.github.sentryinsights.batch;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource.Handover;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each run of a job, and each of its steps, as a transaction in one trace: a step
 * may do more than the spans of one transaction can tell.
 */
final class BatchRuns implements ObservationHandler<Observation.Context> {

	static final String JOB = "spring.batch.job";

	static final String STEP = "spring.batch.step";

	private final Operations operations;

	private final Operations.Sources<String> sources;

	BatchRuns(Operations operations) {
		this.operations = operations;
		this.sources = operations.sources();
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return JOB.equals(context.getName()) || STEP.equals(context.getName());
	}

	@Override
	public void onStart(Observation.Context context) {
		if (context.containsKey(BatchRuns.class)) {
			// Begun by the handler for beans of the other type, or of another context.
			return;
		}
		try {
			String name = nameOf(context);
			if (name != null) {
				context.put(BatchRuns.class, this.sources.get(name, BatchRuns::target)
					.startHandedOver(this.operations.handOver(), Handover.DETACHED));
			}
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
		}
	}

	@Override
	public void onStop(Observation.Context context) {
		Operation operation = context.get(BatchRuns.class);
		if (operation == null) {
			return;
		}
		Throwable error = context.getError();
		if (error != null) {
			operation.fail(error);
		}
		else {
			operation.outcome(outcome(value(context, context.getName() + ".status")));
		}
		operation.end();
	}

	/**
	 * A job does not fail with the exception of a step, which its exit code alone tells.
	 */
	private static Outcome outcome(@Nullable String exitCode) {
		if ("FAILED".equals(exitCode) || "UNKNOWN".equals(exitCode)) {
			return Outcome.ERROR;
		}
		return "STOPPED".equals(exitCode) ? Outcome.CANCELLED : Outcome.SUCCESS;
	}

	/**
	 * The name of a partition is that of its step with a number behind a colon.
	 */
	private static @Nullable String nameOf(Observation.Context context) {
		if (JOB.equals(context.getName())) {
			return value(context, "spring.batch.job.name");
		}
		String job = value(context, "spring.batch.step.job.name");
		String step = value(context, "spring.batch.step.name");
		if (job == null || step == null) {
			return null;
		}
		int partition = step.indexOf(':');
		return job + "." + ((partition > 0) ? step.substring(0, partition) : step);
	}

	private static @Nullable String value(Observation.Context context, String key) {
		KeyValue value = context.getLowCardinalityKeyValue(key);
		return (value != null) ? value.getValue() : null;
	}

	private static OperationTarget target(String name) {
		return FunctionConvention.runs(FunctionConvention.Origin.BATCH, name);
	}

}
