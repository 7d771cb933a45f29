package io.github.sentryinsights.operation;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.convention.QueueConvention;

/**
 * Starts the operations of one target.
 * <p>
 * Built once for a data source, a cache or a destination. Safe for use by several
 * threads. Nothing here throws or returns {@code null}.
 *
 * @since 0.1.0
 */
public final class OperationSource {

	private static final Function<Object, @Nullable Object> NOTHING = key -> null;

	private static final BiConsumer<Attributes, String> IDENTITY = (attributes, id) -> attributes
		.set(QueueConvention.MESSAGE_ID, id);

	private final OperationTarget target;

	private final OperationRecorder recorder;

	private final OperationMeter.Series series;

	private final InstrumentationErrors errors;

	OperationSource(OperationTarget target, OperationRecorder recorder, OperationMeter.Series series,
			InstrumentationErrors errors) {
		this.target = target;
		this.recorder = recorder;
		this.series = series;
		this.errors = errors;
	}

	/**
	 * Return the target of the operations.
	 * @return the target
	 */
	public OperationTarget target() {
		return this.target;
	}

	/**
	 * Return whether anything would be kept of an operation that starts on this thread
	 * now, so that a caller which has to prepare for the start can do without.
	 * @return whether it would be recorded or counted
	 */
	public boolean isActive() {
		try {
			return isMetered() || this.recorder.isActive();
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
			return false;
		}
	}

	/**
	 * Start an operation that nothing runs under, as a child of the current span.
	 * @return the operation
	 */
	public Operation start() {
		return begin(OperationRecorder::start);
	}

	/**
	 * Start an operation that nothing runs under, as a child of the current span of a
	 * reactive context, or else of this thread.
	 * @param context looks up a value of the context, {@code null} when absent
	 * @return the operation
	 */
	public Operation start(Function<Object, @Nullable Object> context) {
		return begin((recorder, target) -> recorder.start(target, context));
	}

	/**
	 * Start an operation that nothing runs under, as a child of the given operation.
	 * @param parent the parent
	 * @return the operation, recorded when the parent is
	 */
	public Operation startChild(Operation parent) {
		return begin((recorder, target) -> recorder.startChild(target, parent));
	}

	/**
	 * Start an operation that is the current span of this thread until it is detached or
	 * ends.
	 * @return the operation
	 */
	public Operation startCurrent() {
		return begin(OperationRecorder::startCurrent);
	}

	/**
	 * Return a context by which work on any other thread finds the span that is current
	 * here.
	 * @return looks up a value of the context, {@code null} when absent
	 */
	public Function<Object, @Nullable Object> context() {
		try {
			return this.recorder.context();
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
			return NOTHING;
		}
	}

	/**
	 * Start an operation below the current span of a context, which is the current span
	 * of this thread until it is detached or ends.
	 * @param context looks up a value of the context, {@code null} when absent
	 * @return the operation
	 */
	public Operation startCurrent(Function<Object, @Nullable Object> context) {
		return begin((recorder, target) -> recorder.startCurrent(target, context));
	}

	/**
	 * Start an operation below the current span of a reactive context.
	 * @param context looks up a value of the context, {@code null} when absent
	 * @return the operation
	 */
	public Operation startWithin(Function<Object, @Nullable Object> context) {
		return begin((recorder, target) -> recorder.startWithin(target, context));
	}

	/**
	 * Start a transaction that continues a trace and is current on this thread until it
	 * is detached or ends.
	 * @param headers looks up a header of the message, {@code null} when absent
	 * @return the operation
	 */
	public Operation startTransaction(Function<String, @Nullable String> headers) {
		return begin((recorder, target) -> recorder.startTransaction(target, headers));
	}

	/**
	 * Start a transaction that continues a trace and is current in a reactive context.
	 * @param headers looks up a header of the message, {@code null} when absent
	 * @return the operation
	 */
	public Operation startTransactionWithin(Function<String, @Nullable String> headers) {
		return begin((recorder, target) -> recorder.startTransactionWithin(target, headers));
	}

	/**
	 * Start an operation for a piece of work that was handed over to this thread, until
	 * it is detached or ends.
	 * @param context what {@link Operations#handOver} returned on the other thread
	 * @param handover what becomes of the work
	 * @return the operation
	 */
	public Operation startHandedOver(@Nullable Function<Object, @Nullable Object> context, Handover handover) {
		return begin((recorder, target) -> recorder.startHandedOver(target, context, handover));
	}

	/**
	 * Start a transaction of its own when no span is current, and otherwise an operation
	 * that is the current span of this thread until it is detached or ends.
	 * @return the operation
	 */
	public Operation startCurrentOrTransaction() {
		return hasCurrent() ? startCurrent() : startTransaction(name -> null);
	}

	/**
	 * Start a transaction of its own when no span is current in a reactive context or on
	 * this thread, and otherwise an operation below that span.
	 * @param context looks up a value of the context, {@code null} when absent
	 * @return the operation
	 */
	public Operation startWithinOrTransaction(Function<Object, @Nullable Object> context) {
		return hasCurrent(context) ? startWithin(context) : startTransactionWithin(name -> null);
	}

	/**
	 * Return whether an unfinished span is current on this thread, sampled or not.
	 * @return whether a span is current
	 */
	public boolean hasCurrent() {
		return hasCurrent(NOTHING);
	}

	/**
	 * Run a call as an operation that lasts until its result is there, also when that is
	 * a {@link CompletionStage} that completes later.
	 * @param <T> the type of the result
	 * @param <X> the type of the exception of the call
	 * @param start how to start the operation
	 * @param description describes the call while it is recorded
	 * @param completion told of the result of a call that did not fail, before the end
	 * @param call the call to run
	 * @return the result of the call, the very same object
	 * @throws X what the call throws, untouched
	 */
	public <T extends @Nullable Object, X extends Throwable> T run(Start start, Consumer<Attributes> description,
			BiConsumer<Operation, @Nullable Object> completion, Operation.Call<T, X> call) throws X {
		Operation operation = start.on(this);
		if (operation.isRecording()) {
			operation.attributes(description);
		}
		T result;
		try {
			result = call.call();
		}
		catch (Throwable ex) {
			operation.fail(ex);
			operation.end();
			throw ex;
		}
		if (result instanceof CompletionStage<?> stage) {
			complete(operation, completion, stage);
		}
		else {
			operation.complete(completion, result);
			operation.end();
		}
		return result;
	}

	private void complete(Operation operation, BiConsumer<Operation, @Nullable Object> completion,
			CompletionStage<?> stage) {
		if (operation.isNoop()) {
			return;
		}
		operation.detach();
		try {
			stage.whenComplete((value, error) -> {
				if (error != null) {
					operation.fail((error instanceof CompletionException && error.getCause() != null) ? error.getCause()
							: error);
				}
				else {
					operation.complete(completion, value);
				}
				operation.end();
			});
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
			operation.end();
		}
	}

	/**
	 * Add attributes to an operation that has ended, which is what becomes known of it
	 * only later. They appear unless its transaction has been captured by then.
	 * @param operation an operation of this source
	 * @param attributes called at once with the attributes of the span, if there is one
	 */
	public void amend(Operation operation, Consumer<Attributes> attributes) {
		try {
			operation.amend(attributes);
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
		}
	}

	/**
	 * Return the access to a cache that is current on this thread, for what becomes known
	 * of it only by what runs below it, be it on another thread.
	 * @return the attributes of its span, or {@code null} when there is none
	 */
	public @Nullable Attributes access() {
		try {
			return this.recorder.access();
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
			return null;
		}
	}

	/**
	 * Report an operation that has ended just now on this thread.
	 * @param nanoseconds how long it took, in nanoseconds
	 * @param slowNanos how long it may have taken to be only counted, in nanoseconds;
	 * what took longer is recorded as well
	 * @param error what it failed with, if it did
	 */
	public void report(long nanoseconds, long slowNanos, @Nullable Throwable error) {
		try {
			if (isMetered()) {
				record((error != null) ? Outcome.ERROR : Outcome.SUCCESS, nanoseconds);
			}
			if (nanoseconds > slowNanos) {
				this.recorder.record(this.target, nanoseconds, error);
			}
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
		}
	}

	/**
	 * Let the receiver of a message continue the trace, also when it is not sampled, and
	 * give the message an identity, unless it has one. Does nothing while Sentry is off.
	 * @param operation the operation that sends the message
	 * @param headers the headers of the message, which are written
	 */
	public void propagate(Operation operation, MessageHeaders headers) {
		propagate(operation, headers, null);
	}

	/**
	 * Let the receiver of a message continue the trace, also when it is not sampled, and
	 * give the message an identity. Does nothing while Sentry is off.
	 * @param operation the operation that sends the message
	 * @param headers the headers of the message, which are written
	 * @param messageId the identity, or {@code null} for that of the headers, if there is
	 * one, or else a random one
	 */
	public void propagate(Operation operation, MessageHeaders headers, @Nullable String messageId) {
		try {
			this.recorder.propagate(operation, headers);
			if (!headers.hasTrace()) {
				return;
			}
			String id = (messageId != null) ? messageId : headers.messageId();
			if (operation.isRecording()) {
				id = (id != null) ? id : QueueConvention.newMessageId();
				operation.attributes(IDENTITY, id);
			}
			headers.write(id, System.currentTimeMillis(), operation.isRecording() || hasCurrent());
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
		}
	}

	boolean isMetered() {
		return this.series.isActive();
	}

	void record(Outcome outcome, long nanoseconds) {
		this.series.record(outcome, nanoseconds);
	}

	void handle(Throwable error) {
		this.errors.handle(error);
	}

	private boolean hasCurrent(Function<Object, @Nullable Object> context) {
		try {
			return this.recorder.hasCurrent(context);
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
			return true;
		}
	}

	private Operation begin(Recording recording) {
		Operation operation = null;
		try {
			operation = recording.start(this.recorder, this.target);
		}
		catch (RuntimeException | LinkageError ex) {
			handle(ex);
		}
		if (operation != null) {
			return operation.begin(this);
		}
		return isMetered() ? new Operation.Unrecorded().begin(this) : Operation.NONE;
	}

	/**
	 * What becomes of work that one thread hands over to another.
	 * <p>
	 * A span of a transaction that has ended is lost. Work that outlives the transaction
	 * it comes from is therefore one of its own, which continues the trace.
	 */
	public enum Handover {

		/**
		 * Somebody can wait for it: a span below the one it comes from, or a transaction
		 * when that one has none, or has ended, or is not sampled.
		 */
		AWAITED,

		/** Nobody waits for it: a transaction. */
		DETACHED,

		/**
		 * A piece too small to be told: what it does belongs below the span it comes
		 * from. It is a transaction only when that one has ended.
		 */
		PART

	}

	/**
	 * A way to start an operation.
	 */
	@FunctionalInterface
	public interface Start {

		/**
		 * Start an operation.
		 * @param source the source of the operation
		 * @return the operation
		 */
		Operation on(OperationSource source);

	}

	/**
	 * The way an operation is recorded: without the source itself, so that the hot paths
	 * need no object for it.
	 */
	@FunctionalInterface
	private interface Recording {

		@Nullable Operation start(OperationRecorder recorder, OperationTarget target);

	}

}
