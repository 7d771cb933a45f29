package io.github.sentryinsights.scrub;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Locale;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256, of which the first 64 bits are kept. Letter case and the separators of
 * groups make no difference, so that one card or address has one hash. Safe for use by
 * several threads.
 */
final class KeyedHash {

	/** Characters of a key at least. */
	static final int MIN_KEY = 16;

	private static final String ALGORITHM = "HmacSHA256";

	private static final int BYTES = 8;

	private final SecretKeySpec key;

	KeyedHash(String key) {
		this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM);
	}

	void append(StringBuilder out, String secret) {
		byte[] hash = mac().doFinal(normalized(secret).getBytes(StandardCharsets.UTF_8));
		for (int i = 0; i < BYTES; i++) {
			out.append(Character.forDigit((hash[i] >> 4) & 0xf, 16)).append(Character.forDigit(hash[i] & 0xf, 16));
		}
	}

	private Mac mac() {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			return mac;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has " + ALGORITHM, ex);
		}
	}

	private static String normalized(String secret) {
		String decoded = secret.replace("%40", "@");
		StringBuilder normalized = new StringBuilder(decoded.length());
		for (int i = 0; i < decoded.length(); i++) {
			char c = decoded.charAt(i);
			if (c != ' ' && c != '-') {
				normalized.append(c);
			}
		}
		return normalized.toString().toLowerCase(Locale.ROOT);
	}

}
