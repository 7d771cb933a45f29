package io.github.sentryinsights.key;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256, of which the first 64 bits are kept. Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class KeyedHash {

	/** The number of characters that a secret must have at least. */
	public static final int MIN_SECRET_LENGTH = 16;

	private static final String ALGORITHM = "HmacSHA256";

	private static final int BYTES = 8;

	private final SecretKeySpec secret;

	/**
	 * Create a hash.
	 * @param secret without which nobody can try what a hash stands for
	 * @throws IllegalArgumentException if the secret is too short
	 */
	public KeyedHash(String secret) {
		if (secret.strip().length() < MIN_SECRET_LENGTH) {
			throw new IllegalArgumentException("The secret has fewer than " + MIN_SECRET_LENGTH + " characters");
		}
		this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
	}

	/**
	 * Return the hash of a text.
	 * @param text the text
	 * @return 16 hexadecimal digits, the same for the same text and secret
	 */
	public String of(String text) {
		return HexFormat.of().formatHex(mac().doFinal(text.getBytes(StandardCharsets.UTF_8)), 0, BYTES);
	}

	private Mac mac() {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.secret);
			return mac;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has " + ALGORITHM, ex);
		}
	}

}
