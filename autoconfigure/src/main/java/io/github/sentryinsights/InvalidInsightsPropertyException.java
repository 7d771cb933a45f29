package io.github.sentryinsights;

/**
 * Thrown at start for a property whose value cannot be meant.
 * <p>
 * Neither the reason nor the action may quote a secret, as both are printed.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class InvalidInsightsPropertyException extends RuntimeException {

	private final String property;

	private final String reason;

	private final String action;

	/**
	 * Create an exception.
	 * @param property the full name of the property
	 * @param reason what is wrong with its value, as a sentence
	 * @param action what to do about it, as a sentence
	 */
	public InvalidInsightsPropertyException(String property, String reason, String action) {
		super("Invalid value of '" + property + "': " + reason);
		this.property = property;
		this.reason = reason;
		this.action = action;
	}

	/**
	 * Return the full name of the property.
	 * @return the name
	 */
	public String getProperty() {
		return this.property;
	}

	/**
	 * Return what is wrong with the value.
	 * @return the reason, as a sentence
	 */
	public String getReason() {
		return this.reason;
	}

	/**
	 * Return what to do about it.
	 * @return the action, as a sentence
	 */
	public String getAction() {
		return this.action;
	}

}
