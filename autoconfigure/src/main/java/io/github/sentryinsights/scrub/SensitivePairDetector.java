package io.github.sentryinsights.scrub;

/**
 * Finds the value beside a sensitive key: {@code password=x}, {@code "token": "x"}, also
 * in escaped JSON, {@code Cookie: x} up to the end of the line, and
 * {@code <secret>x</secret>}.
 */
final class SensitivePairDetector extends Detector {

	private static final int MAX_KEY = 64;

	private static final int MAX_PROSE_WORDS = 2;

	private static final int MAX_DECORATION = 8;

	private final SensitiveKeys keys;

	private final Redactions redactions;

	SensitivePairDetector(SensitiveKeys keys, Redactions redactions) {
		super("=:>", Rule.KEY);
		this.keys = keys;
		this.redactions = redactions;
	}

	@Override
	long find(String text, int floor, int at) {
		char separator = text.charAt(at);
		int length = text.length();
		if (at + 1 >= length || (separator != '>' && isOperator(text, at))) {
			return NONE;
		}
		int spaced = spacedEnd(text, floor, at);
		int keyEnd = keyEnd(text, floor, spaced);
		int keyStart = keyStart(text, floor, keyEnd);
		if (keyStart == keyEnd || (separator == '>' && (keyStart == 0 || text.charAt(keyStart - 1) != '<'))) {
			return NONE;
		}
		boolean plain = keyEnd == spaced;
		if (SensitiveValue.afterPlaceholder(text, keyStart - 1) > keyEnd) {
			return NONE;
		}
		int phraseStart = plain ? phraseStart(text, floor, keyStart) : keyStart;
		if (!this.keys.matches(text, phraseStart, keyEnd, keyStart)) {
			return NONE;
		}
		if (separator == '>') {
			return element(text, at + 1);
		}
		return value(text, valueStart(text, at, plain), separator, plain, isHeader(text, keyEnd));
	}

	@Override
	void append(StringBuilder out, String text, int at, long span, Redaction redaction) {
		super.append(out, text, at, span, this.redactions.tellKeysApart() ? ofKey(text, at) : redaction);
	}

	private Redaction ofKey(String text, int at) {
		int keyEnd = keyEnd(text, 0, spacedEnd(text, 0, at));
		int keyStart = keyStart(text, 0, keyEnd);
		return this.redactions.ofKey(text, phraseStart(text, 0, keyStart), keyEnd, keyStart);
	}

	private static boolean isOperator(String text, int at) {
		char before = (at > 0) ? text.charAt(at - 1) : ' ';
		char after = text.charAt(at + 1);
		if (text.charAt(at) == ':') {
			return before == ':' || after == ':' || (after == '/' && text.startsWith("//", at + 1));
		}
		return after == '=' || before == '=' || before == '!' || before == '<' || before == '>';
	}

	private static int spacedEnd(String text, int floor, int at) {
		int end = at;
		while (end > floor && at - end < 2 && text.charAt(end - 1) == ' ') {
			end--;
		}
		return end;
	}

	// steps back over quotes and brackets between a key and its separator
	private static int keyEnd(String text, int floor, int at) {
		int end = at;
		int limit = Math.max(floor, at - MAX_DECORATION);
		while (end > limit) {
			char c = text.charAt(end - 1);
			if (c != '\\' && c != ')' && c != ']' && !isQuote(c)) {
				break;
			}
			end--;
		}
		return end;
	}

	private static int keyStart(String text, int floor, int end) {
		int start = end;
		int limit = Math.max(floor, end - MAX_KEY);
		while (start > limit && SensitiveValue.isKeyPart(text.charAt(start - 1))) {
			start--;
		}
		return start;
	}

	private static int phraseStart(String text, int floor, int keyStart) {
		int start = keyStart;
		for (int words = 0; words < MAX_PROSE_WORDS; words++) {
			if (start <= floor || text.charAt(start - 1) != ' ') {
				return start;
			}
			int word = keyStart(text, floor, start - 1);
			if (word == start - 1) {
				return start;
			}
			start = word;
		}
		return start;
	}

	private static int valueStart(String text, int at, boolean plain) {
		int start = at + 1;
		if (start < text.length() && (text.charAt(start) == '>' || text.charAt(start) == '=')) {
			start++;
		}
		while (start < text.length() && isSpace(text.charAt(start)) && (!plain || !isLineEnd(text.charAt(start)))) {
			start++;
		}
		return start;
	}

	private static boolean isLineEnd(char c) {
		return c == '\n' || c == '\r';
	}

	// the value of a header ends with the line
	private static boolean isHeader(String text, int keyEnd) {
		return endsWith(text, keyEnd, "cookie") || endsWith(text, keyEnd, "cookies")
				|| endsWith(text, keyEnd, "authorization");
	}

	private static boolean endsWith(String text, int end, String word) {
		return text.regionMatches(true, end - word.length(), word, 0, word.length());
	}

	private static long element(String text, int from) {
		int end = text.indexOf('<', from);
		end = (end != -1) ? end : text.length();
		return SensitiveValue.isHarmless(text, from, end) ? NONE : span(from, end);
	}

	private static long value(String text, int from, char separator, boolean plain, boolean header) {
		int open = from;
		while (open < text.length() && text.charAt(open) == '\\') {
			open++;
		}
		if (open >= text.length()) {
			return NONE;
		}
		char first = text.charAt(open);
		if (isQuote(first)) {
			int end = SensitiveValue.quotedEnd(text, open + 1, first, open - from);
			int behind = (end == open + 1 && end < text.length()) ? SensitiveValue.bareEnd(text, end + 1, header) : 0;
			if (behind > end + 1) {
				return span(from, behind);
			}
			return SensitiveValue.isHarmless(text, open + 1, end) ? NONE : span(open + 1, end);
		}
		int end = from;
		if (first == '{' || first == '[' || (first == '(' && !plain)) {
			end = SensitiveValue.bracketEnd(text, open);
		}
		end = SensitiveValue.bareEnd(text, end, false);
		if (isSchemeBeforeCredential(text, from, end)) {
			return credential(text, from, end);
		}
		if (header) {
			end = SensitiveValue.bareEnd(text, end, true);
		}
		if (SensitiveValue.isHarmless(text, from, end)
				|| (plain && !header && separator == ':' && SensitiveValue.isProse(text, from, end))) {
			return NONE;
		}
		return span(from, end);
	}

	private static boolean isSchemeBeforeCredential(String text, int from, int end) {
		return SensitiveValue.isScheme(text, from, end) && end + 1 < text.length() && text.charAt(end) == ' '
				&& !isSpace(text.charAt(end + 1));
	}

	private static long credential(String text, int scheme, int schemeEnd) {
		int start = schemeEnd + 1;
		int end = SensitiveValue.hasParameters(text, scheme, schemeEnd) ? SensitiveValue.lineEnd(text, start)
				: SensitiveValue.bareEnd(text, start, false);
		return SensitiveValue.isHarmless(text, start, end) ? NONE : span(start, end);
	}

}
