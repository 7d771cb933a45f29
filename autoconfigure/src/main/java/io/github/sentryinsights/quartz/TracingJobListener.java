package io.github.sentryinsights.quartz;

import org.jspecify.annotations.Nullable;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobListener;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each run of a job as a transaction of the thread that runs it. A listener that
 * throws would keep the job from running, so nothing here does.
 */
final class TracingJobListener implements JobListener {

	static final String NAME = "sentryInsights";

	/**
	 * Where Sentry's own listener, which reports check-ins, keeps what makes the scopes
	 * current again that were so before the run.
	 */
	private static final String SENTRY_TOKEN = "sentry-scope-lifecycle";

	private final Operations operations;

	private final Operations.Sources<Job> jobs;

	private final ThreadLocal<@Nullable Operation> current = new ThreadLocal<>();

	TracingJobListener(Operations operations) {
		this.operations = operations;
		this.jobs = operations.sources();
	}

	@Override
	public String getName() {
		return NAME;
	}

	@Override
	public void jobToBeExecuted(JobExecutionContext context) {
		abandon();
		try {
			Operation operation = this.jobs.get(Job.of(context.getJobDetail()), Job::target)
				.startTransaction(name -> null);
			if (!operation.isNoop()) {
				this.current.set(operation);
			}
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
		}
	}

	@Override
	public void jobExecutionVetoed(JobExecutionContext context) {
		// Vetoed before it could begin.
	}

	@Override
	public void jobWasExecuted(JobExecutionContext context, @Nullable JobExecutionException failure) {
		Operation operation = this.current.get();
		if (operation == null) {
			return;
		}
		this.current.remove();
		if (failure != null) {
			Throwable cause = failure.getUnderlyingException();
			operation.fail((cause != null) ? ((cause.getCause() != null) ? cause.getCause() : cause) : failure);
		}
		operation.end();
		leaveScopesOfSentry(context);
	}

	/**
	 * End what was never run, because a listener behind this one failed.
	 */
	private void abandon() {
		Operation operation = this.current.get();
		if (operation != null) {
			this.current.remove();
			operation.outcome(Outcome.CANCELLED);
			operation.end();
		}
	}

	/**
	 * Listeners are told of the end in the same order as of the beginning, so Sentry's
	 * has left its scopes before the end of this transaction made them current again.
	 */
	private void leaveScopesOfSentry(JobExecutionContext context) {
		try {
			if (context.get(SENTRY_TOKEN) instanceof AutoCloseable token) {
				token.close();
			}
		}
		catch (Exception ex) {
			this.operations.handle(ex);
		}
	}

	/**
	 * What runs of jobs have in common: their class, or the name of a job that Spring
	 * made for a method.
	 */
	private record Job(String name, String type) {

		static Job of(JobDetail detail) {
			Class<?> type = detail.getJobClass();
			boolean ofSpring = type.getName().startsWith("org.springframework.");
			return new Job(ofSpring ? detail.getKey().getName() : ClassUtils.getShortName(type), type.getName());
		}

		OperationTarget target() {
			return FunctionConvention.runs(FunctionConvention.Origin.QUARTZ, this.name, this.type, "execute");
		}

	}

}
