package io.github.sentryinsights.benchmarks;

import java.util.function.Consumer;

import io.sentry.ITransaction;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A way to do something in a request that may be recorded as a span.
 */
interface Recording {

	/**
	 * Start the application that it is done in.
	 * @param beans registers further beans
	 * @return the application
	 */
	MeasuredApplication start(Consumer<GenericApplicationContext> beans);

	/**
	 * Return what does it.
	 * @param application the application
	 * @return what does it
	 */
	Recorder recorder(MeasuredApplication application);

	/**
	 * Return whether Sentry is told of it.
	 * @return whether it becomes a span of the captured transaction
	 */
	boolean isRecorded();

	/**
	 * Return whether the SDK has a span of its own for it while the transaction goes on.
	 * @return whether it is a child of the transaction
	 */
	boolean isChild();

	/**
	 * Does something from its start to its end.
	 */
	@FunctionalInterface
	interface Recorder {

		/**
		 * Do it once.
		 * @param transaction the transaction of this thread
		 * @return something that depends on it
		 */
		Object record(ITransaction transaction);

	}

}
