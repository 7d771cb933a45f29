package io.github.sentryinsights.scrub;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.InsightsProperties;

/**
 * Replaces personal data and secrets in text and in objects, by the same rules as in what
 * is sent to Sentry, so that applications can use it for their logs. There is a bean of
 * this type. What it replaces is counted, and a dry run does not concern it. No method
 * throws an exception because of what it is given: what cannot be examined is replaced by
 * {@code [Filtered]}. Safe for use by several threads.
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
		try {
			return this.rules.text().scrub(text, this.rules);
		}
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			return failed();
		}
	}

	/**
	 * Replace personal data and secrets in an object, whatever lies in it: under the keys
	 * of maps, in the elements of collections and arrays, and in the fields of records
	 * and beans. The object itself is never changed.
	 * @param value the object
	 * @return the same object when there was nothing to replace; otherwise a copy, which
	 * is a map for a map, a list for another collection or an array, and a text for what
	 * cannot be read by its fields; and for records and beans always a map
	 */
	public @Nullable Object scrub(@Nullable Object value) {
		try {
			return PayloadWalk.ofValue(this.rules).value("", value);
		}
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			return failed();
		}
	}

	/**
	 * Replace personal data and secrets in the value of a key, which goes as a whole when
	 * the key is a sensitive one, such as {@code password}.
	 * @param key the key
	 * @param value the value
	 * @return the value without them, as of {@link #scrub(Object)}
	 */
	public @Nullable Object scrubEntry(String key, @Nullable Object value) {
		try {
			return PayloadWalk.ofValue(this.rules).entry(key, value, 0);
		}
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			return failed();
		}
	}

	private String failed() {
		this.rules.found(Rule.FAILURE);
		return SensitiveValue.FILTERED;
	}

	PiiRules rules() {
		return this.rules;
	}

}
