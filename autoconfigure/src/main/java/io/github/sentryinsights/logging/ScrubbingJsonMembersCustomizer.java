package io.github.sentryinsights.logging;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.json.JsonWriter.MemberPath;
import org.springframework.boot.json.JsonWriter.Members;
import org.springframework.boot.json.JsonWriter.ValueProcessor;
import org.springframework.boot.json.WritableJson;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;
import org.springframework.core.env.Environment;

import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.scrub.PiiScrubber;

/**
 * Replaces personal data and secrets in the structured logs of Spring Boot, once the
 * property {@code logging.structured.json.customizer} names this class.
 * <p>
 * It goes by the properties {@code sentry.insights.pii.*} from the first line on.
 * Detectors that are beans are not asked, as logs begin before there are any. Safe for
 * use by several threads.
 *
 * @since 0.1.0
 */
public final class ScrubbingJsonMembersCustomizer implements StructuredLoggingJsonMembersCustomizer<Object> {

	private final PiiScrubber scrubber;

	/**
	 * Create a new customizer.
	 * @param environment holds the properties
	 */
	public ScrubbingJsonMembersCustomizer(Environment environment) {
		this.scrubber = PiiScrubber
			.of(Binder.get(environment).bindOrCreate("sentry.insights.pii", InsightsProperties.Pii.class));
	}

	@Override
	public void customize(Members<Object> members) {
		members.applyingValueProcessor(new ScrubbingValues(this.scrubber));
	}

	/**
	 * Scrubs the values of members, of which each that lies in another comes by itself.
	 *
	 * @param scrubber what replaces
	 */
	private record ScrubbingValues(PiiScrubber scrubber) implements ValueProcessor<Object> {

		@Override
		public @Nullable Object processValue(MemberPath path, @Nullable Object value) {
			if (value == null || value instanceof Boolean || value instanceof Enum || value instanceof Map
					|| value instanceof Iterable || value instanceof WritableJson || value.getClass().isArray()) {
				return value;
			}
			String text = String.valueOf(value);
			Object scrubbed = this.scrubber.scrubEntry(name(path), (value instanceof Number) ? value : text);
			return (scrubbed == null || text.equals(scrubbed.toString())) ? value : scrubbed;
		}

		// the elements of an array have no name
		private static String name(MemberPath path) {
			MemberPath named = path;
			while (named.name() == null && named.parent() != null) {
				named = named.parent();
			}
			return (named.name() != null) ? named.name() : "";
		}

	}

}
