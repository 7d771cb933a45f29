package io.github.sentryinsights.scrub;

/**
 * Tells secret cookies in a header from those that hold a setting of the user. The names,
 * attributes and short words stay.
 */
final class CookieHeader {

	private static final int MIN_OPAQUE = 10;

	private static final int MAX_HEADER = 512;

	private static final String NAME = "ookie";

	private static final String[] ATTRIBUTES = { "path", "domain", "expires", "max-age", "samesite", "version",
			"comment", "priority" };

	private static final String[] SESSION_WORDS = { "sess", "sid", "auth", "remember", "login", "token", "csrf", "xsrf",
			"jwt" };

	private CookieHeader() {
	}

	/**
	 * Whether a key names the header, whose pairs are judged one by one.
	 * @param text the text
	 * @param keyEnd where the key ends
	 * @return whether it does
	 */
	static boolean isNamed(String text, int keyEnd) {
		int end = text.regionMatches(true, keyEnd - 1, "s", 0, 1) ? keyEnd - 1 : keyEnd;
		return text.regionMatches(true, end - 6, "cookie", 0, 6);
	}

	static boolean hasPair(String text, int from, int to) {
		for (int i = from; i < to && text.charAt(i) != ';'; i++) {
			if (text.charAt(i) == '=' && i > from && i + 1 < to) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Find the value of a cookie.
	 * @param text the text
	 * @param name where the name begins
	 * @param equals where the value is told from the name
	 * @return the span of the value, or {@link Detector#NONE} when it is harmless or in
	 * no header
	 */
	static long value(String text, int name, int equals) {
		int before = name;
		while (before > 0 && name - before < KeyText.MAX_SPACES && text.charAt(before - 1) == ' ') {
			before--;
		}
		if (before == 0 || !isBeforeName(text.charAt(before - 1))) {
			return Detector.NONE;
		}
		int start = equals + 1;
		int end = start;
		int limit = SensitiveValue.judgedEnd(text, start);
		while (end < limit && isValue(text.charAt(end))) {
			end++;
		}
		if (SensitiveValue.afterPlaceholder(text, start) > start || SensitiveValue.isHarmless(text, start, end)
				|| !isSecret(text, name, equals, end) || !isInHeader(text, before)) {
			return Detector.NONE;
		}
		while (end < text.length() && isValue(text.charAt(end))) {
			end++;
		}
		return Detector.span(start, end);
	}

	private static boolean isBeforeName(char c) {
		return switch (c) {
			case ';', ':', '=', '[', '"' -> true;
			default -> false;
		};
	}

	private static boolean isValue(char c) {
		return c != ';' && c != ',' && c != '"' && c != '\'' && c != ']' && c != '}' && c != ')' && c != '\\'
				&& !Detector.isSpace(c);
	}

	private static boolean isSecret(String text, int name, int equals, int end) {
		for (String attribute : ATTRIBUTES) {
			if (attribute.length() == equals - name
					&& text.regionMatches(true, name, attribute, 0, attribute.length())) {
				return false;
			}
		}
		for (int i = name; i < equals; i++) {
			for (String word : SESSION_WORDS) {
				if (i + word.length() <= equals && text.regionMatches(true, i, word, 0, word.length())) {
					return true;
				}
			}
		}
		return end - equals > MIN_OPAQUE && SensitiveValue.isMixed(text, equals + 1, end);
	}

	private static boolean isInHeader(String text, int from) {
		int limit = Math.max(0, from - MAX_HEADER);
		for (int i = from - 1; i >= limit; i--) {
			char c = text.charAt(i);
			if (c == '\n') {
				return false;
			}
			if (c == 'o' && text.startsWith(NAME, i)) {
				return true;
			}
		}
		return false;
	}

}
