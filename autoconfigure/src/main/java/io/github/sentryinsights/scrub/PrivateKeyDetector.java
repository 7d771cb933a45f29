package io.github.sentryinsights.scrub;

/**
 * Finds what stands between the first and the last line of private keys in PEM: over
 * several lines, in one line, with escaped line ends and cut short.
 */
final class PrivateKeyDetector extends Detector {

	/** What keys in PEM begin with, public ones too. */
	static final String BEGIN = "-----BEGIN ";

	private static final int DASHES = 5;

	private static final int MAX_LABEL = 40;

	private static final int MIN_LINE = 16;

	PrivateKeyDetector() {
		super("B", Rule.PRIVATE_KEY);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return c == 'B' && before == '-';
	}

	@Override
	long find(String text, int floor, int at) {
		int start = at - DASHES;
		if (start < floor || !text.startsWith(BEGIN, start)) {
			return NONE;
		}
		int label = start + BEGIN.length();
		int dashes = label;
		int limit = Math.min(text.length(), label + MAX_LABEL);
		while (dashes < limit && text.charAt(dashes) != '-') {
			dashes++;
		}
		if (!text.substring(label, dashes).contains("PRIVATE KEY")) {
			return NONE;
		}
		int body = dashes;
		while (body < text.length() && body - dashes < DASHES && text.charAt(body) == '-') {
			body++;
		}
		int first = skipSpace(text, body);
		int end = SensitiveValue.afterPlaceholder(text, first) > first ? first
				: spaceStart(text, bodyEnd(text, body), first);
		return (end > first) ? span(first, end) : NONE;
	}

	// Lines of base64 or headers, as long as they do not turn into something else.
	private static int bodyEnd(String text, int from) {
		int end = from;
		int at = from;
		boolean first = true;
		while (at < text.length()) {
			int line = skipSpace(text, at);
			if (text.startsWith("-----", line)) {
				return line;
			}
			int stop = line;
			stop = wordEnd(text, stop);
			while (stop < text.length() && stop - line < MAX_LABEL && text.charAt(stop) == '-'
					&& !text.startsWith("--", stop)) {
				stop = wordEnd(text, stop + 1);
			}
			boolean header = stop < text.length() && text.charAt(stop) == ':' && stop - line < MAX_LABEL;
			if (header) {
				stop = SensitiveValue.escapedLineEnd(text, stop);
			}
			boolean own = line > at && isLineEnd(text, line - 1);
			if (stop == line || (!header && !first && stop - line < MIN_LINE && !own)) {
				return end;
			}
			first = false;
			end = stop;
			at = stop;
		}
		return end;
	}

	// steps back over what stands before the last line
	private static int spaceStart(String text, int end, int floor) {
		int start = end;
		while (start > floor) {
			char c = text.charAt(start - 1);
			if (isSpace(c) || c == '\\') {
				start--;
			}
			else if ((c == 'n' || c == 'r' || c == 't') && start - 2 >= floor && text.charAt(start - 2) == '\\') {
				start -= 2;
			}
			else {
				break;
			}
		}
		return start;
	}

	private static int wordEnd(String text, int from) {
		int end = from;
		while (end < text.length() && isBody(text.charAt(end))) {
			end++;
		}
		return end;
	}

	private static boolean isLineEnd(String text, int at) {
		char c = text.charAt(at);
		return c == '\n' || c == '\r' || ((c == 'n' || c == 'r') && at > 0 && text.charAt(at - 1) == '\\');
	}

	private static int skipSpace(String text, int from) {
		int at = from;
		while (at < text.length()) {
			char c = text.charAt(at);
			if (c == '\\' && at + 1 < text.length() && "nrt\\".indexOf(text.charAt(at + 1)) >= 0) {
				at += (text.charAt(at + 1) == '\\') ? 1 : 2;
			}
			else if (isSpace(c) || c == '\\') {
				at++;
			}
			else {
				break;
			}
		}
		return at;
	}

	private static boolean isBody(char c) {
		return isDigit(c) || isAsciiLetter(c) || c == '+' || c == '/' || c == '=';
	}

}
