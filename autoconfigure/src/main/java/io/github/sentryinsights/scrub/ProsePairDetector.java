package io.github.sentryinsights.scrub;

import java.util.function.UnaryOperator;

/**
 * Finds the value of a sensitive key in prose and on command lines: {@code password is x}
 * and {@code --password x}.
 */
final class ProsePairDetector extends Detector {

	private static final int MAX_KEY = 64;

	private static final String[] PREPOSITIONS = { " for ", " of " };

	private static final String[] UNITS = { " char", " byte", " bit", " digit", " day", " hour", " minute", " second",
			" letter", " times", " or ", " to " };

	private final SensitiveKeys keys;

	private final Redactions redactions;

	ProsePairDetector(SensitiveKeys keys, Redactions redactions) {
		super("iw-", Rule.KEY);
		this.keys = keys;
		this.redactions = redactions;
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return ((c == 'i' || c == 'w') && before == ' ') || (c == '-' && before == '-');
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return switch (before) {
			case ' ' -> after == ((c == 'i') ? 's' : 'a');
			case '-' -> after == 0 || SensitiveValue.isKeyPart(after);
			default -> after == 'o' || after == 'O';
		};
	}

	@Override
	long find(String text, int floor, int at) {
		char before = (at > floor) ? text.charAt(at - 1) : 0;
		if (text.charAt(at) == '-') {
			return (before == '-') ? option(text, at + 1) : NONE;
		}
		int verb = (before != ' ') ? -1 : text.startsWith("is", at) ? at + 2 : text.startsWith("was", at) ? at + 3 : -1;
		if (verb == -1 || verb + 1 >= text.length()) {
			return NONE;
		}
		int start = (text.charAt(verb) == ':') ? verb + 1 : verb;
		if (text.charAt(start) != ' ') {
			return NONE;
		}
		while (start < text.length() && text.charAt(start) == ' ') {
			start++;
		}
		if (key(text, floor, at) == -1 && keyOf(text, floor, at) == -1) {
			return NONE;
		}
		if (start < text.length() && isQuote(text.charAt(start))) {
			int end = SensitiveValue.quotedEnd(text, start + 1, text.charAt(start), 0);
			return SensitiveValue.isHarmless(text, start + 1, end) ? NONE : span(start + 1, end);
		}
		int end = SensitiveValue.sentenceEnd(text, start, SensitiveValue.bareEnd(text, start, false));
		return SensitiveValue.isHarmless(text, start, end) || !hasDigit(text, start, end) || isCount(text, start, end)
				? NONE : span(start, end);
	}

	@Override
	void append(StringBuilder out, String text, int at, long span, Redaction redaction, UnaryOperator<String> around) {
		Redaction own = redaction;
		if (this.redactions.tellKeysApart()) {
			boolean option = text.charAt(at) == '-';
			int from = option ? at + 1 : key(text, 0, at);
			int to = option ? start(span) - 1 : at - 1;
			own = (from != -1) ? this.redactions.ofKey(text, from, to, from) : redaction;
		}
		super.append(out, text, at, span, own, around);
	}

	private int key(String text, int floor, int at) {
		int end = at - 1;
		long identifier = this.keys.identifier(text, Math.max(floor, end - MAX_KEY), end);
		int start = WordEndings.start(identifier);
		if (!WordEndings.mayBeIn(identifier)) {
			return -1;
		}
		int phrase = SensitivePairDetector.phraseStart(text, floor, start);
		return (start < end && this.keys.matches(text, phrase, end, end)) ? phrase : -1;
	}

	// the password for ann is x
	private int keyOf(String text, int floor, int at) {
		int name = SensitivePairDetector.keyStart(text, floor, at - 1);
		if (name - 2 <= floor || name == at - 1 || !isPrepositionEnd(text.charAt(name - 2))) {
			return -1;
		}
		for (String preposition : PREPOSITIONS) {
			int end = name - preposition.length();
			if (end > floor && text.startsWith(preposition, end)) {
				return key(text, floor, end + 1);
			}
		}
		return -1;
	}

	private static boolean isPrepositionEnd(char c) {
		return c == 'r' || c == 'f';
	}

	// as in "is 12 characters long"
	private static boolean isCount(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (!isDigit(text.charAt(i))) {
				return false;
			}
		}
		for (String unit : UNITS) {
			if (text.startsWith(unit, to)) {
				return true;
			}
		}
		return false;
	}

	private long option(String text, int from) {
		int end = from;
		int limit = Math.min(text.length(), from + MAX_KEY);
		while (end < limit && SensitiveValue.isKeyPart(text.charAt(end))) {
			end++;
		}
		if (end == from || end + 1 >= text.length() || text.charAt(end) != ' ' || text.charAt(end + 1) == '-'
				|| !this.keys.matches(text, from, end, from)) {
			return NONE;
		}
		int start = end + 1;
		if (isQuote(text.charAt(start))) {
			int close = SensitiveValue.quotedEnd(text, start + 1, text.charAt(start), 0);
			return SensitiveValue.isHarmless(text, start + 1, close) ? NONE : span(start + 1, close);
		}
		int stop = SensitiveValue.bareEnd(text, start, false);
		return SensitiveValue.isHarmless(text, start, stop) || SensitiveValue.isProse(text, start, stop) ? NONE
				: span(start, stop);
	}

	private static boolean hasDigit(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (isDigit(text.charAt(i))) {
				return true;
			}
		}
		return false;
	}

}
