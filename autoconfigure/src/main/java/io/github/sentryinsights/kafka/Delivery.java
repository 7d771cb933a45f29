package io.github.sentryinsights.kafka;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.BatchListenerFailedException;

import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * A record or a batch while a listener handles it.
 * <p>
 * Belongs to the thread of the container until that one {@linkplain #leave leaves} it.
 * Where a listener answers with a future, it lasts until both are done.
 */
final class Delivery {

	private final Operations operations;

	private final OperationSource source;

	private final Operation operation;

	private final List<Operation> others;

	/** Whether the thread of the container has told how it went. */
	private boolean told;

	private boolean failed;

	private @Nullable Throwable attempt;

	/**
	 * The thread of the container and each future, or {@code null} without any future.
	 */
	private @Nullable AtomicInteger parties;

	/**
	 * Create a delivery.
	 * @param operations reports errors of this library
	 * @param source the source of the operation
	 * @param operation the operation that is current on this thread
	 * @param others those of further records in the order of the batch
	 */
	Delivery(Operations operations, OperationSource source, Operation operation, List<Operation> others) {
		this.operations = operations;
		this.source = source;
		this.operation = operation;
		this.others = others;
	}

	/**
	 * Note that the listener has done its work, also when it had failed to before.
	 */
	void succeed() {
		this.told = true;
		if (this.attempt != null) {
			failOperations(this.attempt);
		}
		else if (this.failed) {
			outcome(Outcome.SUCCESS);
		}
	}

	private void outcome(Outcome outcome) {
		this.operation.outcome(outcome);
		for (Operation other : this.others) {
			other.outcome(outcome);
		}
	}

	/**
	 * Note how the latest attempt behind the listener went.
	 * @param error the error, or {@code null} without one
	 */
	void attempted(@Nullable Throwable error) {
		this.attempt = error;
	}

	/**
	 * Note that the listener has failed. The records of a batch before the one that it
	 * names as the culprit have been handled.
	 * @param error the error
	 */
	void fail(Throwable error) {
		this.told = true;
		this.failed = true;
		failOperations(error);
	}

	private void failOperations(Throwable error) {
		int handled = handledBefore(error);
		if (handled == 0) {
			this.operation.fail(error);
		}
		for (int i = 0; i < this.others.size(); i++) {
			if (i + 1 >= handled) {
				this.others.get(i).fail(error);
			}
		}
	}

	private int handledBefore(Throwable error) {
		for (Throwable cause = error; cause != null && !this.others.isEmpty(); cause = cause.getCause()) {
			if (cause instanceof BatchListenerFailedException failure) {
				return Math.max(0, failure.getIndex());
			}
		}
		return 0;
	}

	/**
	 * Let the thread of the container go on without it. When that one never told how it
	 * went, the listener or an interceptor threw an {@link Error}.
	 */
	void leave() {
		if (!this.told) {
			outcome(Outcome.ERROR);
		}
		this.operation.detach();
		release();
	}

	private void release() {
		if (this.parties == null || this.parties.decrementAndGet() == 0) {
			this.operation.end();
			for (Operation other : this.others) {
				other.end();
			}
		}
	}

	/**
	 * Last until a future is done, and let what the container does then be a part of it.
	 * @param <T> the type of the result
	 * @param future the future that the listener returned
	 * @return the future to give to the container, which tells the same
	 */
	<T extends @Nullable Object> CompletableFuture<T> follow(CompletableFuture<T> future) {
		if (future.isDone()) {
			future.whenComplete(this::settle);
			return future;
		}
		Function<Object, @Nullable Object> context = this.source.context();
		CompletableFuture<T> followed = new CompletableFuture<>();
		AtomicInteger parties = this.parties;
		if (parties == null) {
			parties = new AtomicInteger(1);
			this.parties = parties;
		}
		parties.incrementAndGet();
		future.whenComplete((result, error) -> {
			settle(result, error);
			try {
				this.operations.runWithin(context, () -> Operations.complete(followed, result, error));
			}
			finally {
				release();
			}
		});
		return followed;
	}

	private void settle(@Nullable Object result, @Nullable Throwable error) {
		if (error != null) {
			failOperations(
					(error instanceof CompletionException && error.getCause() != null) ? error.getCause() : error);
		}
	}

	/**
	 * Write the entries of a reactive context under which work is a part of it.
	 * @param context receives the key and the value of each entry
	 */
	void contextualize(BiConsumer<Object, Object> context) {
		this.operation.contextualize(context);
	}

}
