package io.github.sentryinsights.scheduling;

import java.util.HexFormat;

/**
 * Makes the identity of a monitor out of the name of a method, always the same one.
 */
final class MonitorSlug {

	private static final int MAX_LENGTH = 50;

	private static final int HASH_LENGTH = 8;

	private MonitorSlug() {
	}

	/**
	 * Return the slug of a name.
	 * @param name the name, such as {@code OrderReport.send}
	 * @return at most 50 lower-case letters, digits and dashes, such as
	 * {@code order-report-send}; a hash of the name tells those apart that are cut or
	 * hold other letters
	 */
	static String of(String name) {
		StringBuilder slug = new StringBuilder();
		boolean lossless = true;
		for (int i = 0; i < name.length(); i++) {
			char character = name.charAt(i);
			if (isWordStart(name, i) && !slug.isEmpty() && slug.charAt(slug.length() - 1) != '-') {
				slug.append('-');
			}
			if (isPlain(character)) {
				slug.append(Character.toLowerCase(character));
			}
			else {
				lossless &= character == '.' || character == '_';
				if (!slug.isEmpty() && slug.charAt(slug.length() - 1) != '-') {
					slug.append('-');
				}
			}
		}
		String text = slug.toString();
		if (lossless && text.length() <= MAX_LENGTH) {
			return text;
		}
		String hash = HexFormat.of().toHexDigits(name.hashCode());
		String start = text.substring(0, Math.min(text.length(), MAX_LENGTH - HASH_LENGTH - 1));
		return (start.isEmpty() ? "job" : start.endsWith("-") ? start.substring(0, start.length() - 1) : start) + "-"
				+ hash;
	}

	private static boolean isWordStart(String name, int index) {
		char character = name.charAt(index);
		if (index == 0 || !isUpper(character)) {
			return false;
		}
		return !isUpper(name.charAt(index - 1))
				|| (index + 1 < name.length() && isPlain(name.charAt(index + 1)) && !isUpper(name.charAt(index + 1)));
	}

	private static boolean isUpper(char character) {
		return character >= 'A' && character <= 'Z';
	}

	private static boolean isPlain(char character) {
		return isUpper(character) || (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
	}

}
