package io.github.sentryinsights.cache;

import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SpanStatus;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs work in a transaction of an application with caches, and checks what arrives
 * against the contract.
 */
final class CacheRecorder implements AutoCloseable {

	private final SentryReceiver receiver = SentryReceiver.start();

	ApplicationContextRunner runner() {
		return InsightsContextRunner.sendingTo(this.receiver)
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.cache.SpringCacheAutoConfiguration"));
	}

	ReceivedTransaction record(ApplicationContextRunner runner, Work work) {
		runner.run(context -> {
			assertThat(context).hasNotFailed();
			record(context, work);
		});
		return received();
	}

	void record(ApplicationContext context, Work work) throws Exception {
		ITransaction transaction = CurrentTransaction.start("test");
		work.run(context);
		transaction.finish(SpanStatus.OK);
	}

	ReceivedTransaction received() {
		ReceivedTransaction transaction = this.receiver.transaction("test");
		transaction.spans().forEach(InsightsContract::verify);
		return transaction;
	}

	/**
	 * Forget what has arrived, to record something else.
	 */
	void clear() {
		this.receiver.clear();
	}

	@Override
	public void close() {
		Sentry.close();
		this.receiver.close();
	}

	@FunctionalInterface
	interface Work {

		void run(ApplicationContext context) throws Exception;

	}

}
