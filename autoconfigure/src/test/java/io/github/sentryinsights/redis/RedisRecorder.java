package io.github.sentryinsights.redis;

import java.util.function.Supplier;

import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.Span;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.RedisConnectionFactory;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs work in a transaction of an application with one connection factory, and checks
 * what arrives against the contract.
 */
final class RedisRecorder implements AfterEachCallback {

	private final SentryReceiver receiver = SentryReceiver.start();

	SentryReceiver receiver() {
		return this.receiver;
	}

	/**
	 * Return an application that shows its keys, of which those that start with
	 * {@code product:} are those of a cache.
	 * @param client the client
	 * @param factory makes the connection factory
	 * @return the application
	 */
	ApplicationContextRunner runner(Client client, Supplier<RedisConnectionFactory> factory) {
		ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
			.withConfiguration(InsightsContextRunner.autoConfigurations(
					"io.github.sentryinsights.redis.LettuceRedisAutoConfiguration",
					"io.github.sentryinsights.redis.JedisRedisAutoConfiguration"))
			.withPropertyValues("sentry.insights.redis.cache-prefixes=product:", "sentry.insights.cache.keys=keep");
		return client.in(runner, factory);
	}

	ReceivedTransaction record(ApplicationContextRunner runner, Work work) {
		runner.run(context -> {
			assertThat(context).hasNotFailed();
			record(context.getBean(RedisConnectionFactory.class), work);
		});
		return received();
	}

	void record(RedisConnectionFactory factory, Work work) throws Exception {
		ITransaction transaction = CurrentTransaction.start("test");
		try {
			work.run(factory);
		}
		finally {
			Awaitility.await().until(() -> transaction.getSpans().stream().allMatch(Span::isFinished));
			transaction.finish();
		}
	}

	ReceivedTransaction received() {
		ReceivedTransaction trace = this.receiver.transaction("test");
		assertThat(trace.spans()).allSatisfy(span -> {
			InsightsContract.verify(span);
			assertThat(span.isFinished()).isTrue();
		});
		return trace;
	}

	@Override
	public void afterEach(ExtensionContext context) {
		Sentry.close();
		this.receiver.close();
	}

	@FunctionalInterface
	interface Work {

		void run(RedisConnectionFactory redis) throws Exception;

	}

}
