package io.github.sentryinsights.scrub;

/**
 * Finds the credential behind a scheme, which is one token or stands among parameters.
 */
final class AuthorizationValue {

	private static final int MAX_WORD = 64;

	private static final int MAX_PARAMETERS = 1024;

	private AuthorizationValue() {
	}

	// where the credential begins behind its scheme
	static int schemeEnd(String text, int from, int to, boolean header) {
		int end = from;
		while (end < to && (Detector.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '-')) {
			end++;
		}
		return (end > from && end + 1 < to && text.charAt(end) == ' '
				&& SensitiveValue.isScheme(text, from, end, header)) ? end + 1 : -1;
	}

	static boolean isSchemeBeforeCredential(String text, int from, int end, boolean header) {
		boolean scheme = SensitiveValue.isScheme(text, from, end, false)
				|| (header && SensitiveValue.isScheme(text, from, end, true) && !isWord(text, end + 1));
		return scheme && end + 1 < text.length() && text.charAt(end) == ' ' && !Detector.isSpace(text.charAt(end + 1));
	}

	private static boolean isWord(String text, int from) {
		int end = from;
		int limit = Math.min(text.length(), from + MAX_WORD);
		while (end < limit && text.charAt(end) >= 'a' && text.charAt(end) <= 'z') {
			end++;
		}
		return end >= text.length() || Detector.isSpace(text.charAt(end));
	}

	static long credential(String text, int scheme, int schemeEnd) {
		int start = schemeEnd + 1;
		return SensitiveValue.hasParameters(text, scheme, schemeEnd) ? parameters(text, start)
				: PairValue.checked(text, start, SensitiveValue.bareEnd(text, start, false));
	}

	private static long parameters(String text, int start) {
		int judged = start;
		int limit = Math.min(text.length(), start + MAX_PARAMETERS);
		while (judged < limit && !Detector.isLineEnd(text.charAt(judged))) {
			judged++;
		}
		long named = credentials(text, start, judged);
		return (named != Detector.NONE && Detector.start(named) == start)
				? Detector.span(start, SensitiveValue.lineEnd(text, start)) : named;
	}

	// of username="ann", nonce="x", response="y" the response, and all when there is none
	static long credentials(String text, int from, int end) {
		boolean named = false;
		int limit = Math.min(end, from + MAX_PARAMETERS);
		for (int i = from; i < limit; i++) {
			if (text.charAt(i) == '=' && SensitiveValue.isCredentialName(text, from, i)) {
				named = true;
				long value = parameterValue(text, i + 1, limit);
				if (!SensitiveValue.isHarmless(text, Detector.start(value), Detector.end(value))) {
					return value;
				}
			}
		}
		return named ? Detector.NONE : PairValue.checked(text, from, end);
	}

	private static long parameterValue(String text, int from, int limit) {
		int start = from;
		while (start < limit && (text.charAt(start) == '\\' || Detector.isQuote(text.charAt(start)))) {
			start++;
		}
		int end = start;
		while (end < limit && !Detector.isQuote(text.charAt(end)) && text.charAt(end) != '\\' && text.charAt(end) != ','
				&& !Detector.isSpace(text.charAt(end))) {
			end++;
		}
		return Detector.span(start, end);
	}

}
