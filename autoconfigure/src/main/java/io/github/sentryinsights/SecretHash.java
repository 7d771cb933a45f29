package io.github.sentryinsights;

import io.github.sentryinsights.key.KeyedHash;

/**
 * The hash with the secret that users have configured.
 *
 * @since 0.1.0
 */
public final class SecretHash {

	private static final String PROPERTY = "sentry.insights.pii.hmac-key";

	private SecretHash() {
	}

	/**
	 * Return the hash.
	 * @param properties the properties that hold the secret
	 * @param user what needs the hash
	 * @param alternative what to do for want of a secret
	 * @return the hash
	 * @throws InvalidInsightsPropertyException if there is no secret, or a short one
	 */
	public static KeyedHash of(InsightsProperties.Pii properties, String user, String alternative) {
		String secret = properties.getHmacKey();
		if (secret == null) {
			throw new InvalidInsightsPropertyException(PROPERTY, "It is not set, and " + user + " needs it.",
					"Set a random secret, or " + alternative + ".");
		}
		if (secret.strip().length() < KeyedHash.MIN_SECRET_LENGTH) {
			throw new InvalidInsightsPropertyException(PROPERTY,
					"It has fewer than " + KeyedHash.MIN_SECRET_LENGTH + " characters and can be guessed.",
					"Set a random secret of at least " + KeyedHash.MIN_SECRET_LENGTH + " characters.");
		}
		return new KeyedHash(secret);
	}

}
