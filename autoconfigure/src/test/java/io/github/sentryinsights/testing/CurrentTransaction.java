package io.github.sentryinsights.testing;

import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.TransactionOptions;

/**
 * Starts what a request would.
 */
public final class CurrentTransaction {

	private CurrentTransaction() {
	}

	/**
	 * Start a transaction that is current on this thread.
	 * @param name the name of the transaction
	 * @return the transaction
	 */
	public static ITransaction start(String name) {
		TransactionOptions options = new TransactionOptions();
		options.setBindToScope(true);
		return Sentry.startTransaction(name, "test", options);
	}

}
