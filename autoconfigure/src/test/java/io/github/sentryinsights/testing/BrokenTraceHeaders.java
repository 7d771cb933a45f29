package io.github.sentryinsights.testing;

import java.util.List;

/**
 * Headers of a message that continue no trace, each by another mistake of its sender.
 *
 * @param mistake what is wrong
 * @param trace the value of {@code sentry-trace}
 * @param baggage the value of {@code baggage}
 */
public record BrokenTraceHeaders(String mistake, String trace, String baggage) {

	private static final String TRACE_ID = "0123456789abcdef0123456789abcdef";

	private static final String TRACE = TRACE_ID + "-0123456789abcdef-1";

	private static final String BAGGAGE = "sentry-trace_id=" + TRACE_ID + ",sentry-sampled=true";

	/**
	 * Return one of each kind: malformed, truncated, oversized and duplicated.
	 * @return the headers
	 */
	public static List<BrokenTraceHeaders> all() {
		return List.of(new BrokenTraceHeaders("empty", "", ""),
				new BrokenTraceHeaders("no text", "\u0001\uffff", "\u0001"),
				new BrokenTraceHeaders("another header", "00-" + TRACE, BAGGAGE),
				new BrokenTraceHeaders("no digits", TRACE.replace('0', 'z'), "=,;%zz%"),
				new BrokenTraceHeaders("too many parts", TRACE + "-2-3", BAGGAGE),
				new BrokenTraceHeaders("trace alone", TRACE_ID, BAGGAGE),
				new BrokenTraceHeaders("truncated trace", TRACE.substring(5), BAGGAGE),
				new BrokenTraceHeaders("truncated span", TRACE_ID + "-", BAGGAGE.substring(0, 20)),
				new BrokenTraceHeaders("oversized trace", TRACE + " ".repeat(20_000), BAGGAGE),
				new BrokenTraceHeaders("oversized baggage", "?", "a=" + "b".repeat(20_000)),
				new BrokenTraceHeaders("duplicated", TRACE + "," + TRACE, BAGGAGE + "," + BAGGAGE));
	}

	/**
	 * Return whether a trace is the one that the headers failed to tell.
	 * @param traceId the identity of the trace
	 */
	public static boolean isContinued(String traceId) {
		return traceId.equals(TRACE_ID);
	}

}
