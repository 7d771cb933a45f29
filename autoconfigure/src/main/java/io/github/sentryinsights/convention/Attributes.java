package io.github.sentryinsights.convention;

/**
 * Receives what a convention has to say about one operation while it is recorded.
 *
 * @since 0.1.0
 */
public interface Attributes {

	/**
	 * Set the description of the span.
	 * @param description the text a person reads in the trace, free of literals and
	 * payloads
	 */
	void describe(String description);

	/**
	 * Set an attribute.
	 * @param <T> the type of the value
	 * @param key the attribute to set
	 * @param value the value, of the type that the key names
	 */
	<T> void set(AttributeKey<T> key, T value);

}
