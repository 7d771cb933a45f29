package io.github.sentryinsights.scrub;

import java.util.Map;

import io.sentry.SentryLogEvent;
import io.sentry.SentryLogEventAttributeValue;
import io.sentry.SentryMetricsEvent;
import org.jspecify.annotations.Nullable;

/**
 * Scrubs logs and metrics.
 */
final class TelemetryScrubber {

	private static final String PARAMETER = "sentry.message.parameter.";

	private TelemetryScrubber() {
	}

	static SentryLogEvent log(SentryLogEvent event, PayloadWalk walk) {
		String body = event.getBody();
		String scrubbed = walk.scrub(body);
		event.setBody(scrubbed);
		event.setUnknown(walk.values(event.getUnknown()));
		Map<String, SentryLogEventAttributeValue> attributes = event.getAttributes();
		if (attributes != null) {
			event.setAttributes(walk.map(attributes, (key, value, depth) -> {
				boolean lost = value != null && key.startsWith(PARAMETER)
						&& MessageScrubber.isLost(String.valueOf(value.getValue()), body, scrubbed);
				return lost ? new SentryLogEventAttributeValue("string", SensitiveValue.FILTERED)
						: attribute(key, value, depth, walk);
			}));
		}
		return event;
	}

	static SentryMetricsEvent metric(SentryMetricsEvent event, PayloadWalk walk) {
		event.setUnknown(walk.values(event.getUnknown()));
		Map<String, SentryLogEventAttributeValue> attributes = event.getAttributes();
		if (attributes != null) {
			event.setAttributes(walk.map(attributes, (key, value, depth) -> attribute(key, value, depth, walk)));
		}
		return event;
	}

	private static @Nullable SentryLogEventAttributeValue attribute(String key,
			@Nullable SentryLogEventAttributeValue attribute, int depth, PayloadWalk walk) {
		if (attribute == null || (isUserData(key) && walk.keepsUserData())) {
			return attribute;
		}
		Object value = attribute.getValue();
		Object scrubbed = ContextsScrubber.isOfThread(key) ? value : walk.entry(key, value, depth);
		return (scrubbed != value) ? new SentryLogEventAttributeValue(typeOf(scrubbed, attribute), scrubbed)
				: attribute;
	}

	private static boolean isUserData(String key) {
		return "user.email".equals(key) || "user.name".equals(key);
	}

	private static String typeOf(@Nullable Object scrubbed, SentryLogEventAttributeValue attribute) {
		return (scrubbed instanceof String) ? "string" : attribute.getType();
	}

}
