package io.github.sentryinsights.websocket;

import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;

/**
 * A message until its thread has left it and the result of its method is there.
 */
final class HandledMessage {

	private final Operation operation;

	private final AtomicInteger parties = new AtomicInteger(1);

	HandledMessage(Operation operation) {
		this.operation = operation;
	}

	/**
	 * Note that nobody has handled a failure.
	 */
	void fail() {
		this.operation.outcome(Outcome.ERROR);
	}

	/**
	 * Let the thread that handles the message go on without it.
	 * @param failure what the handler has thrown, or {@code null}
	 */
	void leave(@Nullable Exception failure) {
		if (failure != null) {
			this.operation.fail(failure);
		}
		this.operation.detach();
		release();
	}

	/**
	 * Last until one more result has been {@linkplain #release() released}.
	 */
	void awaitResult() {
		this.parties.incrementAndGet();
	}

	/**
	 * Wait for one party less, and end when it was the last one.
	 */
	void release() {
		if (this.parties.decrementAndGet() == 0) {
			this.operation.end();
		}
	}

}
