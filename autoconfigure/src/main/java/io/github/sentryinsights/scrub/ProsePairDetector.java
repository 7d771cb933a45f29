package io.github.sentryinsights.scrub;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Finds the value of a sensitive key in prose and on command lines:
 * {@code password is x}, {@code password was changed to x} and {@code --password x}.
 */
final class ProsePairDetector extends Detector {

	private static final int MAX_KEY = 64;

	private static final int MIN_DOTS = 4;

	private static final int MAX_VERBS = 5;

	private static final int MAX_MARKER = 40;

	private static final String FROM = " from ";

	private static final String[] VERBS = { "set", "reset", "changed", "updated", "rotated", "has", "been", "was", "is",
			"now" };

	private static final String[] UNITS = { " char", " byte", " bit", " digit", " day", " hour", " minute", " second",
			" letter", " times", " or ", " to " };

	private static final Cue OPTION = new Cue(AsciiSet.of("-"), AsciiSet.of("-"),
			AsciiSet.ALL.without('-').without(' '), AsciiSet.ALL);

	private final SensitiveKeys keys;

	private final Redactions redactions;

	ProsePairDetector(SensitiveKeys keys, Redactions redactions) {
		super("iwtel.-", Rule.KEY);
		this.keys = keys;
		this.redactions = redactions;
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return switch (c) {
			case '-' -> before == '-';
			case '.' -> before == '.';
			default -> before == ' ' && super.isTriggeredBy(before, c);
		};
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return switch (c) {
			case 'i', 'e' -> after == 's';
			case 'w', 'l' -> after == 'a';
			case 't' -> after == 'o';
			case '.' -> after == '.';
			default -> after == 0 || (after != '-' && SensitiveValue.isKeyPart(after));
		};
	}

	@Override
	AsciiSet second(char before, char c, char after) {
		return switch (c) {
			case 'i' -> AsciiSet.of(" :t");
			case 'w' -> AsciiSet.of("s");
			case 'l' -> AsciiSet.of("u");
			case 'e' -> AsciiSet.of("t");
			case 't' -> AsciiSet.of(" ");
			case '.' -> AsciiSet.of(".");
			default -> AsciiSet.ALL;
		};
	}

	@Override
	List<Cue> cues() {
		return Stream.concat(this.keys.cues().stream(), Stream.of(OPTION)).toList();
	}

	@Override
	long find(String text, int floor, int at) {
		char before = (at > floor) ? text.charAt(at - 1) : 0;
		if (text.charAt(at) == '-') {
			return (before == '-') ? option(text, at + 1) : NONE;
		}
		if (text.charAt(at) == 't') {
			return change(text, floor, at);
		}
		if (text.charAt(at) == '.') {
			return dotted(text, floor, at - 1);
		}
		int verb = (before != ' ') ? -1 : verbEnd(text, at);
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
		if (key(text, floor, at) == NONE && KeyPhrase.beforeName(this.keys, text, floor, at - 1) == NONE) {
			return NONE;
		}
		if (start < text.length() && isQuote(text.charAt(start))) {
			int end = SensitiveValue.quotedEnd(text, start + 1, text.charAt(start), 0);
			return SensitiveValue.isHarmless(text, start + 1, end) ? NONE : span(start + 1, end);
		}
		int end = SensitiveValue.sentenceEnd(text, start, SensitiveValue.bareEnd(text, start, false));
		return SensitiveValue.isHarmless(text, start, end) || !hasDigit(text, start, end) || isCount(text, start, end)
				|| SensitiveValue.isPairAhead(text, start) ? NONE : span(start, end);
	}

	// in English, German and French
	private static int verbEnd(String text, int at) {
		String verb = switch (text.charAt(at)) {
			case 'i' -> text.startsWith("t", at + 2) ? "ist" : "is";
			case 'w' -> "was";
			case 'l' -> "lautet";
			default -> "est";
		};
		return text.startsWith(verb, at) ? at + verb.length() : -1;
	}

	// password....x, as pools list their configuration
	private long dotted(String text, int floor, int at) {
		if (at <= floor || !isAsciiLetter(text.charAt(at - 1))) {
			return NONE;
		}
		int start = at;
		int limit = Math.min(text.length(), at + MAX_KEY);
		while (start < limit && text.charAt(start) == '.') {
			start++;
		}
		if (start - at < MIN_DOTS || start == limit || isSpace(text.charAt(start))
				|| key(text, floor, at + 1) == NONE) {
			return NONE;
		}
		int end = SensitiveValue.bareEnd(text, start, false);
		return SensitiveValue.isHarmless(text, start, end) ? NONE : span(start, end);
	}

	// password has been changed to x, and password from [Filtered] to x
	private long change(String text, int floor, int at) {
		if (at - 2 <= floor || !text.startsWith("to ", at)) {
			return NONE;
		}
		long former = former(text, floor, at - 1);
		if (former != NONE) {
			return former;
		}
		boolean name = KeyPhrase.beforeName(this.keys, text, floor, at - 1) != NONE;
		if (!name && "td]".indexOf(text.charAt(at - 2)) < 0) {
			return NONE;
		}
		int start = at + 3;
		int end = SensitiveValue.sentenceEnd(text, start,
				SensitiveValue.bareEnd(text, start, false, SensitiveValue.judgedEnd(text, start)));
		if (start >= end || !SensitiveValue.isMixed(text, start, end) || SensitiveValue.isHarmless(text, start, end)) {
			return NONE;
		}
		return (name || changedKey(text, floor, at) != NONE)
				? span(start, SensitiveValue.sentenceEnd(text, start, SensitiveValue.bareEnd(text, start, false)))
				: NONE;
	}

	// password changed from x to
	private long former(String text, int floor, int end) {
		int start = end;
		int limit = Math.max(floor + FROM.length(), end - MAX_KEY);
		while (start > limit && !isSpace(text.charAt(start - 1))) {
			start--;
		}
		if (start == end || start == limit || !text.startsWith(FROM, start - FROM.length())) {
			return NONE;
		}
		boolean found = SensitiveValue.isMixed(text, start, end) && !isQuote(text.charAt(start))
				&& !SensitiveValue.isHarmless(text, start, end)
				&& keyBeforeVerbs(text, floor, start - FROM.length() + 1) != NONE;
		return found ? span(start, end) : NONE;
	}

	private long changedKey(String text, int floor, int at) {
		if (text.charAt(at - 2) == ']') {
			int marker = at - 2;
			int limit = Math.max(floor + FROM.length(), at - MAX_MARKER);
			while (marker > limit && text.charAt(marker) != '[') {
				marker--;
			}
			boolean from = SensitiveValue.isPlaceholder(text, marker, at - 1)
					&& text.startsWith(FROM, marker - FROM.length());
			if (!from) {
				return NONE;
			}
			long key = key(text, floor, marker - FROM.length() + 1);
			return (key != NONE) ? key : keyBeforeVerbs(text, floor, marker - FROM.length() + 1);
		}
		return keyBeforeVerbs(text, floor, at);
	}

	private long keyBeforeVerbs(String text, int floor, int at) {
		int word = at;
		for (int words = 0; words < MAX_VERBS && word > floor && text.charAt(word - 1) == ' '; words++) {
			int start = KeyText.keyStart(text, floor, word - 1);
			if (!isVerb(text, start, word - 1)) {
				return (words > 0) ? key(text, floor, word) : NONE;
			}
			word = start;
		}
		return NONE;
	}

	private static boolean isVerb(String text, int from, int to) {
		for (String verb : VERBS) {
			if (verb.length() == to - from && text.startsWith(verb, from)) {
				return true;
			}
		}
		return false;
	}

	@Override
	void append(StringBuilder out, String text, int at, long span, Redaction redaction, UnaryOperator<String> around) {
		Redaction own = redaction;
		if (this.redactions.tellKeysApart()) {
			boolean option = text.charAt(at) == '-';
			long key = option ? span(at + 1, start(span) - 1)
					: (text.charAt(at) == 't') ? changedKey(text, 0, at) : key(text, 0, at);
			own = (key != NONE) ? this.redactions.ofKey(text, start(key), end(key), start(key)) : redaction;
		}
		super.append(out, text, at, span, own, around);
	}

	private long key(String text, int floor, int at) {
		return KeyPhrase.endingAt(this.keys, text, floor, at - 1);
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
			if (CookieHeader.isNamed(text, end) && CookieHeader.hasPair(text, start + 1, close)) {
				return NONE;
			}
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
