package io.github.sentryinsights.scrub;

import java.util.List;

/**
 * Finds the value that a message about a sensitive field repeats:
 * {@code Invalid value 'x' for field 'password'}, {@code Field 'pin' has value 'x'},
 * {@code password 'x' is wrong} and {@code 'x' is not a valid token}.
 */
final class ValidationMessageDetector extends KeyDetector {

	private static final int MAX_VALUE = 512;

	private static final int MAX_DISTANCE = 256;

	private static final int MAX_WORDS = 10;

	private static final int MIN_VALUE = 4;

	private static final int MAX_INDENT = 16;

	private static final String PROPERTY = "Property: ";

	private static final String FROM_STRING = "from String ";

	private static final String REFERENCE = "[\"";

	private static final String INPUT = "or input string: ";

	private static final List<String> NOUNS = List.of("field", "property", "parameter", "param", "attribute", "column",
			"argument", "option", "setting", "header", "variable", "key", "path", "request", "query", "form", "method",
			"named", "name", "the", "its");

	private static final List<String> BEFORE_FIELD = List.of("for", "of", "in", "on", "at");

	private static final List<String> FILL = List.of("is", "was", "not", "a", "an", "valid", "invalid", "illegal",
			"allowed", "accepted", "acceptable", "correct", "value", "too", "short", "long", "supplied", "provided",
			"given", "specified", "has", "have", "had", "got", "with", "contains", "the", "unexpected", "bad", "wrong",
			"current", "rejected", "set", "to", "as", "from", "changed", "be", "cannot", "equals");

	private static final List<String> ADJECTIVES = List.of("valid", "invalid", "correct", "acceptable", "allowed");

	private static final List<String> BEFORE_VALUE = List.of("to", "from", "as", "set", "with");

	private static final List<String> USED = List.of("with", "using", "wrong", "invalid", "bad", "incorrect", "by");

	private final SensitiveKeys passwords = SensitiveKeys
		.of(List.of("password", "passwd", "passphrase", "passcode", "pwd"));

	// Keys that a quoted secret may follow without a word between them.
	private final SensitiveKeys direct = SensitiveKeys.of(List.of("password", "passwd", "passphrase", "passcode", "pwd",
			"pin", "otp", "cvv", "cvc", "iban", "api key", "apikey", "access key", "client secret", "secret key",
			"api secret", "token", "jwt", "session id", "security code", "passwort"));

	ValidationMessageDetector(SensitiveKeys keys, Redactions redactions) {
		super("e'\"`[", keys, redactions);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return switch (c) {
			case 'e' -> before == 'u';
			case '\'', '"', '`' -> before == ' ' || before == 0 || before == '\n';
			case '[' -> before == ' ' || before == 0;
			default -> false;
		};
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return c != 'e' || after == ' ' || after == ':';
	}

	@Override
	long find(String text, int floor, int at) {
		long value = value(text, at);
		if (value != NONE && text.charAt(at) == '[' && !isJudged(text, end(value) + 1)
				&& !text.startsWith(INPUT, at - INPUT.length())) {
			return NONE;
		}
		return (value == NONE || start(value) < floor || SensitiveValue.isHarmless(text, start(value), end(value))
				|| SensitiveValue.isProse(text, start(value), end(value)) || key(text, at) == NONE) ? NONE : value;
	}

	private static boolean isJudged(String text, int from) {
		return text.startsWith(" is ", from) || text.startsWith(" was ", from);
	}

	private static long value(String text, int at) {
		if (text.charAt(at) != 'e') {
			return quoted(text, at);
		}
		int word = at - 4;
		if (word < 0 || !text.startsWith("alu", word + 1) || (text.charAt(word) | 0x20) != 'v'
				|| !isWordStart(text, word)) {
			return NONE;
		}
		int start = at + 1;
		start += (start < text.length() && text.charAt(start) == ':') ? 1 : 0;
		if (start + 1 >= text.length() || text.charAt(start) != ' ') {
			return NONE;
		}
		start++;
		if (isOpening(text.charAt(start))) {
			return quoted(text, start);
		}
		int end = start;
		int limit = Math.min(text.length(), start + MAX_VALUE);
		while (end < limit && !isSpace(text.charAt(end)) && ",;".indexOf(text.charAt(end)) < 0) {
			end++;
		}
		end = SensitiveValue.sentenceEnd(text, start, end);
		return (end - start >= MIN_VALUE && SensitiveValue.isMixed(text, start, end)) ? span(start, end) : NONE;
	}

	private static boolean isOpening(char c) {
		return isQuote(c) || c == '[';
	}

	private static long quoted(String text, int at) {
		char close = (text.charAt(at) == '[') ? ']' : text.charAt(at);
		if (SensitiveValue.afterPlaceholder(text, at) > at) {
			return NONE;
		}
		int limit = Math.min(text.length(), at + MAX_VALUE);
		for (int i = SensitiveValue.afterPlaceholder(text, at + 1); i < limit; i++) {
			char c = text.charAt(i);
			if (c == '\n') {
				return NONE;
			}
			if (c == close && (i + 1 == text.length() || !isLetterOrDigit(text.charAt(i + 1)))) {
				return (i > at + 1) ? span(at + 1, i) : NONE;
			}
		}
		return NONE;
	}

	@Override
	long key(String text, int at) {
		long value = value(text, at);
		int close = end(value);
		if (close < text.length() && isClosing(text.charAt(close))) {
			close++;
		}
		if (text.charAt(at) == 'e') {
			long key = fieldBehind(text, close, false);
			key = (key != NONE) ? key : fieldBefore(text, at - 4, true);
			return (key != NONE) ? key : propertyOnLineBefore(text, at - 4);
		}
		if (text.startsWith(INPUT, at - INPUT.length())) {
			return fieldOfInput(text, at);
		}
		if (text.startsWith(FROM_STRING, at - FROM_STRING.length())) {
			return fieldOfReference(text, close);
		}
		long key = isJudged(text, close) ? fieldBehind(text, close, true) : NONE;
		if (key != NONE || text.charAt(at) == '[' || at < 2) {
			return key;
		}
		if (mixed(text, value)) {
			return before(text, at);
		}
		return opensNoSentence(text, value) ? usedBefore(text, at) : NONE;
	}

	private static boolean opensNoSentence(String text, long value) {
		int word = start(value);
		while (word < end(value) && text.charAt(word) != ' ') {
			word++;
		}
		return !SensitiveValue.isProse(text, start(value), word) && !is(FILL, text, start(value), word);
	}

	// with password 'x y'
	private long usedBefore(String text, int at) {
		int end = at - 1;
		int start = wordStart(text, end);
		int used = (start > 0 && text.charAt(start - 1) == ' ') ? wordStart(text, start - 1) : start;
		return (used < start && is(USED, text, used, start - 1) && this.passwords.matches(text, start, end, start)
				&& keys().matches(text, start, end, start)) ? span(start, end) : NONE;
	}

	private static boolean isClosing(char c) {
		return isQuote(c) || c == ']';
	}

	private static boolean mixed(String text, long value) {
		int digits = 0;
		for (int i = start(value); i < end(value); i++) {
			digits += isDigit(text.charAt(i)) ? 1 : 0;
			if (isSpace(text.charAt(i))) {
				return false;
			}
		}
		return end(value) - start(value) >= MIN_VALUE
				&& (digits == end(value) - start(value) || SensitiveValue.isMixed(text, start(value), end(value)));
	}

	// password 'x', and set 'password' to 'x'
	private long before(String text, int at) {
		int end = at - 1;
		int start = wordStart(text, end);
		if (start == end) {
			return NONE;
		}
		if (is(BEFORE_VALUE, text, start, end)) {
			return fieldBefore(text, at, false);
		}
		int phrase = KeyText.phraseStart(text, 0, start);
		return (isQuote(text.charAt(end - 1)) || !this.direct.matches(text, phrase, end, start)
				|| !keys().matches(text, phrase, end, start)) ? NONE : span(start, end);
	}

	// ...' for field 'password'
	private long fieldBehind(String text, int from, boolean adjective) {
		boolean field = false;
		boolean valid = false;
		int at = from;
		for (int words = 0; words < MAX_WORDS; words++) {
			int start = at;
			while (start < text.length() && start - at < 3
					&& (text.charAt(start) == ' ' || isOpening(text.charAt(start)))) {
				start++;
			}
			int end = start;
			int limit = Math.min(text.length(), start + MAX_KEY);
			while (end < limit && SensitiveValue.isKeyPart(text.charAt(end))) {
				end++;
			}
			end = SensitiveValue.sentenceEnd(text, start, end);
			if (start == at || start == end) {
				return NONE;
			}
			if (field && !is(NOUNS, text, start, end)) {
				return behind(text, start, end);
			}
			if (is(BEFORE_FIELD, text, start, end)) {
				field = true;
			}
			else if (!field && !is(FILL, text, start, end)) {
				return (adjective && valid) ? behind(text, start, end) : NONE;
			}
			valid |= is(ADJECTIVES, text, start, end);
			at = (end < text.length() && isClosing(text.charAt(end))) ? end + 1 : end;
		}
		return NONE;
	}

	private long behind(String text, int start, int end) {
		if (keys().matches(text, start, end, start)) {
			return span(start, end);
		}
		if (end >= text.length() || text.charAt(end) != ' ') {
			return NONE;
		}
		int next = end + 1;
		int nextEnd = next;
		int limit = Math.min(text.length(), next + MAX_KEY);
		while (nextEnd < limit && isLetterOrDigit(text.charAt(nextEnd))) {
			nextEnd++;
		}
		return (next < nextEnd && keys().matches(text, start, nextEnd, next)) ? span(start, nextEnd) : NONE;
	}

	// Field 'password' has invalid value 'x'
	private long fieldBefore(String text, int from, boolean named) {
		int end = from;
		for (int words = 0; words < MAX_WORDS; words++) {
			int stop = end;
			while (stop > 0 && end - stop < 3 && (text.charAt(stop - 1) == ' ' || text.charAt(stop - 1) == ':')) {
				stop--;
			}
			if (stop == end || stop == 0) {
				return NONE;
			}
			boolean quoted = isClosing(text.charAt(stop - 1));
			int earlier = (quoted && !named) ? earlier(text, stop - 1) : stop;
			if (earlier < stop) {
				end = earlier;
				continue;
			}
			int wordEnd = quoted ? stop - 1 : stop;
			int start = wordStart(text, wordEnd);
			if (start == wordEnd) {
				return NONE;
			}
			int phrase = KeyText.phraseStart(text, 0, start);
			if (keys().matches(text, phrase, wordEnd, start)) {
				return span(start, wordEnd);
			}
			if (!is(FILL, text, start, wordEnd)) {
				return NONE;
			}
			end = start;
		}
		return NONE;
	}

	// Property: app.password, and on the next line Value: "x"
	private long propertyOnLineBefore(String text, int value) {
		int end = value;
		while (end > 0 && value - end < MAX_INDENT && text.charAt(end - 1) == ' ') {
			end--;
		}
		if (end == 0 || text.charAt(end - 1) != '\n') {
			return NONE;
		}
		end -= (end > 1 && text.charAt(end - 2) == '\r') ? 2 : 1;
		int start = wordStart(text, end);
		return (start < end && text.startsWith(PROPERTY, start - PROPERTY.length())
				&& keys().matches(text, start, end, start)) ? span(start, end) : NONE;
	}

	// from 'x' to 'y'
	private static int earlier(String text, int close) {
		int limit = Math.max(5, close - MAX_KEY);
		for (int i = close - 1; i >= limit; i--) {
			if (text.charAt(i) == text.charAt(close)) {
				return text.startsWith("from ", i - 5) ? i : close + 1;
			}
		}
		return close + 1;
	}

	// Method parameter 'pin': ... For input string: "x"
	private long fieldOfInput(String text, int at) {
		int limit = Math.max(0, at - MAX_DISTANCE);
		for (int i = at - 1; i > limit && text.charAt(i) != '\n'; i--) {
			if (text.charAt(i) == '\'' && text.charAt(i - 1) == ' ') {
				int noun = wordStart(text, i - 1);
				int end = i + 1;
				while (end < at && SensitiveValue.isKeyPart(text.charAt(end))) {
					end++;
				}
				if (is(NOUNS, text, noun, i - 1) && keys().matches(text, i + 1, end, i + 1)) {
					return span(i + 1, end);
				}
			}
		}
		return NONE;
	}

	// from String "x": ... through reference chain: Login["pin"]
	private long fieldOfReference(String text, int from) {
		int limit = Math.min(text.length(), from + MAX_DISTANCE);
		for (int i = from; i < limit && text.charAt(i) != '\n'; i++) {
			if (text.charAt(i) == '[' && text.startsWith(REFERENCE, i)) {
				int start = i + REFERENCE.length();
				int end = start;
				while (end < limit && SensitiveValue.isKeyPart(text.charAt(end))) {
					end++;
				}
				if (keys().matches(text, start, end, start)) {
					return span(start, end);
				}
			}
		}
		return NONE;
	}

	private static int wordStart(String text, int end) {
		return KeyText.keyStart(text, 0, end);
	}

	private static boolean is(List<String> words, String text, int from, int to) {
		for (String word : words) {
			if (word.length() == to - from && text.regionMatches(true, from, word, 0, word.length())) {
				return true;
			}
		}
		return false;
	}

}
