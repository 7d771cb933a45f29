package io.github.sentryinsights.sentry;

import java.util.List;

import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.IScope;
import io.sentry.IScopes;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryOptions;
import io.sentry.SpanContext;
import io.sentry.internal.eventprocessor.EventProcessorAndOrder;
import io.sentry.protocol.SentryTransaction;
import org.jspecify.annotations.Nullable;

/**
 * Adds the leaves to their transaction before any other event processor sees it, and
 * tells an error which leaf it happened in.
 * <p>
 * In the global scope, as that one is asked first, for every client, and outlives a new
 * start of the SDK; and in the options, in case somebody clears that scope. One for all,
 * without any state: a transaction may end after the application context in which it
 * began.
 */
final class LeafCapture implements EventProcessor {

	private static final LeafCapture INSTANCE = new LeafCapture();

	private LeafCapture() {
	}

	/**
	 * Make sure that the leaves of transactions that end from now on are captured.
	 * @param scopes the scopes of the transaction
	 */
	static void register(IScopes scopes) {
		IScope scope = scopes.getGlobalScope();
		SentryOptions options = scopes.getOptions();
		if (isRegistered(scope) && options.getEventProcessors().contains(INSTANCE)) {
			return;
		}
		synchronized (INSTANCE) {
			if (!isRegistered(scope)) {
				scope.addEventProcessor(INSTANCE);
			}
			if (!options.getEventProcessors().contains(INSTANCE)) {
				options.addEventProcessor(INSTANCE);
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
			CapturedLeaves.add(buffer, transaction);
		}
	}

	@Override
	public SentryEvent process(SentryEvent event, Hint hint) {
		IScopes scopes = Sentry.getCurrentScopes(false);
		ITransaction transaction = CurrentSpan.sampledTransaction(scopes);
		LeafBuffer buffer = (transaction != null) ? LeafSpans.existing(transaction) : null;
		if (transaction != null && buffer != null && isOfCurrentSpan(event, scopes)) {
			ISpan parent = CurrentSpan.parent(CurrentSpan.active(scopes.getScope()), transaction);
			LeafOperation leaf = buffer.current(parent.getSpanContext().getSpanId());
			if (leaf != null) {
				event.getContexts().setTrace(buffer.context(leaf));
			}
		}
		return event;
	}

	/**
	 * Whether the SDK took the span of the event from the scope, as it does when no
	 * exception leads to another one.
	 */
	private static boolean isOfCurrentSpan(SentryEvent event, IScopes scopes) {
		SpanContext trace = event.getContexts().getTrace();
		ISpan span = scopes.getSpan();
		return trace != null && span != null && trace.getSpanId().equals(span.getSpanContext().getSpanId());
	}

	@Override
	public @Nullable Long getOrder() {
		return Long.MIN_VALUE;
	}

}
