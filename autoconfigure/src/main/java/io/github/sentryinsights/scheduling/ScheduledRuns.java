package io.github.sentryinsights.scheduling;

import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.scheduling.support.ScheduledTaskObservationContext;
import org.springframework.util.ReflectionUtils;

import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Monitors;
import io.github.sentryinsights.operation.Monitors.Monitor;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each run of a scheduled method as a transaction, and to its monitor.
 * <p>
 * By Spring's own observation of the run, which lasts until a reactive method completes.
 * Advice would see other calls of the method as well, and not those of private methods.
 */
final class ScheduledRuns
		implements SchedulingConfigurer, ObservationHandler<ScheduledTaskObservationContext>, Ordered {

	private static final String OBSERVATION = "tasks.scheduled.execution";

	private static final Method ANY_METHOD = ReflectionUtils.getDeclaredMethods(Runnable.class)[0];

	private final ScheduledMethods methods;

	private final Operations operations;

	private final Monitors monitors;

	ScheduledRuns(ScheduledMethods methods, Operations operations, Monitors monitors) {
		this.methods = methods;
		this.operations = operations;
		this.monitors = monitors;
	}

	/**
	 * After all that may set a registry.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void configureTasks(ScheduledTaskRegistrar registrar) {
		ObservationRegistry registry = registrar.getObservationRegistry();
		if (registry == null || !isObserving(registry)) {
			registry = ObservationRegistry.create();
			registrar.setObservationRegistry(registry);
		}
		registry.observationConfig().observationHandler(this);
	}

	/**
	 * Also where the application wants no observations of its own, runs are reported.
	 */
	private boolean isObserving(ObservationRegistry registry) {
		return !Observation
			.createNotStarted(OBSERVATION, () -> new ScheduledTaskObservationContext(this, ANY_METHOD), registry)
			.isNoop();
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ScheduledTaskObservationContext;
	}

	@Override
	public void onStart(ScheduledTaskObservationContext context) {
		if (context.containsKey(Run.class)) {
			// Begun by the other context that shares the registry.
			return;
		}
		try {
			ScheduledMethod method = this.methods.get(context.getTargetClass(), context.getMethod());
			Operation operation = start(method);
			if (operation != null) {
				operation.contextualize(context::put);
			}
			context.put(Run.class, new Run(operation, begin(method.monitor(), context::get), new AtomicBoolean()));
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
		}
	}

	@Override
	public void onStop(ScheduledTaskObservationContext context) {
		Run run = context.get(Run.class);
		if (run == null || run.ended().getAndSet(true)) {
			return;
		}
		Throwable error = context.getError();
		end(run.checkIn(), error != null || !context.isComplete(), context::get);
		Operation operation = run.operation();
		if (operation == null) {
			return;
		}
		if (error != null) {
			operation.fail(error);
		}
		else if (!context.isComplete()) {
			operation.outcome(Outcome.CANCELLED);
		}
		operation.end();
	}

	private static @Nullable Operation start(ScheduledMethod method) {
		OperationSource source = method.source();
		if (source == null) {
			return null;
		}
		return method.reactive() ? source.startTransactionWithin(name -> null) : source.startTransaction(name -> null);
	}

	private Monitors.Run begin(@Nullable Monitor monitor, Function<Object, @Nullable Object> context) {
		if (monitor == null) {
			return Monitors.Run.NONE;
		}
		Monitors.Run[] begun = { Monitors.Run.NONE };
		report(context, () -> begun[0] = this.monitors.begin(monitor));
		return begun[0];
	}

	private void end(Monitors.Run checkIn, boolean failed, Function<Object, @Nullable Object> context) {
		if (checkIn != Monitors.Run.NONE) {
			report(context, () -> checkIn.end(failed));
		}
	}

	/**
	 * Within the transaction, whose trace a check-in tells.
	 */
	private void report(Function<Object, @Nullable Object> context, Runnable report) {
		try {
			this.operations.runWithin(context, report);
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
		}
	}

	private record Run(@Nullable Operation operation, Monitors.Run checkIn, AtomicBoolean ended) {
	}

}
