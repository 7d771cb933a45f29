package io.github.sentryinsights.sentry;

import java.util.Map;

import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.NoOpScopes;
import io.sentry.Sentry;
import io.sentry.SentryTracer;
import io.sentry.SpanContext;
import io.sentry.SpanDataConvention;
import io.sentry.SpanId;
import io.sentry.SpanStatus;
import io.sentry.TracesSamplingDecision;
import io.sentry.TransactionContext;
import io.sentry.protocol.SentrySpan;
import io.sentry.protocol.SentryTransaction;

import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.convention.Outcome;

/**
 * Finds out whether the SDK at hand does all that leaves rely on, by recording one in a
 * transaction that is never sent.
 */
final class LeafProbe {

	private LeafProbe() {
	}

	/**
	 * Record a leaf.
	 * @return whether it came out as the span it should be
	 * @throws LinkageError if the SDK lacks something
	 */
	static boolean succeeds() {
		// The SDK would give a thread without scopes some of its own for good.
		ISentryLifecycleToken token = Sentry.forkedRootScopes("insights").makeCurrent();
		try {
			return record(NoOpScopes.getInstance());
		}
		finally {
			token.close();
		}
	}

	private static boolean record(IScopes scopes) {
		SentryTracer transaction = new SentryTracer(
				new TransactionContext("probe", "probe", new TracesSamplingDecision(true)), scopes);
		LeafBuffer buffer = new LeafBuffer(transaction, scopes, null, new EpochClock(), new LateFailures());
		transaction.getData().put(LeafSpans.KEY, buffer);
		SpanId root = transaction.getSpanContext().getSpanId();
		LeafOperation leaf = buffer.start(FunctionConvention.reported(null, "probe"), root);
		if (leaf == null) {
			return false;
		}
		buffer.link(leaf, new IllegalStateException("probe"));
		SpanContext current = buffer.context(leaf);
		leaf.finish(Outcome.SUCCESS, System.nanoTime());
		SentryTransaction captured = new SentryTransaction(transaction);
		LeafCapture.process(captured);
		SpanContext trace = captured.getContexts().getTrace();
		return current.getSpanId().equals(leaf.spanId()) && captured.getSpans().size() == 1
				&& isSame(captured.getSpans().get(0), leaf, root) && trace != null
				&& !trace.getData().containsKey(LeafSpans.KEY);
	}

	private static boolean isSame(SentrySpan span, LeafOperation leaf, SpanId root) {
		Map<String, Object> data = span.getData();
		return span.getSpanId().equals(leaf.spanId()) && root.equals(span.getParentSpanId())
				&& span.getOp().equals(leaf.target().operation()) && leaf.description().equals(span.getDescription())
				&& leaf.target().origin().equals(span.getOrigin()) && span.getStatus() == SpanStatus.OK
				&& span.getTimestamp() != null && span.getTimestamp() >= span.getStartTimestamp() && data != null
				&& data.containsKey(SpanDataConvention.THREAD_ID);
	}

}
