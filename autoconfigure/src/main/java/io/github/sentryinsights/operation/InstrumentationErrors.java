package io.github.sentryinsights.operation;

import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Where errors of the instrumentation itself end: logged at WARN the first time and at
 * DEBUG after that, by type only, as a message may quote what must not be logged.
 */
final class InstrumentationErrors {

	private static final Log logger = LogFactory.getLog(Operations.class);

	private final AtomicBoolean warned = new AtomicBoolean();

	void handle(Throwable error) {
		if (this.warned.compareAndSet(false, true)) {
			logger.warn("Instrumentation failed with " + error.getClass().getName()
					+ "; the application is not affected. Further failures are logged at DEBUG.");
		}
		else if (logger.isDebugEnabled()) {
			logger.debug("Instrumentation failed with " + error.getClass().getName() + " at " + origin(error));
		}
	}

	private static String origin(Throwable error) {
		StackTraceElement[] stackTrace = error.getStackTrace();
		return (stackTrace.length != 0) ? stackTrace[0].toString() : "an unknown place";
	}

}
