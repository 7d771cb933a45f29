package io.github.sentryinsights.scrub;

import java.util.List;

import io.github.sentryinsights.InsightsProperties;

/**
 * Replaces personal data and secrets in text, by the same rules as in what is sent to
 * Sentry, so that applications can use it for their logs. There is a bean of this type.
 * Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class PiiScrubber {

	private final PiiRules rules;

	PiiScrubber(PiiRules rules) {
		this.rules = rules;
	}

	/**
	 * Return a scrubber for use without an application context.
	 * @param properties what to replace and how
	 * @param detectors detectors of the application
	 * @return the scrubber
	 * @throws io.github.sentryinsights.InvalidInsightsPropertyException if a value of a
	 * property cannot be meant
	 */
	public static PiiScrubber of(InsightsProperties.Pii properties, PiiDetector... detectors) {
		return new PiiScrubber(PiiRules.of(properties, List.of(detectors)));
	}

	/**
	 * Replace personal data and secrets in a text and keep the text around them. To do so
	 * again changes nothing.
	 * @param text the text, of which what goes beyond 1,048,576 characters is cut off
	 * @return the text without them, which is the same string when there were none
	 */
	public String scrub(String text) {
		return this.rules.text().scrub(text);
	}

	PiiRules rules() {
		return this.rules;
	}

}
