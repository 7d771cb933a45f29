package io.github.sentryinsights.sentry;

import java.util.List;

import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.IScope;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SpanContext;
import io.sentry.internal.eventprocessor.EventProcessorAndOrder;
import io.sentry.protocol.SentryTransaction;
import org.jspecify.annotations.Nullable;

/**
 * Adds the leaves to their transaction before any other event processor sees it, and
 * tells an error which leaf it happened in.
 * <p>
 * In the global scope, as that one is asked first, for every client, and outlives a new
 * start of the SDK. One for all, without any state: a transaction may end after the
 * application context in which it began.
 */
final class LeafCapture implements EventProcessor {

	private static final LeafCapture INSTANCE = new LeafCapture();

	private LeafCapture() {
	}

	/**
	 * Make sure that the leaves of transactions that end from now on are captured.
	 * @param scope the global scope
	 */
	static void register(IScope scope) {
		if (isRegistered(scope)) {
			return;
		}
		synchronized (INSTANCE) {
			if (!isRegistered(scope)) {
				scope.addEventProcessor(INSTANCE);
			}
		}
	}

	private static boolean isRegistered(IScope scope) {
		List<EventProcessorAndOrder> processors = scope.getEventProcessorsWithOrder();
		for (int i = 0; i < processors.size(); i++) {
			if (processors.get(i).getEventProcessor() == INSTANCE) {
				return true;
			}
		}
		return false;
	}

	@Override
	public SentryTransaction process(SentryTransaction transaction, Hint hint) {
		process(transaction);
		return transaction;
	}

	static void process(SentryTransaction transaction) {
		SpanContext trace = transaction.getContexts().getTrace();
		if (trace != null && trace.getData().get(LeafSpans.KEY) instanceof LeafBuffer buffer) {
			trace.getData().remove(LeafSpans.KEY);
			buffer.moveTo(transaction);
		}
	}

	@Override
	public SentryEvent process(SentryEvent event, Hint hint) {
		SpanContext trace = event.getContexts().getTrace();
		ITransaction transaction = Sentry.getCurrentScopes(false).getTransaction();
		LeafBuffer buffer = (transaction != null) ? LeafSpans.existing(transaction) : null;
		if (trace != null && buffer != null) {
			LeafOperation leaf = buffer.current(Thread.currentThread().getId(), trace.getSpanId());
			if (leaf != null) {
				event.getContexts().setTrace(buffer.context(leaf));
			}
		}
		return event;
	}

	@Override
	public @Nullable Long getOrder() {
		return Long.MIN_VALUE;
	}

}
