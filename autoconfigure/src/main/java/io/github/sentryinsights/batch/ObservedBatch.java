package io.github.sentryinsights.batch;

import java.lang.reflect.Method;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.job.AbstractJob;
import org.springframework.batch.core.step.AbstractStep;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.util.ReflectionUtils;

/**
 * Has the observations of jobs and steps handled, which each makes of its own run.
 * <p>
 * Nothing here names a type that Spring Batch 6 has moved, as listeners and executions
 * are. The registry of a job is read from its field, as it has no getter.
 */
final class ObservedBatch {

	private static final Method GET_STEP = Objects
		.requireNonNull(ReflectionUtils.findMethod(AbstractJob.class, "getStep", String.class));

	private final BatchRuns runs;

	private final ObservationRegistry own = ObservationRegistry.create();

	private final Set<ObservationRegistry> handled = Collections.newSetFromMap(new IdentityHashMap<>());

	/**
	 * Create what observes.
	 * @param runs handles the observations
	 * @param registry the registry of the application, which Spring Batch sets on its
	 * beans when there is one
	 */
	ObservedBatch(BatchRuns runs, @Nullable ObservationRegistry registry) {
		this.runs = runs;
		handle(this.own);
		if (registry != null) {
			handle(registry);
		}
	}

	/**
	 * Observe a job with its steps, which may be no beans.
	 * @param job the job
	 */
	void observeJob(AbstractJob job) {
		if (!isHandled(job, BatchRuns.JOB)) {
			job.setObservationRegistry(this.own);
		}
		for (String name : job.getStepNames()) {
			if (ReflectionUtils.invokeMethod(GET_STEP, job, name) instanceof AbstractStep step) {
				observeStep(step);
			}
		}
	}

	/**
	 * Observe a step.
	 * @param step the step
	 */
	void observeStep(AbstractStep step) {
		if (!isHandled(step, BatchRuns.STEP)) {
			step.setObservationRegistry(this.own);
		}
	}

	/**
	 * See to the registry that a job or a step has already, unless the application has
	 * switched off the observation in it.
	 */
	private boolean isHandled(Object observed, String observation) {
		Object registry = PropertyAccessorFactory.forDirectFieldAccess(observed)
			.getPropertyValue("observationRegistry");
		if (registry instanceof ObservationRegistry given
				&& !Observation.createNotStarted(observation, given).isNoop()) {
			handle(given);
			return true;
		}
		return false;
	}

	private void handle(ObservationRegistry registry) {
		synchronized (this.handled) {
			if (this.handled.add(registry)) {
				registry.observationConfig().observationHandler(this.runs);
			}
		}
	}

}
