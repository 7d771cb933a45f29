package io.github.sentryinsights.sentry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.sentry.IScopes;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.SentryEvent;

import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.convention.OperationTarget;

/**
 * Reports, as events, messages that could not be sent after the transaction had ended
 * that they belong to: their spans have gone out without an error, and the request has
 * returned, so that often nobody else would.
 * <p>
 * One a minute for each destination, as a broker that is gone fails thousands at once.
 * All of them are counted. Safe for use by several threads.
 */
final class LateFailures {

	private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

	private static final int MAX_DESTINATIONS = 1000;

	private final Map<String, Long> reported = new ConcurrentHashMap<>();

	/**
	 * Report a failure, if it is a late one.
	 * @param target the target of the operation that failed
	 * @param error what it failed with
	 * @param transaction the transaction that it belongs to
	 * @param span the span of the operation
	 * @param scopes the scopes of the transaction
	 */
	void report(OperationTarget target, Throwable error, ITransaction transaction, ISpan span, IScopes scopes) {
		if (target.kind() == OperationKind.QUEUE_PUBLISH && transaction.isFinished() && isDue(target.name())) {
			SentryEvent event = new SentryEvent(new LatePublishException(error));
			event.getContexts().setTrace(span.getSpanContext());
			event.setTransaction(transaction.getName());
			scopes.captureEvent(event);
		}
	}

	private boolean isDue(String destination) {
		long now = System.nanoTime();
		boolean[] due = new boolean[1];
		if (this.reported.size() >= MAX_DESTINATIONS) {
			this.reported.clear();
		}
		this.reported.compute(destination, (key, last) -> {
			due[0] = last == null || now - last >= INTERVAL_NANOS;
			return due[0] ? now : last;
		});
		return due[0];
	}

}
