package io.github.sentryinsights.sentry;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import io.sentry.IScopes;
import io.sentry.SpanId;
import io.sentry.TransactionContext;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.QueueConvention;

/**
 * The headers of a trace that is to be continued, as they came.
 *
 * @param trace the header with the identities, or {@code null} without one
 * @param baggage the header with the baggage, or {@code null} without one
 */
record ReceivedTrace(@Nullable String trace, @Nullable String baggage) {

	private static final String ORGANIZATION = "sentry-org_id";

	/** Where the identity of the trace ends. */
	private static final int TRACE_ID_END = 32;

	/** Where the identity of the span ends. */
	private static final int SPAN_ID_END = TRACE_ID_END + 1 + 16;

	/** Where the decision stands. */
	private static final int DECISION = SPAN_ID_END + 1;

	/**
	 * Read the headers of a trace.
	 * @param headers looks up the headers
	 * @return the trace
	 */
	static ReceivedTrace of(Function<String, @Nullable String> headers) {
		String trace = headers.apply(QueueConvention.TRACE_HEADER);
		return new ReceivedTrace(trace, (trace != null) ? headers.apply(QueueConvention.BAGGAGE_HEADER) : null);
	}

	/**
	 * Return whether the sender has decided not to sample the trace.
	 * @return {@code false} as well for a header that is not as the SDK writes it
	 */
	boolean isUnsampled() {
		String trace = this.trace;
		return trace != null && isDecided(trace) && trace.charAt(DECISION) == '0';
	}

	/**
	 * Return whether a header tells a decision and is just as the SDK writes it.
	 */
	private static boolean isDecided(String trace) {
		return trace.length() == DECISION + 1 && isHex(trace, 0, TRACE_ID_END) && trace.charAt(TRACE_ID_END) == '-'
				&& isHex(trace, TRACE_ID_END + 1, SPAN_ID_END) && trace.charAt(SPAN_ID_END) == '-';
	}

	private static boolean isHex(String text, int start, int end) {
		for (int i = start; i < end; i++) {
			char c = text.charAt(i);
			if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Return whether the trace, its baggage and the decision about it are those of
	 * another message, so that only the span that sent it may differ.
	 * @param other the trace of the other message
	 * @return {@code false} as well for headers that are not as the SDK writes them
	 */
	boolean isThatOf(ReceivedTrace other) {
		String trace = this.trace;
		String baggage = this.baggage;
		return trace != null && other.trace != null && baggage != null && baggage.equals(other.baggage)
				&& isDecided(trace) && isDecided(other.trace) && trace.regionMatches(0, other.trace, 0, TRACE_ID_END)
				&& trace.charAt(DECISION) == other.trace.charAt(DECISION);
	}

	/**
	 * Return the span that sent the message, of a header that is as the SDK writes it.
	 * @return the span
	 */
	SpanId parentSpanId() {
		return new SpanId(Objects.requireNonNull(this.trace).substring(TRACE_ID_END + 1, SPAN_ID_END));
	}

	/**
	 * Return what of the baggage tells the organization in Sentry.
	 * @return the member of the baggage as it came, an empty text without one, or the
	 * whole baggage when it is not clear which one that is
	 */
	String organization() {
		String baggage = this.baggage;
		int start = (baggage != null) ? baggage.indexOf(ORGANIZATION) : -1;
		if (baggage == null || start == -1) {
			return "";
		}
		if (baggage.lastIndexOf(ORGANIZATION) != start
				|| (start > 0 && ", ".indexOf(baggage.charAt(start - 1)) == -1)) {
			return baggage;
		}
		int end = baggage.indexOf(',', start);
		return (end != -1) ? baggage.substring(start, end) : baggage.substring(start);
	}

	/**
	 * Let the SDK continue the trace in scopes, or begin one there when this is none.
	 * @param scopes the scopes, which nobody else uses
	 * @return the context of a transaction, or {@code null} while tracing is off
	 */
	@Nullable TransactionContext continueIn(IScopes scopes) {
		return scopes.continueTrace(this.trace, (this.baggage != null) ? List.of(this.baggage) : null);
	}

}
