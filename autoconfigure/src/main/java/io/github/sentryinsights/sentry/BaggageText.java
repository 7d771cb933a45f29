package io.github.sentryinsights.sentry;

import java.util.List;
import java.util.Map;

import io.sentry.Baggage;
import io.sentry.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a baggage as the SDK does, which compiles a regular expression for each key and
 * each value of it. Whatever is out of the ordinary is left to the SDK.
 */
final class BaggageText {

	private static final String SAMPLE_RAND = "sentry-sample_rand";

	private static final String SAMPLE_RATE = "sentry-sample_rate";

	/** In the order in which the SDK writes them. */
	private static final List<String> KEYS = List.of("sentry-environment", "sentry-org_id", "sentry-public_key",
			"sentry-release", "sentry-replay_id", SAMPLE_RAND, SAMPLE_RATE, "sentry-sampled", "sentry-trace_id",
			"sentry-transaction", "sentry-user_id");

	private static final int MAX_LENGTH = 4096;

	private static final String UNRESERVED = ".-*_";

	private BaggageText() {
	}

	/**
	 * Return a baggage that nothing changes any more as the value of its header.
	 * @param baggage the baggage
	 * @return the value, or {@code null} when it is to be left to the SDK
	 */
	static @Nullable String of(Baggage baggage) {
		TraceContext context = KEYS.containsAll(Baggage.DSCKeys.ALL) ? baggage.toTraceContext() : null;
		Map<String, Object> unknown = (context != null) ? context.getUnknown() : null;
		if (context == null || (unknown != null && !unknown.isEmpty())) {
			return null;
		}
		StringBuilder text = new StringBuilder(320);
		for (int i = 0; i < KEYS.size(); i++) {
			String key = KEYS.get(i);
			String value = switch (key) {
				case SAMPLE_RAND -> context.getSampleRand();
				case SAMPLE_RATE -> context.getSampleRate();
				default -> baggage.get(key);
			};
			if (value != null && !append(text, key, value)) {
				return null;
			}
		}
		return text.toString();
	}

	private static boolean append(StringBuilder text, String key, String value) {
		if (!text.isEmpty()) {
			text.append(',');
		}
		text.append(key).append('=');
		for (int i = 0; i < value.length(); i++) {
			char character = value.charAt(i);
			if (character > '~') {
				return false;
			}
			if (isUnreserved(character)) {
				text.append(character);
			}
			else {
				text.append('%').append(digit(character >> 4)).append(digit(character & 0xF));
			}
		}
		return text.length() <= MAX_LENGTH;
	}

	private static boolean isUnreserved(char character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
				|| (character >= '0' && character <= '9') || UNRESERVED.indexOf(character) >= 0;
	}

	private static char digit(int value) {
		return Character.toUpperCase(Character.forDigit(value, 16));
	}

}
