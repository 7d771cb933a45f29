package io.github.sentryinsights.redis;

import io.sentry.IScopes;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.TransactionOptions;
import reactor.core.publisher.Mono;

/**
 * A transaction that the context of Reactor has, and no thread.
 */
final class ContextTransaction {

	private ContextTransaction() {
	}

	/**
	 * Put a transaction around work.
	 * @param <T> the type of the result
	 * @param name the name of the transaction
	 * @param work the work
	 * @return the work, which starts the transaction when it is subscribed to
	 */
	static <T> Mono<T> around(String name, Mono<T> work) {
		return Mono.defer(() -> {
			IScopes scopes = Sentry.forkedRootScopes("test");
			TransactionOptions options = new TransactionOptions();
			options.setBindToScope(true);
			ITransaction transaction = scopes.startTransaction(name, "test", options);
			return work.contextWrite(reactor -> reactor.put("sentry-scopes", scopes))
				.doOnTerminate(transaction::finish);
		});
	}

}
