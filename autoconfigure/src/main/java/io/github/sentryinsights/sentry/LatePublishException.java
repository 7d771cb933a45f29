package io.github.sentryinsights.sentry;

/**
 * Says of a message that it could not be sent, in a report of its own. The cause may be
 * one that the broker's client throws again and again, which the SDK would take for the
 * same failure.
 */
final class LatePublishException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	LatePublishException(Throwable cause) {
		super("A message could not be sent, after the transaction that it belongs to had ended", cause, false, false);
	}

}
