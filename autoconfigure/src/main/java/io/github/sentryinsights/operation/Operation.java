package io.github.sentryinsights.operation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.AttributeKey;
import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.Outcome;

/**
 * One operation between its start and its end.
 * <p>
 * Everything that is said of it after its end, and a second end, is ignored, but for what
 * its {@linkplain OperationSource#amend source adds}. Nothing here throws. An operation
 * may end on another thread than the one it started on, once it has been
 * {@linkplain #detach() detached}.
 *
 * @since 0.1.0
 */
public abstract class Operation {

	/**
	 * An operation that is neither recorded nor counted.
	 */
	static final Operation NONE = new Unrecorded();

	private static final Consumer<Attributes> SAY_NOTHING = attributes -> {
	};

	private static final VarHandle SOURCE;

	static {
		try {
			SOURCE = MethodHandles.lookup().findVarHandle(Operation.class, "source", OperationSource.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/**
	 * Where the operation comes from until it ends, which saves a field to tell the end.
	 */
	private volatile @Nullable OperationSource source;

	/**
	 * When the operation began, by {@link System#nanoTime}, or 0 when nobody wants to
	 * know.
	 */
	private long startNanos;

	private Outcome outcome = Outcome.SUCCESS;

	/**
	 * Create an operation that its source has yet to {@linkplain #begin begin}.
	 */
	protected Operation() {
	}

	/**
	 * Create an operation whose times are wanted, which its source has yet to
	 * {@linkplain #begin begin}.
	 * @param startNanos when it began, by {@link System#nanoTime}
	 */
	protected Operation(long startNanos) {
		this.startNanos = startNanos;
	}

	final Operation begin(OperationSource source) {
		// Whoever hands the operation to another thread lets that one see this.
		SOURCE.setRelease(this, source);
		if (this.startNanos == 0 && source.isMetered()) {
			this.startNanos = System.nanoTime();
		}
		return this;
	}

	/**
	 * Return whether anything said of this operation is kept. Callers ask before they
	 * compute a description or an attribute.
	 * @return whether a span is being recorded
	 */
	public abstract boolean isRecording();

	/**
	 * Return whether nothing at all is kept of this operation, neither a span nor a
	 * metric, so that a caller on a hot path may go straight to the user's call.
	 * @return whether every method here does nothing
	 */
	public final boolean isNoop() {
		return this == NONE;
	}

	/**
	 * Add a description and attributes, if this operation is recording.
	 * @param attributes called at once with the attributes of the span
	 */
	public final void attributes(Consumer<Attributes> attributes) {
		attributes((recorded, consumer) -> consumer.accept(recorded), attributes);
	}

	/**
	 * Add a description and attributes, if this operation is recording, by something that
	 * is the same for many operations.
	 * @param <T> the type of what they are taken from
	 * @param attributes called at once with the attributes of the span
	 * @param subject what they are taken from
	 */
	public final <T> void attributes(BiConsumer<Attributes, T> attributes, T subject) {
		OperationSource source = this.source;
		if (source == null || !isRecording()) {
			return;
		}
		try {
			attributes.accept(recorded(), subject);
		}
		catch (RuntimeException | LinkageError ex) {
			source.handle(ex);
		}
	}

	/**
	 * Add attributes after the end.
	 * @param attributes called at once with the attributes of the span
	 */
	final void amend(Consumer<Attributes> attributes) {
		if (isRecording()) {
			attributes.accept(recorded());
		}
	}

	/**
	 * Tell how the operation went, for its metrics.
	 * @param outcome the outcome, {@link Outcome#SUCCESS} unless told otherwise
	 */
	public final void outcome(Outcome outcome) {
		if (this.source != null) {
			this.outcome = outcome;
		}
	}

	/**
	 * Tell the operation of its result.
	 * @param completion what to make of the result, called at once
	 * @param value the result
	 */
	public final void complete(BiConsumer<Operation, @Nullable Object> completion, @Nullable Object value) {
		OperationSource source = this.source;
		if (source == null) {
			return;
		}
		try {
			completion.accept(this, value);
		}
		catch (RuntimeException | LinkageError ex) {
			source.handle(ex);
		}
	}

	/**
	 * Mark the operation as failed.
	 * @param error the error, which the caller rethrows
	 */
	public final void fail(Throwable error) {
		OperationSource source = this.source;
		if (source == null) {
			return;
		}
		this.outcome = Outcome.ERROR;
		try {
			error(error);
		}
		catch (RuntimeException | LinkageError ex) {
			source.handle(ex);
		}
	}

	/**
	 * Stop being the current span of this thread, while the operation goes on elsewhere.
	 */
	public final void detach() {
		OperationSource source = this.source;
		if (source == null) {
			return;
		}
		try {
			leave();
		}
		catch (RuntimeException | LinkageError ex) {
			source.handle(ex);
		}
	}

	/**
	 * End the operation.
	 */
	public final void end() {
		end(Long.MAX_VALUE, SAY_NOTHING);
	}

	private void end(long slowNanos, Consumer<Attributes> slow) {
		OperationSource source = this.source;
		if (source == null) {
			return;
		}
		if (isConfined()) {
			SOURCE.setRelease(this, null);
		}
		else if (!SOURCE.compareAndSet(this, source, null)) {
			return;
		}
		long endNanos = (this.startNanos != 0) ? System.nanoTime() : 0;
		if (endNanos - this.startNanos > slowNanos && isRecording()) {
			try {
				slow.accept(recorded());
			}
			catch (RuntimeException | LinkageError ex) {
				source.handle(ex);
			}
		}
		try {
			finish(this.outcome, endNanos);
			if (this.startNanos != 0 && source.isMetered()) {
				source.record(this.outcome, endNanos - this.startNanos);
			}
		}
		catch (RuntimeException | LinkageError ex) {
			source.handle(ex);
		}
	}

	/**
	 * Run a call as this operation, and end it.
	 * @param <T> the type of the result
	 * @param <X> the type of the exception of the call
	 * @param call the call to run
	 * @return the result of the call
	 * @throws X what the call throws, untouched
	 */
	public final <T extends @Nullable Object, X extends Throwable> T around(Call<T, X> call) throws X {
		return around(call, Long.MAX_VALUE, SAY_NOTHING);
	}

	/**
	 * Run a call as this operation, and end it. What it takes to describe a slow call is
	 * not part of its duration.
	 * @param <T> the type of the result
	 * @param <X> the type of the exception of the call
	 * @param call the call to run
	 * @param slowNanos how long a call may take that is not slow, in nanoseconds
	 * @param slow adds to the description of a slow call, if this operation is recording,
	 * still on this thread
	 * @return the result of the call
	 * @throws X what the call throws, untouched
	 */
	public final <T extends @Nullable Object, X extends Throwable> T around(Call<T, X> call, long slowNanos,
			Consumer<Attributes> slow) throws X {
		try {
			return call.call();
		}
		catch (Throwable ex) {
			// An error as well fails the operation, and goes on unchanged.
			fail(ex);
			throw ex;
		}
		finally {
			end(slowNanos, slow);
		}
	}

	/**
	 * Run an action as this operation, and end it.
	 * @param <X> the type of the exception of the action
	 * @param action the action to run
	 * @throws X what the action throws, untouched
	 */
	public final <X extends Throwable> void run(Action<X> action) throws X {
		around(() -> {
			action.run();
			return this;
		});
	}

	/**
	 * Write the entries of a reactive context under which this operation is the current
	 * span.
	 * @param context receives the key and the value of each entry
	 */
	public void contextualize(BiConsumer<Object, Object> context) {
	}

	/**
	 * Return when the operation began.
	 * @return the time by {@link System#nanoTime}, or 0 when nobody wants to know
	 */
	protected final long startNanos() {
		return this.startNanos;
	}

	/**
	 * Return how the operation has gone so far.
	 * @return the outcome
	 */
	protected final Outcome outcome() {
		return this.outcome;
	}

	/**
	 * Return whether only the thread that began this operation can be about to end it.
	 * @return whether no other one has to be reckoned with
	 */
	protected boolean isConfined() {
		return false;
	}

	/**
	 * Return what receives the description and the attributes.
	 * @return the attributes of the span
	 */
	protected abstract Attributes recorded();

	/**
	 * Record an error.
	 * @param error the error
	 */
	protected abstract void error(Throwable error);

	/**
	 * Give up being the current span of this thread.
	 */
	protected abstract void leave();

	/**
	 * Finish the span. Called once.
	 * @param outcome how the operation went
	 * @param endNanos when it ended, by {@link System#nanoTime}, or 0 when its times are
	 * not wanted
	 */
	protected abstract void finish(Outcome outcome, long endNanos);

	/**
	 * A call that may throw a checked exception.
	 *
	 * @param <T> the type of the result
	 * @param <X> the type of the exception
	 */
	@FunctionalInterface
	public interface Call<T extends @Nullable Object, X extends Throwable> {

		/**
		 * Run the call.
		 * @return the result
		 * @throws X what the call throws
		 */
		T call() throws X;

	}

	/**
	 * An action that may throw a checked exception.
	 *
	 * @param <X> the type of the exception
	 */
	@FunctionalInterface
	public interface Action<X extends Throwable> {

		/**
		 * Run the action.
		 * @throws X what the action throws
		 */
		void run() throws X;

	}

	/**
	 * An operation without a span of its own, which may still be counted.
	 */
	public static class Unrecorded extends Operation implements Attributes {

		/**
		 * Create an operation that its source has yet to begin.
		 */
		protected Unrecorded() {
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

}
