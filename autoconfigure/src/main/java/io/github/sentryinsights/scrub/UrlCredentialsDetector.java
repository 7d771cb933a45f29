package io.github.sentryinsights.scrub;

/**
 * Finds the user information of URLs, as in {@code //user:password@host}.
 */
final class UrlCredentialsDetector extends Detector {

	// beyond this, a user name without a password is taken for a token
	private static final int MAX_USER_NAME = 16;

	private static final int MAX_STRAY_PASSWORD = 256;

	UrlCredentialsDetector() {
		super("/:", Rule.URL_CREDENTIALS);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return (c == '/' && before == '/') || (c == ':' && before == 'n');
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
		String scheme = "oracle:thin:";
		int start = at + 1;
		if (!text.startsWith(scheme, start - scheme.length())) {
			return NONE;
		}
		int end = start;
		boolean slash = false;
		int limit = Math.min(text.length(), start + MAX_STRAY_PASSWORD);
		while (end < limit && text.charAt(end) != '@' && !isSpace(text.charAt(end))) {
			slash |= text.charAt(end) == '/';
			end++;
		}
		boolean found = end < limit && text.charAt(end) == '@' && slash;
		return (found && !SensitiveValue.isHidden(text, start, end)) ? span(start, end) : NONE;
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
			if (isSpace(c) || isQuote(c) || c == '/' || c == '?' || c == '#' || c == '<' || c == '>' || c == '\\') {
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
		if ((colon == -1 || colon > separator) && separator - start < MAX_USER_NAME) {
			return NONE;
		}
		boolean named = colon != -1 && colon < separator;
		return SensitiveValue.isHidden(text, named ? colon + 1 : start, separator)
				|| SensitiveValue.isPlaceholder(text, start, separator) ? NONE : span(start, separator);
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
