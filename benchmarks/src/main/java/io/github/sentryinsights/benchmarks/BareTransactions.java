package io.github.sentryinsights.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SpanStatus;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;

import io.github.sentryinsights.convention.OperationKind;
import io.github.sentryinsights.convention.QueueConvention;

/**
 * The least that can be done for a record: a transaction of the SDK without any data, in
 * scopes of its own, which continues the trace when that is sampled.
 */
final class BareTransactions {

	private BareTransactions() {
	}

	/**
	 * Handle a record.
	 * @param record the record
	 * @param listener handles the record
	 */
	static void process(ConsumerRecord<String, String> record, Runnable listener) {
		String trace = text(record, QueueConvention.TRACE_HEADER);
		if (!trace.endsWith("-1")) {
			listener.run();
			return;
		}
		IScopes scopes = Sentry.forkedRootScopes("listener");
		ISentryLifecycleToken token = scopes.makeCurrent();
		TransactionContext context = scopes.continueTrace(trace, List.of(text(record, QueueConvention.BAGGAGE_HEADER)));
		if (context == null) {
			throw new IllegalStateException("The trace of the record should go on");
		}
		context.setName(record.topic());
		context.setOperation(OperationKind.QUEUE_PROCESS.operation());
		TransactionOptions options = new TransactionOptions();
		options.setBindToScope(true);
		ITransaction transaction = scopes.startTransaction(context, options);
		listener.run();
		transaction.finish(SpanStatus.OK);
		token.close();
	}

	private static String text(ConsumerRecord<String, String> record, String header) {
		return new String(record.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
	}

}
