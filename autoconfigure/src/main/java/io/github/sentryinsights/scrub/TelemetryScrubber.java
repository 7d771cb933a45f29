package io.github.sentryinsights.scrub;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.sentry.SentryLogEvent;
import io.sentry.SentryLogEventAttributeValue;
import io.sentry.SentryMetricsEvent;
import org.jspecify.annotations.Nullable;

/**
 * Scrubs logs and metrics.
 */
final class TelemetryScrubber {

	private static final String PARAMETER = "sentry.message.parameter.";

	/**
	 * Attributes that the SDK sets and that Sentry finds the log or metric by.
	 */
	private static final Set<String> OF_SDK = Set.of("sentry.environment", "sentry.release", "sentry.origin",
			"sentry.sdk.name", "sentry.sdk.version", "sentry.trace.parent_span_id", "sentry.replay_id", "user.id");

	private static final SentryLogEventAttributeValue WITHHELD = new SentryLogEventAttributeValue("string",
			SensitiveValue.FILTERED);

	private TelemetryScrubber() {
	}

	static SentryLogEvent log(SentryLogEvent event, PayloadWalk walk) {
		int mark = walk.enter("log");
		String body = event.getBody();
		String scrubbed = walk.scrub("body", body);
		event.setBody(scrubbed);
		event.setUnknown(walk.values("unknown", event.getUnknown()));
		Map<String, SentryLogEventAttributeValue> attributes = event.getAttributes();
		if (attributes != null) {
			String shown = walk.isDryRun() ? walk.probe(body) : scrubbed;
			event.setAttributes(walk.map("attributes", attributes, (key, value, depth) -> {
				if (value != null && key.startsWith(PARAMETER)
						&& MessageScrubber.isLost(String.valueOf(value.getValue()), body, shown)) {
					return walk.replaced(Rule.KEY, value, WITHHELD);
				}
				return attribute(key, value, depth, walk);
			}, WITHHELD));
		}
		walk.leave(mark);
		return event;
	}

	static SentryMetricsEvent metric(SentryMetricsEvent event, PayloadWalk walk) {
		int mark = walk.enter("metric");
		event.setName(walk.scrub("name", event.getName()));
		event.setUnknown(walk.values("unknown", event.getUnknown()));
		Map<String, SentryLogEventAttributeValue> attributes = event.getAttributes();
		if (attributes != null) {
			event.setAttributes(walk.map("attributes", attributes,
					(key, value, depth) -> attribute(key, value, depth, walk), WITHHELD));
		}
		walk.leave(mark);
		return event;
	}

	/**
	 * Take all out of a log that could not be scrubbed but what tells where it came from.
	 * @param event the log
	 * @return the log
	 */
	static SentryLogEvent withhold(SentryLogEvent event) {
		event.setBody(SensitiveValue.FILTERED);
		event.setUnknown(null);
		event.setAttributes(ofSdk(event.getAttributes()));
		return event;
	}

	/**
	 * Take all out of a metric that could not be scrubbed but its name, its value and
	 * what tells where it came from.
	 * @param event the metric
	 * @return the metric
	 */
	static SentryMetricsEvent withhold(SentryMetricsEvent event) {
		event.setUnknown(null);
		event.setAttributes(ofSdk(event.getAttributes()));
		return event;
	}

	private static Map<String, SentryLogEventAttributeValue> ofSdk(
			@Nullable Map<String, SentryLogEventAttributeValue> attributes) {
		Map<String, SentryLogEventAttributeValue> kept = new LinkedHashMap<>();
		for (String key : OF_SDK) {
			SentryLogEventAttributeValue value = (attributes != null) ? attributes.get(key) : null;
			if (value != null) {
				kept.put(key, value);
			}
		}
		return kept;
	}

	private static @Nullable SentryLogEventAttributeValue attribute(String key,
			@Nullable SentryLogEventAttributeValue attribute, int depth, PayloadWalk walk) {
		if (attribute == null || OF_SDK.contains(key) || (isUserData(key) && walk.keepsUserData())) {
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
