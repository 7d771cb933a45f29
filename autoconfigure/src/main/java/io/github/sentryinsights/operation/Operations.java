package io.github.sentryinsights.operation;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

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
		return new OperationSource(target, this.recorder, series(target), this.errors);
	}

	private OperationMeter.Series series(OperationTarget target) {
		try {
			return this.meter.series(target);
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
			return OperationMeter.Series.NONE;
		}
	}

	/**
	 * Return a collection of sources for targets that become known one by one.
	 * @param <K> the type of what tells the targets apart
	 * @return an empty collection
	 */
	public <K> Sources<K> sources() {
		return new Sources<>(this);
	}

	/**
	 * Return whether a class belongs to the application rather than to a library.
	 * @param className the fully qualified name of the class
	 * @return whether people who read the trace know the class as theirs
	 */
	public boolean isApplication(String className) {
		return this.recorder.isApplication(className);
	}

	/**
	 * Return whether an operation that starts on this thread now would be recorded.
	 * @return whether it is worth handing over what is current
	 */
	public boolean isActive() {
		try {
			return this.recorder.isActive();
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
			return false;
		}
	}

	/**
	 * Return whether an operation may be recorded on whatever thread.
	 * @return whether it is worth looking at reactive contexts
	 */
	public boolean isEnabled() {
		try {
			return this.recorder.isEnabled();
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
			return false;
		}
	}

	/**
	 * Return what is current on this thread, for one piece of work that another thread
	 * does, maybe when this one has gone on.
	 * @return what {@link OperationSource#startHandedOver} takes, or {@code null} when
	 * nothing can be current
	 */
	public @Nullable Function<Object, @Nullable Object> handOver() {
		try {
			return this.recorder.handOver();
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
			return null;
		}
	}

	/**
	 * Return a context by which work on any other thread finds what is current: the given
	 * one where that decides it, and otherwise this thread.
	 * @param context looks up a value of a reactive context, {@code null} when absent
	 * @return what {@link #runWithin} takes
	 */
	public Function<Object, @Nullable Object> contextOf(Function<Object, @Nullable Object> context) {
		try {
			return this.recorder.decides(context) ? context : this.recorder.context();
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
			return context;
		}
	}

	/**
	 * Return whether a reactive context decides what is current.
	 * @param context looks up a value of the context, {@code null} when absent
	 * @return whether {@link #runWithin} does more than to run
	 */
	public boolean decides(Function<Object, @Nullable Object> context) {
		try {
			return this.recorder.decides(context);
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
			return false;
		}
	}

	/**
	 * Run work on this thread as a part of what is current in a reactive context.
	 * Afterwards the same is current on this thread as before.
	 * @param context looks up a value of the context, {@code null} when absent
	 * @param work the work, which runs once whatever happens; what it throws is thrown
	 */
	public void runWithin(Function<Object, @Nullable Object> context, Runnable work) {
		callWithin(context, () -> {
			work.run();
			return work;
		});
	}

	/**
	 * Run a call on this thread as a part of what is current in a reactive context.
	 * Afterwards the same is current on this thread as before.
	 * @param <T> the type of the result
	 * @param <X> the type of the exception of the call
	 * @param context looks up a value of the context, {@code null} when absent
	 * @param call the call, which runs once whatever happens
	 * @return the result of the call
	 * @throws X what the call throws, untouched
	 */
	public <T extends @Nullable Object, X extends Throwable> T callWithin(Function<Object, @Nullable Object> context,
			Operation.Call<T, X> call) throws X {
		Runnable leave = enter(context);
		try {
			return call.call();
		}
		finally {
			if (leave != null) {
				leave(leave);
			}
		}
	}

	private @Nullable Runnable enter(Function<Object, @Nullable Object> context) {
		try {
			return this.recorder.enter(context);
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
			return null;
		}
	}

	private void leave(Runnable leave) {
		try {
			leave.run();
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
		}
	}

	/**
	 * Complete a future as another one has, to whose end something was added.
	 * @param <T> the type of the result
	 * @param future the future
	 * @param result the result of the other one
	 * @param error what the other one failed with, or {@code null}
	 */
	public static <T extends @Nullable Object> void complete(CompletableFuture<T> future, T result,
			@Nullable Throwable error) {
		if (error != null) {
			future.completeExceptionally(error);
		}
		else {
			future.complete(result);
		}
	}

	/**
	 * Report an error of an adapter, which never reaches the user.
	 * @param error the error
	 */
	public void handle(Throwable error) {
		this.errors.handle(error);
	}

	/**
	 * Keeps the sources of targets that become known one by one, such as topics. The
	 * first 1000 are kept; a source beyond them lives for one operation. Safe for use by
	 * several threads.
	 *
	 * @param <K> the type of what tells the targets apart
	 */
	public static final class Sources<K> {

		private static final int MAX_SOURCES = 1000;

		private final Operations operations;

		private final Map<K, OperationSource> sources = new ConcurrentHashMap<>();

		private Sources(Operations operations) {
			this.operations = operations;
		}

		/**
		 * Return the source for the operations of a target.
		 * @param key tells the target from others
		 * @param target returns the target, when it is not known yet
		 * @return the source
		 */
		public OperationSource get(K key, Function<K, OperationTarget> target) {
			OperationSource source = this.sources.get(key);
			if (source != null) {
				return source;
			}
			if (this.sources.size() >= MAX_SOURCES) {
				return this.operations.source(target.apply(key));
			}
			return this.sources.computeIfAbsent(key, absent -> this.operations.source(target.apply(absent)));
		}

	}

}
