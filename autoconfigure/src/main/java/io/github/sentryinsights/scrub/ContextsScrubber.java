package io.github.sentryinsights.scrub;

import java.util.Map;

import io.sentry.JsonSerializable;
import io.sentry.JsonUnknown;
import io.sentry.SpanContext;
import io.sentry.protocol.Contexts;
import io.sentry.protocol.Feedback;
import io.sentry.protocol.Response;
import org.jspecify.annotations.Nullable;

/**
 * Scrubs the contexts of an event.
 */
final class ContextsScrubber {

	private ContextsScrubber() {
	}

	static void contexts(Contexts contexts, PayloadWalk walk) {
		int mark = walk.enter("contexts");
		for (Map.Entry<String, Object> entry : contexts.entrySet()) {
			Object value = entry.getValue();
			int inner = walk.enter(entry.getKey());
			Object scrubbed = walk.isAllowed() ? value : context(entry.getKey(), value, walk);
			walk.leave(inner);
			if (scrubbed != value) {
				contexts.put(entry.getKey(), scrubbed);
			}
		}
		walk.leave(mark);
	}

	private static @Nullable Object context(String key, Object value, PayloadWalk walk) {
		if (value instanceof SpanContext trace) {
			return trace(trace, walk);
		}
		if (value instanceof Feedback feedback) {
			return feedback(feedback, walk);
		}
		if (value instanceof Response response) {
			return UserScrubber.response(response, walk);
		}
		if (value instanceof JsonSerializable && isOfSdk(value)) {
			if (value instanceof JsonUnknown described && described.getUnknown() != null) {
				described.setUnknown(walk.values("unknown", described.getUnknown()));
			}
			return value;
		}
		return walk.entry(key, value, 0);
	}

	// Device, runtime, browser and the like, which the SDK fills in itself.
	private static boolean isOfSdk(Object value) {
		return value.getClass().getName().startsWith("io.sentry.");
	}

	private static SpanContext trace(SpanContext trace, PayloadWalk walk) {
		Map<String, Object> data = spanData(trace.getData(), walk);
		Map<String, String> tags = walk.strings("tags", trace.getTags());
		String description = walk.text("description", trace.getDescription());
		if (data == trace.getData() && tags == trace.getTags() && description == trace.getDescription()) {
			return trace;
		}
		SpanContext copy = new SpanContext(trace);
		copy.setOrigin(trace.getOrigin());
		copy.setInstrumenter(trace.getInstrumenter());
		copy.setProfilerId(trace.getProfilerId());
		copy.setDescription(description);
		copy.getTags().clear();
		if (tags != null) {
			copy.getTags().putAll(tags);
		}
		copy.getData().clear();
		if (data != null) {
			data.forEach(copy::setData);
		}
		return copy;
	}

	/**
	 * Scrub the data of a span, of which the thread's id stays.
	 * @param data the data
	 * @param walk the walk over the payload
	 * @return the data without secrets
	 */
	static @Nullable Map<String, Object> spanData(@Nullable Map<String, Object> data, PayloadWalk walk) {
		if (data == null) {
			return null;
		}
		return walk.map("data", data, (key, value, depth) -> isOfThread(key) ? value : walk.entry(key, value, depth),
				SensitiveValue.FILTERED);
	}

	static boolean isOfThread(String key) {
		return "thread.id".equals(key);
	}

	private static Feedback feedback(Feedback feedback, PayloadWalk walk) {
		Feedback copy = new Feedback(feedback);
		copy.setMessage(walk.scrub("message", feedback.getMessage()));
		copy.setUrl(walk.text("url", feedback.getUrl()));
		if (!walk.keepsUserData()) {
			copy.setContactEmail(
					walk.replaced("contact_email", Rule.USER_DATA, feedback.getContactEmail(), UserScrubber.EMAIL));
			copy.setName(walk.replaced("name", Rule.USER_DATA, feedback.getName(), SensitiveValue.FILTERED));
		}
		copy.setUnknown(walk.values("unknown", feedback.getUnknown()));
		return copy;
	}

}
