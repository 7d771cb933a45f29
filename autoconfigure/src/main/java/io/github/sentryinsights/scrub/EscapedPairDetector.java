package io.github.sentryinsights.scrub;

/**
 * Finds the value beside a sensitive key in text that is escaped as HTML or by code
 * points: {@code &quot;token&quot;:&quot;x&quot;}, {@code &lt;token&gt;x&lt;/token&gt;}
 * and {@code token\u003dx}.
 */
final class EscapedPairDetector extends KeyDetector {

	private static final int MAX_TAG = 256;

	private static final int MAX_SPACES = 8;

	private static final String ELEMENT_END = "&gt;";

	private static final String UNICODE_ESCAPE = "\\u003";

	private static final String ELEMENT_START = "&lt;";

	EscapedPairDetector(SensitiveKeys keys, Redactions redactions) {
		super(";3:=", keys, redactions);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return switch (c) {
			case ';' ->
				before == 't' || before == 's' || before == '2' || before == '4' || before == '7' || before == '9';
			case '3' -> before == '0';
			case ':' -> before == '2' || before == '7';
			case '=' -> before == 'D' || before == 'd';
			default -> false;
		};
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return c != '3' || "dDeE".indexOf(after) >= 0;
	}

	@Override
	long find(String text, int floor, int trigger) {
		int at = separatorEnd(text, trigger);
		long key = key(text, trigger);
		if (key == NONE || start(key) < floor || !keys().matches(text, start(key), end(key), start(key))) {
			return NONE;
		}
		int start = at + 1;
		int end;
		if (text.charAt(at) == ';' && text.startsWith(ELEMENT_END, at - 3)) {
			end = end(text, start, ELEMENT_START);
		}
		else if (text.charAt(at) == 'e' || text.charAt(at) == 'E') {
			end = unicodeEscapeEnd(text, start);
		}
		else {
			start = (text.charAt(at) == ';') ? skipSpaces(text, skipSpaces(text, start) + 1) : skipSpaces(text, start);
			int quoted = EscapedQuote.after(text, start);
			end = (quoted > start) ? EscapedQuote.valueEnd(text, quoted) : bareEnd(text, start);
			start = quoted;
		}
		return SensitiveValue.isHarmless(text, start, end) ? NONE : span(start, end);
	}

	@Override
	long key(String text, int trigger) {
		int at = separatorEnd(text, trigger);
		return switch (text.charAt(at)) {
			case ';' -> text.startsWith(ELEMENT_END, at - 3) ? element(text, at - 3, ELEMENT_START) : quoted(text, at);
			case '=' -> text.startsWith("%5", at - 3) ? keyBefore(text, at - 3) : NONE;
			case ':' -> quotedBy(text, EscapedQuote.before(text, at), at);
			case 'd', 'D' -> text.startsWith("\\u003", at - 5) ? keyBefore(text, unescaped(text, at - 5)) : NONE;
			case 'e', 'E' ->
				text.startsWith("\\u003", at - 5) ? element(text, unescaped(text, at - 5), "\\u003c") : NONE;
			default -> NONE;
		};
	}

	private static int separatorEnd(String text, int trigger) {
		boolean escape = text.charAt(trigger) == '3' && trigger + 1 < text.length();
		return (escape && "dDeE".indexOf(text.charAt(trigger + 1)) >= 0) ? trigger + 1 : trigger;
	}

	// ...password&quot; with the separator behind it
	private static long quoted(String text, int at) {
		int separator = skipSpaces(text, at + 1);
		if (separator >= text.length() || (text.charAt(separator) != ':' && text.charAt(separator) != '=')) {
			return NONE;
		}
		return quotedBy(text, EscapedQuote.before(text, at + 1), at + 1);
	}

	private static long quotedBy(String text, int quote, int end) {
		return (quote < end) ? keyBefore(text, quote) : NONE;
	}

	private static long keyBefore(String text, int end) {
		int quote = EscapedQuote.before(text, end);
		int start = KeyText.keyStart(text, 0, quote);
		// the key may follow another escape, as in \u0026password
		if (start > 0 && text.charAt(start - 1) == '\\' && text.charAt(start) == 'u') {
			start += 5;
		}
		// or stand in escaped brackets, as in %5Bpassword%5D
		if (start > 0 && text.charAt(start - 1) == '%') {
			start += 2;
		}
		return (start < quote) ? span(start, quote) : NONE;
	}

	private static int unescaped(String text, int backslash) {
		int end = backslash;
		while (end > 0 && text.charAt(end - 1) == '\\') {
			end--;
		}
		return end;
	}

	private static long element(String text, int end, String open) {
		int limit = Math.max(0, end - MAX_TAG);
		int start = end - 1;
		while (start >= limit && !text.regionMatches(true, start, open, 0, open.length())) {
			start--;
		}
		if (start < limit) {
			return NONE;
		}
		int name = start + open.length();
		int nameEnd = name;
		for (int i = name; i < end && !isSpace(text.charAt(i)); i++) {
			name = (text.charAt(i) == ':') ? i + 1 : name;
			nameEnd = i + 1;
		}
		return (name < nameEnd && isLetter(text.charAt(name))) ? span(name, nameEnd) : NONE;
	}

	private static int skipSpaces(String text, int from) {
		int at = from;
		while (at < text.length() && at - from < MAX_SPACES && text.charAt(at) == ' ') {
			at++;
		}
		return at;
	}

	private static int unicodeEscapeEnd(String text, int from) {
		int end = text.indexOf(UNICODE_ESCAPE, from);
		while (end != -1 && !text.regionMatches(true, end + UNICODE_ESCAPE.length(), "c", 0, 1)) {
			end = text.indexOf(UNICODE_ESCAPE, end + 1);
		}
		return (end != -1) ? end : text.length();
	}

	private static int end(String text, int from, String mark) {
		int end = text.indexOf(mark, from);
		return (end != -1) ? end : text.length();
	}

	private static int bareEnd(String text, int from) {
		int end = SensitiveValue.afterPlaceholder(text, from);
		while (end < text.length() && !isSpace(text.charAt(end)) && ",;&\\\"'}])<".indexOf(text.charAt(end)) < 0) {
			end++;
		}
		return end;
	}

}
