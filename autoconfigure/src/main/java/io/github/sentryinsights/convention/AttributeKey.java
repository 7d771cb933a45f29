package io.github.sentryinsights.convention;

/**
 * Names one attribute of a span, with all that is known of its values.
 *
 * @param <T> the type of the value, kept as it is in the JSON that Sentry receives
 * @param name the name Sentry reads
 * @param type the type of the value
 * @param unit the unit of the value
 * @param sensitivity whether a value can tell something about a person
 * @since 0.1.0
 */
public record AttributeKey<T>(String name, Class<T> type, Unit unit, Sensitivity sensitivity) {

	static AttributeKey<String> text(String name, Sensitivity sensitivity) {
		return new AttributeKey<>(name, String.class, Unit.NONE, sensitivity);
	}

	static AttributeKey<Boolean> flag(String name) {
		return new AttributeKey<>(name, Boolean.class, Unit.NONE, Sensitivity.NONE);
	}

	static AttributeKey<Integer> count(String name) {
		return new AttributeKey<>(name, Integer.class, Unit.NONE, Sensitivity.NONE);
	}

	static AttributeKey<Long> number(String name, Unit unit) {
		return new AttributeKey<>(name, Long.class, unit, Sensitivity.NONE);
	}

	/**
	 * The unit of a number.
	 */
	public enum Unit {

		/** A value without a unit. */
		NONE,

		/** A size in bytes. */
		BYTES,

		/** A duration in milliseconds. */
		MILLISECONDS,

		/** A duration in seconds. */
		SECONDS

	}

	/**
	 * Whether a value can tell something about a person.
	 */
	public enum Sensitivity {

		/** A value from the code or the configuration. */
		NONE,

		/** A value that may have been built from user data, such as a cache key. */
		POSSIBLE

	}

}
