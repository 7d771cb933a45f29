package io.github.sentryinsights.operation;

import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.OperationTarget;

/**
 * Records operations as spans.
 * <p>
 * Called on the thread that runs the operation, before anything else is done for it.
 * Every method returns {@code null} when nothing is to be recorded, which must be decided
 * without allocating. What a method throws is logged and never reaches the user.
 *
 * @since 0.1.0
 */
public interface OperationRecorder {

	/**
	 * A recorder that records nothing.
	 */
	OperationRecorder NONE = new OperationRecorder() {

		@Override
		public boolean isActive() {
			return false;
		}

		@Override
		public boolean isEnabled() {
			return false;
		}

	};

	/**
	 * Return whether an operation that starts on this thread now may be recorded.
	 * @return whether starting one is worth any preparation
	 */
	default boolean isActive() {
		return true;
	}

	/**
	 * Return whether an operation may be recorded on whatever thread.
	 * @return whether it is worth looking at reactive contexts
	 */
	default boolean isEnabled() {
		return true;
	}

	/**
	 * Start an operation that nothing runs under, as a child of the current span.
	 * @param target the target of the operation
	 * @return the operation, or {@code null} without a sampled current span
	 */
	default @Nullable Operation start(OperationTarget target) {
		return null;
	}

	/**
	 * Start an operation that nothing runs under, as a child of the current span of a
	 * reactive context.
	 * @param target the target of the operation
	 * @param context looks up a value of the context, {@code null} when absent
	 * @return the operation, or {@code null} without a sampled current span
	 */
	default @Nullable Operation start(OperationTarget target, Function<Object, @Nullable Object> context) {
		return null;
	}

	/**
	 * Record an operation that is over, as a child of the current span. It has ended just
	 * now.
	 * @param target the target of the operation
	 * @param nanoseconds how long it took, in nanoseconds
	 * @param error what it failed with, if it did
	 */
	default void record(OperationTarget target, long nanoseconds, @Nullable Throwable error) {
	}

	/**
	 * Start an operation that nothing runs under, as a child of the given operation.
	 * @param target the target of the operation
	 * @param parent the parent, which may have been recorded or not
	 * @return the operation, or {@code null} when the parent is not recorded
	 */
	default @Nullable Operation startChild(OperationTarget target, Operation parent) {
		return null;
	}

	/**
	 * Start an operation that is the current span of this thread until it is detached or
	 * ends.
	 * @param target the target of the operation
	 * @return the operation, or {@code null} without a sampled current span
	 */
	default @Nullable Operation startCurrent(OperationTarget target) {
		return null;
	}

	/**
	 * Return a context by which work on any other thread finds the span that is current
	 * here.
	 * @return looks up a value of the context, {@code null} when absent
	 */
	default Function<Object, @Nullable Object> context() {
		return key -> null;
	}

	/**
	 * Start an operation below the current span of a context, which is the current span
	 * of this thread until it is detached or ends.
	 * @param target the target of the operation
	 * @param context looks up a value of the context, {@code null} when absent
	 * @return the operation, or {@code null} without a sampled current span
	 */
	default @Nullable Operation startCurrent(OperationTarget target, Function<Object, @Nullable Object> context) {
		return null;
	}

	/**
	 * Return what is current on this thread, for one piece of work that another thread
	 * does, maybe when this one has gone on.
	 * @return what is current, or {@code null} when nothing can be
	 */
	default @Nullable Function<Object, @Nullable Object> handOver() {
		return null;
	}

	/**
	 * Start an operation for a piece of work that was handed over to this thread, until
	 * it is detached or ends.
	 * @param target the target of the operation
	 * @param context what {@link #handOver} returned on the other thread
	 * @param handover what becomes of the work
	 * @return the operation, or {@code null} when nothing is to be recorded
	 */
	default @Nullable Operation startHandedOver(OperationTarget target,
			@Nullable Function<Object, @Nullable Object> context, OperationSource.Handover handover) {
		return null;
	}

	/**
	 * Start an operation below the current span of a reactive context, which becomes the
	 * current span of the context that {@link Operation#contextualize} writes.
	 * @param target the target of the operation
	 * @param context looks up a value of the context, {@code null} when absent
	 * @return the operation, or {@code null} without a sampled current span
	 */
	default @Nullable Operation startWithin(OperationTarget target, Function<Object, @Nullable Object> context) {
		return null;
	}

	/**
	 * Start a transaction that continues a trace and is current on this thread until it
	 * is detached or ends.
	 * @param target the target of the operation
	 * @param headers looks up a header of the message, {@code null} when absent
	 * @return the operation, or {@code null} without Sentry
	 */
	default @Nullable Operation startTransaction(OperationTarget target, Function<String, @Nullable String> headers) {
		return null;
	}

	/**
	 * Start a transaction that continues a trace and is current in the reactive context
	 * that {@link Operation#contextualize} writes.
	 * @param target the target of the operation
	 * @param headers looks up a header of the message, {@code null} when absent
	 * @return the operation, or {@code null} without Sentry
	 */
	default @Nullable Operation startTransactionWithin(OperationTarget target,
			Function<String, @Nullable String> headers) {
		return null;
	}

	/**
	 * Return whether an unfinished span is current, sampled or not.
	 * @param context looks up a value of a reactive context, {@code null} when absent
	 * @return whether a span is current in the context or else on this thread
	 */
	default boolean hasCurrent(Function<Object, @Nullable Object> context) {
		return false;
	}

	/**
	 * Return whether a reactive context decides what is current.
	 * @param context looks up a value of the context, {@code null} when absent
	 * @return whether {@link #enter} may change what is current on a thread
	 */
	default boolean decides(Function<Object, @Nullable Object> context) {
		return false;
	}

	/**
	 * Make what is current in a reactive context current on this thread.
	 * @param context looks up a value of the context, {@code null} when absent
	 * @return makes current on this thread what was so before, or {@code null} when there
	 * is nothing to change
	 */
	default @Nullable Runnable enter(Function<Object, @Nullable Object> context) {
		return null;
	}

	/**
	 * Return the access to a cache that is current on this thread.
	 * @return the attributes of its span, or {@code null} when there is none
	 */
	default @Nullable Attributes access() {
		return null;
	}

	/**
	 * Write the headers that continue the trace from an operation, or the current trace
	 * when the operation is not recorded, also when that is not sampled.
	 * @param operation the operation
	 * @param headers receives the name and the value of each header
	 */
	default void propagate(Operation operation, BiConsumer<String, String> headers) {
	}

	/**
	 * Return whether a class belongs to the application rather than to a library.
	 * @param className the fully qualified name of the class
	 * @return whether people who read the trace know the class as theirs
	 */
	default boolean isApplication(String className) {
		return false;
	}

	/**
	 * Return what becomes of operations that nothing runs under, for people who ask how
	 * the application is instrumented.
	 * @return a phrase such as {@code leaf spans}
	 */
	default String description() {
		return "no spans";
	}

}
