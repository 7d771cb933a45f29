package io.github.sentryinsights.sentry;

import java.lang.ref.WeakReference;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.sentry.Baggage;
import io.sentry.BaggageHeader;
import io.sentry.IScopes;
import io.sentry.ISpan;
import io.sentry.PropagationContext;
import io.sentry.SentryTraceHeader;
import io.sentry.SpanId;
import io.sentry.protocol.SentryId;
import io.sentry.util.TracingUtils;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.QueueConvention;

/**
 * Writes the headers that continue a trace, encoding what many messages share only once.
 * <p>
 * The baggage no longer changes once it has been sent, and takes the SDK some 9 kB to
 * encode. Keeps no transaction alive. Safe for use by several threads.
 */
final class TraceHeaders {

	private final Recent<Baggage> baggages = new Recent<>();

	private final Recent<Object> traces = new Recent<>();

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
	 * @param headers receives the name and the value of each header
	 */
	void write(ISpan span, BiConsumer<String, String> headers) {
		headers.accept(QueueConvention.TRACE_HEADER, text(span.toSentryTrace()));
		writeBaggage(span, headers);
	}

	/**
	 * Write the headers that continue the trace from a span under which many messages may
	 * be sent.
	 * @param span the span
	 * @param headers receives the name and the value of each header
	 */
	void writeAgain(ISpan span, BiConsumer<String, String> headers) {
		headers.accept(QueueConvention.TRACE_HEADER,
				this.traces.get(span, subject -> text(((ISpan) subject).toSentryTrace())));
		writeBaggage(span, headers);
	}

	/**
	 * Write the headers that continue the trace that scopes without a span are in.
	 * @param scopes the scopes
	 * @param headers receives the name and the value of each header
	 */
	void write(IScopes scopes, BiConsumer<String, String> headers) {
		PropagationContext[] found = new PropagationContext[1];
		scopes.configureScope(scope -> found[0] = TracingUtils.maybeUpdateBaggage(scope, scopes.getOptions()));
		PropagationContext context = found[0];
		SpanId spanId = context.getSpanId();
		headers.accept(QueueConvention.TRACE_HEADER,
				this.traces.get(spanId, subject -> text(context.getTraceId(), (SpanId) subject, context.isSampled())));
		String baggage = this.baggages.get(context.getBaggage(),
				subject -> value(BaggageHeader.fromBaggageAndOutgoingHeader(subject, null)));
		if (!baggage.isEmpty()) {
			headers.accept(QueueConvention.BAGGAGE_HEADER, baggage);
		}
	}

	private void writeBaggage(ISpan span, BiConsumer<String, String> headers) {
		Baggage baggage = span.getSpanContext().getBaggage();
		String value = (baggage == null || baggage.isMutable()) ? value(span.toBaggageHeader(null))
				: this.baggages.get(baggage, subject -> value(span.toBaggageHeader(null)));
		if (!value.isEmpty()) {
			headers.accept(QueueConvention.BAGGAGE_HEADER, value);
		}
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

	/**
	 * The texts that each thread had last, without any order between threads, as one that
	 * sees an old text here only encodes it once more.
	 *
	 * @param <S> the type of what texts are made of
	 */
	private static final class Recent<S> {

		/** A power of two. */
		private static final int THREADS = 256;

		@SuppressWarnings({ "unchecked", "rawtypes" })
		private final @Nullable Encoded<S>[] recent = new Encoded[THREADS];

		String get(S subject, Function<S, String> encode) {
			int place = (int) Thread.currentThread().getId() & (THREADS - 1);
			Encoded<S> recent = this.recent[place];
			if (recent != null && recent.subject().refersTo(subject)) {
				return recent.text();
			}
			String text = encode.apply(subject);
			this.recent[place] = new Encoded<>(new WeakReference<>(subject), text);
			return text;
		}

	}

	/**
	 * A text, and what it is made of as long as anybody else keeps that.
	 */
	private record Encoded<S>(WeakReference<S> subject, String text) {
	}

}
