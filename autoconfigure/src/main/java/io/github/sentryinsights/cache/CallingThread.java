package io.github.sentryinsights.cache;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;

/**
 * The thread that reads from a cache, whose trace a loader belongs to wherever the cache
 * calls it.
 */
final class CallingThread {

	private final Thread thread = Thread.currentThread();

	private final Function<Object, @Nullable Object> context;

	/**
	 * Create the thread that is the current one.
	 * @param source any source of operations
	 */
	CallingThread(OperationSource source) {
		this.context = source.context();
	}

	Operation start(OperationSource source) {
		return isHere() ? source.start() : source.start(this.context);
	}

	Operation startCurrent(OperationSource source) {
		return isHere() ? source.startCurrent() : source.startCurrent(this.context);
	}

	private boolean isHere() {
		return this.thread == Thread.currentThread();
	}

}
