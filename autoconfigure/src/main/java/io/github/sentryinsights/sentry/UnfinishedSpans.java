package io.github.sentryinsights.sentry;

import java.util.List;

import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.SpanStatus;
import io.sentry.protocol.SentrySpan;
import io.sentry.protocol.SentryTransaction;

/**
 * Ends, with its transaction, what is still under way when the transaction is captured.
 * <p>
 * The acknowledgement of a message often comes after the request has returned; without an
 * end Sentry would show the span as a failure.
 */
final class UnfinishedSpans implements EventProcessor {

	@Override
	public SentryTransaction process(SentryTransaction transaction, Hint hint) {
		Double end = transaction.getTimestamp();
		List<SentrySpan> spans = transaction.getSpans();
		if (end == null) {
			return transaction;
		}
		for (int i = 0; i < spans.size(); i++) {
			SentrySpan span = spans.get(i);
			if (span.getTimestamp() == null && span.getOrigin() != null && span.getOrigin().contains(".insights")) {
				spans.set(i, endedAt(span, Math.max(end, span.getStartTimestamp())));
			}
		}
		return transaction;
	}

	private static SentrySpan endedAt(SentrySpan span, double end) {
		SpanStatus status = (span.getStatus() != null) ? span.getStatus() : SpanStatus.OK;
		return new SentrySpan(span.getStartTimestamp(), end, span.getTraceId(), span.getSpanId(),
				span.getParentSpanId(), span.getOp(), span.getDescription(), status, span.getOrigin(), span.getTags(),
				span.getMeasurements(), span.getData());
	}

}
