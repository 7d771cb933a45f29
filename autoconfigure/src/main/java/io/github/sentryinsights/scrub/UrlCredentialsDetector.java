package io.github.sentryinsights.scrub;

/**
 * Finds the password in the user information of URLs, as in {@code //user:password@host},
 * and a user name that is a token itself.
 */
final class UrlCredentialsDetector extends Detector {

	// beyond this, a user name without a password is taken for a token
	private static final int MAX_USER_NAME = 16;

	private static final int MAX_STRAY_PASSWORD = 256;

	private static final String REDIS = "redis";

	private static final int MAX_SCHEME = 20;

	private static final AsciiSet ENDS = AsciiSet.of("\"'`/?#<>\\").and(AsciiSet.SPACES);

	UrlCredentialsDetector() {
		super("/:", Rule.URL_CREDENTIALS);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return (c == '/' && before == '/') || (c == ':' && (before == 'n' || before == 'i'));
	}

	@Override
	long find(String text, int floor, int at) {
		if (text.charAt(at) == ':') {
			return oracle(text, at);
		}
		return (at > floor) ? authority(text, at - 1) : NONE;
	}

	// jdbc:oracle:thin:user/password@host
	private static long oracle(String text, int at) {
		if (!text.startsWith("oracle:thin", at - 11) && !text.startsWith("oracle:oci", at - 10)) {
			return NONE;
		}
		int slash = at + 1;
		int limit = Math.min(text.length(), at + MAX_STRAY_PASSWORD);
		while (slash < limit && text.charAt(slash) != '/' && text.charAt(slash) != '@'
				&& !isSpace(text.charAt(slash))) {
			slash++;
		}
		if (slash == limit || text.charAt(slash) != '/') {
			return NONE;
		}
		int start = slash + 1;
		boolean quoted = start < limit && text.charAt(start) == '"';
		start += quoted ? 1 : 0;
		int end = -1;
		for (int i = start; i < limit && !isSpace(text.charAt(i)); i++) {
			if (isQuote(text.charAt(i))) {
				end = quoted ? i : end;
				break;
			}
			end = (text.charAt(i) == '@' && !quoted) ? i : end;
		}
		return (start < end && !SensitiveValue.isHidden(text, start, end)) ? span(start, end) : NONE;
	}

	private static long authority(String text, int at) {
		int start = at + 2;
		if (!text.startsWith("//", at) || start >= text.length()) {
			return NONE;
		}
		int separator = -1;
		int colon = -1;
		int end = start;
		boolean port = true;
		for (; end < text.length(); end++) {
			char c = text.charAt(end);
			if ((c < 128) ? ENDS.has(c) : isSpace(c)) {
				break;
			}
			if (c == '@') {
				separator = end;
			}
			else if (c == ':') {
				colon = (colon == -1) ? end : colon;
				port = true;
			}
			else if (c == ']') {
				port = true;
			}
			else if (colon != -1 && !isDigit(c) && c != ',') {
				port = false;
			}
		}
		if (separator == -1 && colon != -1 && !port && end < text.length() && "/?#".indexOf(text.charAt(end)) >= 0) {
			separator = strayPassword(text, end);
		}
		if (separator == -1 || separator == start) {
			return NONE;
		}
		boolean named = colon != -1 && colon < separator;
		if (!named && separator - start < MAX_USER_NAME && !isRedis(text, at - 1)) {
			return NONE;
		}
		int password = (named && !isToken(text, start, colon)) ? colon + 1 : start;
		return SensitiveValue.isHidden(text, password, separator) || password == separator
				|| isTemplate(text, start, password, separator) || SensitiveValue.isPlaceholder(text, start, separator)
						? NONE : span(password, separator);
	}

	// ${user}:${password}@ and {user}:{password}@
	private static boolean isTemplate(String text, int start, int password, int separator) {
		boolean braces = text.charAt(start) == '{' && text.charAt(password) == '{' && text.charAt(separator - 1) == '}';
		return braces || (text.startsWith("${", password) && SensitiveValue.isHarmless(text, password, separator));
	}

	// whose URLs hold a password when there is but one name
	private static boolean isRedis(String text, int colon) {
		int start = colon;
		while (start > 0 && colon - start < MAX_SCHEME
				&& (isAsciiLetter(text.charAt(start - 1)) || text.charAt(start - 1) == '-')) {
			start--;
		}
		return text.startsWith(REDIS, start);
	}

	// https://token:x-oauth-basic@host
	private static boolean isToken(String text, int from, int to) {
		int digits = 0;
		boolean upper = false;
		boolean lower = false;
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			if (!isLetterOrDigit(c) && c != '_') {
				return false;
			}
			digits += isDigit(c) ? 1 : 0;
			upper |= c >= 'A' && c <= 'Z';
			lower |= c >= 'a' && c <= 'z';
		}
		return to - from > MAX_USER_NAME && (digits > 2 || (digits > 0 && upper && lower));
	}

	// a password with an unescaped slash, hash or question mark in it
	private static int strayPassword(String text, int from) {
		int limit = Math.min(text.length(), from + MAX_STRAY_PASSWORD);
		for (int i = from; i < limit; i++) {
			char c = text.charAt(i);
			if (c == '@') {
				return i;
			}
			if (isSpace(c) || isQuote(c) || c == '<' || c == '>') {
				return -1;
			}
		}
		return -1;
	}

}
