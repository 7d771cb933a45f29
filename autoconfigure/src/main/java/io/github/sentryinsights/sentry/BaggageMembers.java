package io.github.sentryinsights.sentry;

import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The members of a baggage header that Sentry's SDKs read.
 */
final class BaggageMembers {

	private static final String TRACE_ID = "sentry-trace_id=";

	private static final String SAMPLE_RAND = "sentry-sample_rand=";

	private BaggageMembers() {
	}

	/**
	 * Return a baggage for a trace that begins, whose receivers decide by a random number
	 * of its own whether it is sampled.
	 * @param baggage the baggage of another trace of this process
	 * @param traceId the identity of the trace
	 * @return the baggage
	 */
	static String ofNewTrace(String baggage, String traceId) {
		double random = ThreadLocalRandom.current().nextInt(1_000_000) / 1e6;
		return with(with(baggage, TRACE_ID, traceId), SAMPLE_RAND, String.format(Locale.ROOT, "%.6f", random));
	}

	private static String with(String baggage, String member, String value) {
		int start = baggage.indexOf(member);
		if (start == -1) {
			return baggage;
		}
		int from = start + member.length();
		int end = baggage.indexOf(',', from);
		return baggage.substring(0, from) + value + ((end != -1) ? baggage.substring(end) : "");
	}

}
