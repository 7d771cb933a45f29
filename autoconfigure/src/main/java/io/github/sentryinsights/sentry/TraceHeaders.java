package io.github.sentryinsights.sentry;

import java.lang.ref.WeakReference;
import java.util.function.BiConsumer;

import io.sentry.Baggage;
import io.sentry.BaggageHeader;
import io.sentry.IScopes;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.PropagationContext;
import io.sentry.SentryTraceHeader;
import io.sentry.SpanId;
import io.sentry.protocol.SentryId;
import io.sentry.util.TracingUtils;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.Recent;
import io.github.sentryinsights.convention.QueueConvention;

/**
 * Writes the headers that continue a trace, encoding what many messages share only once.
 * <p>
 * The baggage no longer changes once it has been sent, and takes the SDK some 9 kB to
 * encode. Keeps no transaction alive. Safe for use by several threads.
 */
final class TraceHeaders {

	private final Recent<Encoded<Baggage>> baggages = new Recent<>();

	private final Recent<Encoded<Object>> traces = new Recent<>();

	private final RootTrace root = new RootTrace();

	/**
	 * Write the headers that continue the trace from a leaf.
	 * @param leaf the leaf
	 * @param headers receives the name and the value of each header
	 */
	void write(LeafOperation leaf, BiConsumer<String, String> headers) {
		ISpan transaction = leaf.buffer().transaction();
		headers.accept(QueueConvention.TRACE_HEADER, text(leaf.buffer().traceId(), leaf.spanId(), true));
		writeBaggage(transaction, headers);
	}

	/**
	 * Write the headers that continue the trace from a span.
	 * @param span the span
	 * @param transaction the transaction that is current
	 * @param headers receives the name and the value of each header
	 */
	void write(ISpan span, @Nullable ITransaction transaction, BiConsumer<String, String> headers) {
		headers.accept(QueueConvention.TRACE_HEADER, text(span.toSentryTrace()));
		writeBaggage(bearer(span, transaction), headers);
	}

	/**
	 * Write the headers that continue the trace from a span under which many messages may
	 * be sent.
	 * @param span the span
	 * @param transaction the transaction that is current
	 * @param headers receives the name and the value of each header
	 */
	void writeAgain(ISpan span, @Nullable ITransaction transaction, BiConsumer<String, String> headers) {
		String trace = find(this.traces, span);
		headers.accept(QueueConvention.TRACE_HEADER,
				(trace != null) ? trace : keep(this.traces, span, text(span.toSentryTrace())));
		writeBaggage(bearer(span, transaction), headers);
	}

	/**
	 * Of the spans of a transaction only the root knows the baggage.
	 */
	private static ISpan bearer(ISpan span, @Nullable ITransaction transaction) {
		return (transaction != null
				&& transaction.getSpanContext().getTraceId().equals(span.getSpanContext().getTraceId())) ? transaction
						: span;
	}

	/**
	 * Write the headers that continue the trace that scopes without a span are in. All
	 * threads without scopes of their own share one trace and one random number that
	 * decides what is sampled, for as long as the process lives, so there each message
	 * begins a trace.
	 * @param scopes the scopes
	 * @param headers receives the name and the value of each header
	 */
	void write(IScopes scopes, BiConsumer<String, String> headers) {
		PropagationContext[] found = new PropagationContext[1];
		scopes.configureScope(scope -> found[0] = TracingUtils.maybeUpdateBaggage(scope, scopes.getOptions()));
		PropagationContext context = found[0];
		String baggage = find(this.baggages, context.getBaggage());
		if (baggage == null) {
			String text = BaggageText.of(context.getBaggage());
			baggage = keep(this.baggages, context.getBaggage(), (text != null) ? text
					: value(BaggageHeader.fromBaggageAndOutgoingHeader(context.getBaggage(), null)));
		}
		if (this.root.isOf(scopes, context)) {
			SentryId traceId = new SentryId();
			headers.accept(QueueConvention.TRACE_HEADER, text(traceId, new SpanId(), null));
			headers.accept(QueueConvention.BAGGAGE_HEADER, BaggageMembers.ofNewTrace(baggage, traceId.toString()));
			return;
		}
		SpanId spanId = context.getSpanId();
		String trace = find(this.traces, spanId);
		headers.accept(QueueConvention.TRACE_HEADER, (trace != null) ? trace
				: keep(this.traces, spanId, text(context.getTraceId(), spanId, context.isSampled())));
		if (!baggage.isEmpty()) {
			headers.accept(QueueConvention.BAGGAGE_HEADER, baggage);
		}
	}

	private void writeBaggage(ISpan span, BiConsumer<String, String> headers) {
		Baggage baggage = span.getSpanContext().getBaggage();
		String value = (baggage != null) ? find(this.baggages, baggage) : null;
		if (value == null) {
			value = encode(span, baggage);
		}
		if (!value.isEmpty()) {
			headers.accept(QueueConvention.BAGGAGE_HEADER, value);
		}
	}

	/**
	 * The trace context of a transaction is made when it ends anyway, and freezes the
	 * baggage as the header does.
	 */
	private String encode(ISpan span, @Nullable Baggage baggage) {
		String value = null;
		if (baggage != null && span.traceContext() != null && !baggage.isMutable()) {
			value = BaggageText.of(baggage);
		}
		if (value == null) {
			value = value(span.toBaggageHeader(null));
		}
		if (baggage != null && !baggage.isMutable()) {
			keep(this.baggages, baggage, value);
		}
		return value;
	}

	private static String value(@Nullable BaggageHeader header) {
		return (header != null) ? header.getValue() : "";
	}

	private static String text(SentryTraceHeader trace) {
		return text(trace.getTraceId(), trace.getSpanId(), trace.isSampled());
	}

	/**
	 * As the SDK writes it, by a format that costs ten times as much.
	 */
	private static String text(SentryId traceId, SpanId spanId, @Nullable Boolean sampled) {
		return traceId + "-" + spanId + ((sampled == null) ? "" : sampled ? "-1" : "-0");
	}

	private static <S> @Nullable String find(Recent<Encoded<S>> recent, S subject) {
		Encoded<S> encoded = recent.get();
		return (encoded != null && encoded.subject().refersTo(subject)) ? encoded.text() : null;
	}

	private static <S> String keep(Recent<Encoded<S>> recent, S subject, String text) {
		recent.keep(new Encoded<>(new WeakReference<>(subject), text));
		return text;
	}

	/**
	 * A text, and what it is made of as long as anybody else keeps that.
	 */
	private record Encoded<S>(WeakReference<S> subject, String text) {
	}

}
