package io.github.sentryinsights.scrub;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Finds the value beside a sensitive key: {@code password=x}, {@code "token": "x"}, also
 * in escaped and percent-encoded JSON, in {@code name="password" value="x"}, in forms of
 * several parts, and the secret cookies of a header.
 */
final class SensitivePairDetector extends Detector {

	// that of val
	private static final int MIN_NAME = 3;

	private static final int MIN_PARAMETER = 16;

	private static final int MIN_DIGEST = 32;

	private static final int MAX_DIGEST = 128;

	static final String SESSION = "session";

	private static final String TYPE = "class";

	private static final String RESPONSE = "response";

	// Names that are secret in the query of a URL and harmless elsewhere.
	private static final List<String> PARAMETERS = List.of("sig", "signature", "code", "key", "hmac", "ticket",
			"assertion", "saml request");

	// What a key may follow instead of stand before: value=x name=password, value = x and
	// name="password", and what needs none: response="x".
	private static final List<Cue> AHEAD = List.of(
			new Cue(AsciiSet.of("lL"), AsciiSet.of("uU"), AsciiSet.of("eE"), AsciiSet.NOT_LOWER.without(' ')),
			new Cue(AsciiSet.of("uU"), AsciiSet.of("eE"), AsciiSet.of(" \t"), AsciiSet.of("=:%-\t ")),
			new Cue(AsciiSet.of("m"), AsciiSet.of("e"), AsciiSet.of("="), AsciiSet.of("\"")),
			new Cue(AsciiSet.of("s"), AsciiSet.of("e"), AsciiSet.of("="), AsciiSet.of("\"")));

	private final SensitiveKeys keys;

	private final SensitiveKeys parameters = SensitiveKeys.of(PARAMETERS);

	private final SensitiveKeys names = SensitiveKeys
		.of(List.of("name", "key", "property", "header", "field", "path", "param", "parameter", "attribute"));

	private final SensitiveKeys values = SensitiveKeys.of(List.of("value", "val"));

	private final PairValue value;

	private final Redactions redactions;

	SensitivePairDetector(SensitiveKeys keys, Redactions redactions) {
		super("=:%", Rule.KEY);
		this.keys = keys;
		this.value = new PairValue(keys);
		this.redactions = redactions;
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return super.isTriggeredBy(before, c) || (c == '>' && before == '-');
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return !isOperator(before, c, after);
	}

	@Override
	AsciiSet second(char before, char c, char after) {
		return (c == ':' && after == '/') ? AsciiSet.ALL.without('/') : AsciiSet.ALL;
	}

	@Override
	List<Cue> cues() {
		return Stream
			.of(this.keys.cues(), this.parameters.cues(), SensitiveKeys.of(List.of("val", SESSION, "cookie")).cues(),
					AHEAD)
			.flatMap(List::stream)
			.toList();
	}

	@Override
	long find(String text, int floor, int at) {
		char separator = text.charAt(at);
		if (at + 1 >= text.length() || isOperator((at > 0) ? text.charAt(at - 1) : 0, separator, text.charAt(at + 1))
				|| isUrl(text, at) || isPosition(text, at)) {
			return NONE;
		}
		if (separator == '%') {
			return encoded(text, floor, at);
		}
		int spaced = KeyText.spacedEnd(text, floor, KeyText.separatorStart(text, at));
		int keyEnd = KeyText.keyEnd(text, floor, spaced);
		long identifier = this.keys.identifier(text, Math.max(floor, keyEnd - KeyText.MAX_KEY), keyEnd);
		int keyStart = WordEndings.start(identifier);
		if (keyStart == keyEnd || SensitiveValue.afterPlaceholder(text, keyStart - 1) > keyEnd) {
			return NONE;
		}
		boolean plain = keyEnd == spaced;
		if (isNamespace(text, at, keyStart) || isPathOfResponse(text, at, keyStart) || (text.charAt(at - 1) == ')'
				&& text.charAt(at + 1) == '(' && DriverMessageDetector.isKey(text, floor, at - 1))) {
			return NONE;
		}
		boolean parameter = separator == '=' && keyStart > 0
				&& (text.charAt(keyStart - 1) == '?' || text.charAt(keyStart - 1) == '&');
		// GET /x?token= HTTP/1.1
		if (parameter && text.startsWith(" HTTP/", at + 1)) {
			return NONE;
		}
		if (WordEndings.mayBeIn(identifier)
				&& (this.keys.matches(text, plain ? KeyText.phraseStart(text, floor, keyStart) : keyStart, keyEnd,
						keyStart) || isDefinition(text, keyStart, keyEnd))) {
			long span = this.value.find(text, KeyText.valueStart(text, at, plain), separator, plain, keyStart, keyEnd);
			return (span == NONE && separator == '=') ? CookieHeader.value(text, keyStart, at) : span;
		}
		if (WordEndings.mayBeIn(identifier)) {
			long span = likely(text, KeyText.valueStart(text, at, plain), separator, plain, keyStart, keyEnd);
			if (span != NONE) {
				return span;
			}
		}
		if (parameter) {
			return parameter(text, at + 1, keyStart, keyEnd);
		}
		if (isValueOfSecret(text, floor, keyStart, keyEnd)) {
			long span = this.value.find(text, KeyText.valueStart(text, at, plain), separator, plain, keyStart, keyEnd);
			if (span != NONE
					&& (keyEnd - keyStart >= MIN_NAME || PairValue.isSessionId(text, start(span), end(span)))) {
				return span;
			}
		}
		if (separator == ':' && text.charAt(at + 1) == ' ' && spaced == at) {
			// No such property: apiKey for class: x
			boolean type = keyEnd - keyStart == TYPE.length() && text.startsWith(TYPE, keyStart);
			return type ? NONE : valueOfName(text, floor, at);
		}
		if (separator != '=' || isSpace(text.charAt(at + 1))) {
			return NONE;
		}
		if (keyEnd == at && keyEnd - keyStart == 4 && text.startsWith("name", keyStart)) {
			return part(text, at + 1);
		}
		if (keyEnd == at && keyEnd - keyStart == RESPONSE.length() && text.startsWith(RESPONSE, keyStart)) {
			return digest(text, at + 1);
		}
		return CookieHeader.value(text, keyStart, at);
	}

	// Digest username="ann", response="x"
	private static long digest(String text, int quote) {
		int end = quote + 1;
		while (end < text.length() && end - quote <= MAX_DIGEST && Character.digit(text.charAt(end), 16) != -1) {
			end++;
		}
		return (text.charAt(quote) == '"' && end - quote > MIN_DIGEST && text.startsWith("\"", end))
				? span(quote + 1, end) : NONE;
	}

	// passwordHistory=x and serviceKey=x, by the value
	private long likely(String text, int from, char separator, boolean plain, int keyStart, int keyEnd) {
		boolean holder = this.keys.mayHold(text, keyStart, keyEnd);
		if (!holder && !this.keys.isLikely(text, keyStart, keyEnd)) {
			return NONE;
		}
		int judged = SensitiveValue.judgedEnd(text, from);
		if (holder ? SensitiveValue.isPlain(text, from, judged) : !SensitiveValue.isMixed(text, from, judged)) {
			return NONE;
		}
		long span = this.value.find(text, from, separator, plain, keyStart, keyEnd);
		return (span != NONE && this.keys.isSecret(text, keyStart, keyEnd, start(span), end(span))) ? span : NONE;
	}

	// -DapiKey=x and -PapiKey=x
	private boolean isDefinition(String text, int keyStart, int keyEnd) {
		int start = keyStart + 2;
		return start < keyEnd && (text.startsWith("-D", keyStart) || text.startsWith("-P", keyStart))
				&& this.keys.matches(text, start, keyEnd, start);
	}

	// Temporary password for user 17: x
	private long valueOfName(String text, int floor, int at) {
		if (KeyPhrase.beforeName(this.keys, text, floor, at) == NONE) {
			return NONE;
		}
		int start = KeyText.valueStart(text, at, true);
		if (start < text.length() && isQuote(text.charAt(start))) {
			return this.value.quoted(text, start, start, false, false);
		}
		int end = SensitiveValue.bareEnd(text, start, false, SensitiveValue.judgedEnd(text, start));
		return SensitiveValue.isMixed(text, start, end) ? PairValue.checked(text, start,
				SensitiveValue.sentenceEnd(text, start, SensitiveValue.bareEnd(text, end, false))) : NONE;
	}

	// value beside a name that is sensitive, and session when it holds an id
	private boolean isValueOfSecret(String text, int floor, int keyStart, int keyEnd) {
		if (keyEnd - keyStart < MIN_NAME) {
			return isIdOfSession(text, floor, keyStart, keyEnd);
		}
		int beforeLast = text.charAt(keyEnd - 2) | 0x20;
		int thirdLast = text.charAt(keyEnd - 3) | 0x20;
		return switch (text.charAt(keyEnd - 1)) {
			case 'e', 'E' -> beforeLast == 'u' && thirdLast == 'l' && isValue(text, floor, keyStart, keyEnd);
			case 'l', 'L' -> beforeLast == 'a' && thirdLast == 'v' && isValue(text, floor, keyStart, keyEnd);
			case 'n', 'N' -> beforeLast == 'o' && KeyText.endsWith(text, keyEnd, SESSION);
			default -> false;
		};
	}

	// Session{id='x'}
	private static boolean isIdOfSession(String text, int floor, int keyStart, int keyEnd) {
		return KeyText.endsWith(text, keyEnd, "id") && keyStart > floor && "{([".indexOf(text.charAt(keyStart - 1)) >= 0
				&& KeyText.endsWith(text, keyStart - 1, SESSION);
	}

	private boolean isValue(String text, int floor, int keyStart, int keyEnd) {
		return this.values.matches(text, keyStart, keyEnd, keyStart)
				&& (isNamed(text, floor, keyStart) || isNamedBehind(text, keyEnd));
	}

	@Override
	void append(StringBuilder out, String text, int at, long span, Redaction redaction, UnaryOperator<String> around) {
		Redaction own = this.redactions.tellKeysApart() ? ofKey(text, at) : redaction;
		int open = listStart(text, at);
		if (open != -1 && start(span) > open) {
			int close = SensitiveValue.bracketEnd(text, open) - 1;
			if (span == ValueList.elements(text, open, close, null, null)) {
				ValueList.elements(text, open, close, out, own);
				return;
			}
		}
		super.append(out, text, at, span, own, around);
	}

	private static int listStart(String text, int at) {
		int separator = KeyText.separatorStart(text, at);
		int spaced = KeyText.spacedEnd(text, 0, separator);
		int open = KeyText.valueStart(text, at, KeyText.keyEnd(text, 0, spaced) == spaced);
		return (open < text.length() && text.charAt(open) == '[') ? open : -1;
	}

	private Redaction ofKey(String text, int at) {
		int keyEnd = KeyText.keyEnd(text, 0, KeyText.spacedEnd(text, 0, KeyText.separatorStart(text, at)));
		int keyStart = KeyText.keyStart(text, 0, keyEnd);
		long owned = KeyPhrase.beforeName(this.keys, text, 0, keyEnd);
		return (owned != NONE) ? this.redactions.ofKey(text, start(owned), end(owned), end(owned))
				: this.redactions.ofKey(text, KeyText.phraseStart(text, 0, keyStart), keyEnd, keyStart);
	}

	private static boolean isOperator(char before, char c, char after) {
		return switch (c) {
			case ':' -> after == ':' || (before == ':' && after != ' ');
			case '%' -> after != '3' && after != '2';
			case '>' -> after != ' ';
			default -> after == '=' || before == '=' || before == '!' || before == '<' || before == '>';
		};
	}

	private static boolean isUrl(String text, int at) {
		return switch (text.charAt(at)) {
			case ':' -> text.charAt(at + 1) == '/' && text.startsWith("//", at + 1);
			case '>' -> at < 2 || text.charAt(at - 2) != ' ';
			default -> false;
		};
	}

	// 10:15 and Token.java:42
	private static boolean isPosition(String text, int at) {
		if (at == 0 || text.charAt(at) != ':' || !isDigit(text.charAt(at + 1))) {
			return false;
		}
		if (text.charAt(at - 1) == 'a') {
			return text.startsWith(".java", at - 5);
		}
		int start = at;
		while (start > 0 && isDigit(text.charAt(start - 1))) {
			start--;
		}
		return start < at && (start == 0 || !SensitiveValue.isKeyPart(text.charAt(start - 1)));
	}

	// <auth:login> and </auth:login>
	private static boolean isNamespace(String text, int at, int keyStart) {
		if (text.charAt(at) != ':' || keyStart == 0 || !isLetter(text.charAt(at + 1))) {
			return false;
		}
		char before = text.charAt(keyStart - 1);
		return before == '<' || (before == '/' && keyStart > 1 && text.charAt(keyStart - 2) == '<');
	}

	// POST /oauth2/token -> 400
	private static boolean isPathOfResponse(String text, int at, int keyStart) {
		return text.charAt(at) == '>' && keyStart > 0 && text.charAt(keyStart - 1) == '/';
	}

	// ...name="password" value=, "key":"password","value": and Token[value=
	private boolean isNamed(String text, int floor, int keyStart) {
		if (keyStart > floor && "{([".indexOf(text.charAt(keyStart - 1)) >= 0) {
			int end = (text.charAt(Math.max(floor, keyStart - 2)) == ' ') ? keyStart - 2 : keyStart - 1;
			int type = KeyText.keyStart(text, floor, end);
			return type < end && this.keys.matches(text, type, end, end);
		}
		int end = KeyText.stepBack(text, floor, keyStart, " \"'\\,;\n\r");
		int start = KeyText.keyStart(text, floor, end);
		boolean session = end - start == SESSION.length() && KeyText.endsWith(text, end, SESSION)
				&& isInCookie(text, floor, start);
		if (start == end || !(session || this.keys.matches(text, start, end, start))) {
			return false;
		}
		int first = start;
		while (first > floor && text.charAt(first - 1) == '/' && start - first < KeyText.MAX_KEY) {
			first = KeyText.keyStart(text, floor, first - 1);
		}
		int separator = KeyText.stepBack(text, floor, first, " \"'\\");
		if (separator <= floor || (text.charAt(separator - 1) != '=' && text.charAt(separator - 1) != ':')) {
			return false;
		}
		int nameEnd = KeyText.stepBack(text, floor, separator - 1, " \"'\\");
		int nameStart = KeyText.keyStart(text, floor, nameEnd);
		return this.names.matches(text, nameStart, nameEnd, nameStart);
	}

	// value="x" name="password"
	private boolean isNamedBehind(String text, int keyEnd) {
		int open = KeyText.stepOver(text, keyEnd, "\"' =:\\");
		if (!isQuote(text.charAt(open - 1))) {
			return false;
		}
		int close = open;
		int limit = Math.min(text.length(), open + PairValue.MAX_WRAPPED);
		while (close < limit && text.charAt(close) != text.charAt(open - 1)) {
			close++;
		}
		int name = KeyText.stepOver(text, close, " \"'\\,\n\r");
		int nameEnd = KeyText.wordEnd(text, name);
		int key = KeyText.stepOver(text, nameEnd, "\"' =:\\");
		int end = KeyText.wordEnd(text, key);
		return name > close && key > nameEnd && this.names.matches(text, name, nameEnd, name)
				&& this.keys.matches(text, key, end, key);
	}

	// Cookie{name='SESSION', value='x'}
	private static boolean isInCookie(String text, int floor, int name) {
		int open = name;
		int limit = Math.max(floor, name - KeyText.MAX_SPACES);
		while (open > limit && "{([<".indexOf(text.charAt(open - 1)) < 0) {
			open--;
		}
		return open > limit && (KeyText.endsWith(text, open - 1, "cookie") || text.startsWith("cookie", open));
	}

	// a part of a form: name="password", an empty line and the value
	private long part(String text, int quote) {
		if (text.charAt(quote) != '"') {
			return NONE;
		}
		int close = quote + 1;
		int limit = Math.min(text.length(), quote + KeyText.MAX_KEY);
		while (close < limit && text.charAt(close) != '"') {
			close++;
		}
		if (close == limit || !this.keys.matches(text, quote + 1, close, quote + 1)) {
			return NONE;
		}
		int start = text.startsWith("\r\n\r\n", close + 1) ? close + 5
				: text.startsWith("\n\n", close + 1) ? close + 3 : -1;
		if (start == -1) {
			return NONE;
		}
		int end = SensitiveValue.lineEnd(text, start);
		return SensitiveValue.isHarmless(text, start, end) ? NONE : span(start, end);
	}

	// %22password%22%3A%22x%22, which may be encoded once more
	private long encoded(String text, int floor, int at) {
		String percent = text.startsWith("%25", at) ? "%25" : "%";
		int separator = at + percent.length();
		if (!text.startsWith("3A", separator) && !text.startsWith("3D", separator)) {
			return NONE;
		}
		String quote = percent + "22";
		int keyEnd = (at - quote.length() >= floor && text.startsWith(quote, at - quote.length())) ? at - quote.length()
				: at;
		int first = encodedKeyStart(text, floor, keyEnd, percent.length() + 1);
		if (first >= keyEnd || !this.keys.matches(text, first, keyEnd, first)) {
			return NONE;
		}
		int start = separator + 2;
		start += text.startsWith(quote, start) ? quote.length() : 0;
		int end = start;
		while (end < text.length() && (isBase64Url(text.charAt(end)) || text.charAt(end) == '.'
				|| (text.charAt(end) == '%' && !isEncodedEnd(text, end + percent.length())))) {
			end++;
		}
		return SensitiveValue.isHarmless(text, start, end) ? NONE : span(start, end);
	}

	// behind the digits of a character that is encoded
	private static int encodedKeyStart(String text, int floor, int keyEnd, int digits) {
		int start = KeyText.keyStart(text, floor, keyEnd);
		return (start > floor && text.charAt(start - 1) == '%') ? Math.min(start + digits, keyEnd) : start;
	}

	private static boolean isEncodedEnd(String text, int digits) {
		return text.startsWith("22", digits) || text.startsWith("2C", digits) || text.startsWith("26", digits)
				|| text.startsWith("7D", digits);
	}

	private long parameter(String text, int start, int keyStart, int keyEnd) {
		int end = start;
		while (end < text.length() && isParameterPart(text.charAt(end))) {
			end++;
		}
		return (end - start >= MIN_PARAMETER && this.parameters.matches(text, keyStart, keyEnd, keyStart)
				&& SensitiveValue.isMixed(text, start, end)) ? span(start, end) : NONE;
	}

	static boolean isParameterPart(char c) {
		return switch (c) {
			case '%', '.', '~', '+', '/', '=' -> true;
			default -> isBase64Url(c);
		};
	}

}
