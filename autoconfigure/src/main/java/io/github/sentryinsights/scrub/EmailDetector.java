package io.github.sentryinsights.scrub;

/**
 * Finds e-mail addresses, also with a percent-encoded at sign.
 */
final class EmailDetector extends Detector {

	EmailDetector() {
		super("@%", Rule.EMAIL);
	}

	@Override
	long find(String text, int floor, int at) {
		int domain = at + 1;
		if (text.charAt(at) == '%') {
			if (!text.startsWith("40", at + 1)) {
				return NONE;
			}
			domain = at + 3;
		}
		int start = at;
		while (start > floor && isLocalPart(text.charAt(start - 1)) && !text.startsWith("%40", start - 1)) {
			start--;
		}
		while (start < at && (text.charAt(start) == '.' || text.charAt(start) == '\'')) {
			start++;
		}
		// git@host:path names a repository, not a person
		if (start == at || (at - start == 3 && text.startsWith("git", start))) {
			return NONE;
		}
		int end = domainEnd(text, domain);
		return (end != -1) ? span(start, end) : NONE;
	}

	private static boolean isLocalPart(char c) {
		return isLetterOrDigit(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%' || c == '\'';
	}

	private static int domainEnd(String text, int from) {
		int end = -1;
		int label = from;
		boolean first = true;
		for (int i = from;; i++) {
			char c = (i < text.length()) ? text.charAt(i) : ' ';
			if (isLetterOrDigit(c) || c == '-') {
				continue;
			}
			if (i == label) {
				return end;
			}
			if (!first && isTopLevel(text, label, i)) {
				end = i;
			}
			if (c != '.' || (first && isScale(text, label, i))) {
				return end;
			}
			first = false;
			label = i + 1;
		}
	}

	private static boolean isTopLevel(String text, int from, int to) {
		if (text.startsWith("xn--", from)) {
			return true;
		}
		for (int i = from; i < to; i++) {
			if (!isLetter(text.charAt(i))) {
				return false;
			}
		}
		return to - from >= 2;
	}

	// logo@2x.png is an image
	private static boolean isScale(String text, int from, int to) {
		return to - from == 2 && isDigit(text.charAt(from)) && text.charAt(from + 1) == 'x';
	}

}
