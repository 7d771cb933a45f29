package io.github.sentryinsights.scrub;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Finds the content of XML elements whose name, or whose attribute {@code key} or
 * {@code name}, is sensitive: {@code <secret>x</secret>} and
 * {@code <entry key="secret">x</entry>}.
 */
final class SensitiveElementDetector extends Detector {

	private static final int MAX_TAG = 256;

	private static final int MIN_DIGITS = 3;

	private static final String[] VALUES = { "value", "val", "string", "str", "text", "data", "content", "plain" };

	private static final String CDATA = "<![CDATA[";

	private final SensitiveKeys keys;

	// Elements that hold more than a secret.
	private final SensitiveKeys containers = SensitiveKeys
		.of(List.of("auth", "authorization", "credential", "credentials"));

	private final Redactions redactions;

	SensitiveElementDetector(SensitiveKeys keys, Redactions redactions) {
		super(">", Rule.KEY);
		this.keys = keys;
		this.redactions = redactions;
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return c == '>' && (isLetterOrDigit(before) || isQuote(before) || before == '_' || before == ' ');
	}

	@Override
	long find(String text, int floor, int at) {
		long name = (at > 0 && isTriggeredBy(text.charAt(at - 1), '>')) ? name(text, at) : NONE;
		if (name == NONE) {
			return NONE;
		}
		int start = nested(text, at + 1, this.containers.matches(text, start(name), end(name), start(name)));
		int end = text.indexOf('<', start);
		if (text.startsWith(CDATA, start)) {
			start += CDATA.length();
			end = text.indexOf("]]>", start);
		}
		// <password> that ends no element stands for a value, as in a usage message
		if (start < text.length() && (isSpace(text.charAt(start)) || isQuote(text.charAt(start)))
				&& (end == -1 || !text.startsWith("</", end))) {
			return NONE;
		}
		end = (end != -1) ? end : text.length();
		boolean found = this.keys.matches(text, start(name), end(name), start(name))
				|| this.keys.isSecret(text, start(name), end(name), start, end);
		return !found || text.startsWith(PrivateKeyDetector.BEGIN, start) || SensitiveValue.isHarmless(text, start, end)
				? NONE : span(start, end);
	}

	@Override
	void append(StringBuilder out, String text, int at, long span, Redaction redaction, UnaryOperator<String> around) {
		long name = this.redactions.tellKeysApart() ? name(text, at) : NONE;
		super.append(out, text, at, span,
				(name != NONE) ? this.redactions.ofKey(text, start(name), end(name), start(name)) : redaction, around);
	}

	// <property name="secret"><value>x
	private static int nested(String text, int from, boolean container) {
		int open = from;
		int limit = Math.min(text.length(), from + MAX_TAG);
		while (open < limit && isSpace(text.charAt(open))) {
			open++;
		}
		if (open + 1 >= limit || text.charAt(open) != '<' || !isLetter(text.charAt(open + 1))) {
			return from;
		}
		int close = open + 1;
		while (close < limit && text.charAt(close) != '>' && text.charAt(close) != '<') {
			close++;
		}
		return (close < limit && text.charAt(close) == '>' && text.charAt(close - 1) != '/'
				&& (!container || isValue(text, open + 1, close))) ? close + 1 : from;
	}

	private static boolean isValue(String text, int from, int to) {
		int end = KeyText.wordEnd(text, from);
		if (end < to && text.charAt(end) == ':') {
			return isValue(text, end + 1, to);
		}
		return SensitiveValue.isOneOf(VALUES, text, from, end);
	}

	private long name(String text, int at) {
		int open = at - 1;
		int limit = Math.max(0, at - MAX_TAG);
		while (open >= limit && text.charAt(open) != '<' && text.charAt(open) != '>') {
			open--;
		}
		if (open < limit || text.charAt(open) != '<') {
			return NONE;
		}
		int start = open + 1;
		int end = start;
		while (end < at && !isSpace(text.charAt(end))) {
			if (text.charAt(end) == ':') {
				start = end + 1;
			}
			end++;
		}
		if (start == end || !isLetter(text.charAt(open + 1)) || isOpaque(text, start, end)) {
			return NONE;
		}
		if (end < at && !hasAttribute(text, end, at)) {
			return NONE;
		}
		if (this.keys.matches(text, start, end, start) || this.keys.mayHold(text, start, end)
				|| this.keys.isLikely(text, start, end)) {
			return span(start, end);
		}
		return (end < at) ? attribute(text, end, at) : NONE;
	}

	// a secret in angle brackets is no element
	private static boolean isOpaque(String text, int from, int to) {
		int digits = 0;
		for (int i = from; i < to; i++) {
			digits += isDigit(text.charAt(i)) ? 1 : 0;
		}
		return digits >= MIN_DIGITS;
	}

	private static boolean hasAttribute(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (text.charAt(i) == '=') {
				return true;
			}
		}
		return false;
	}

	private long attribute(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (text.charAt(i) == '=' && i + 1 < to && isQuote(text.charAt(i + 1))
					&& (isNamed(text, i, "key") || isNamed(text, i, "name") || isNamed(text, i, "property"))) {
				int end = text.indexOf(text.charAt(i + 1), i + 2);
				if (end != -1 && end < to && this.keys.matches(text, i + 2, end, i + 2)) {
					return span(i + 2, end);
				}
			}
		}
		return NONE;
	}

	private static boolean isNamed(String text, int end, String name) {
		int start = end - name.length();
		return text.regionMatches(true, start, name, 0, name.length()) && isSpace(text.charAt(start - 1));
	}

}
