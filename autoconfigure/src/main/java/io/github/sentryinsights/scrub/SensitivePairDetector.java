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

	private static final int MAX_KEY = 64;

	// that of val
	private static final int MIN_NAME = 3;

	private static final int MAX_PROSE_WORDS = 2;

	private static final int MAX_DECORATION = 8;

	private static final int MAX_WRAPPED = 256;

	private static final int MAX_GROUP = 6;

	private static final int MIN_GROUPS = 3;

	// the letters of a bank in an IBAN
	private static final int BANK = 4;

	private static final int MAX_SPACES = 16;

	private static final int MIN_SESSION = 12;

	private static final int MAX_COUNT = 4;

	private static final int MIN_PARAMETER = 16;

	private static final int MIN_DIGEST = 32;

	private static final int MAX_DIGEST = 128;

	// What a property or a field is of, and nobody who owns a secret.
	private static final String[] KINDS = { "class", "type", "object", "bean", "method", "path", "table", "job" };

	private static final String SESSION = "session";

	private static final String SCHEMA = "\"type\":";

	private static final String PASSPHRASE = "passphrase";

	private static final String SIGNATURE = "accessSignature";

	private static final String VALUE_OBJECT = "{\"value\":\"";

	// Google Cloud's name of a secret
	private static final String RESOURCE = "projects/";

	private static final String OPTIONAL = "Optional[";

	private static final String RESPONSE = "response";

	private static final String REJECTED = "rejected value [";

	// Names that are secret in the query of a URL and harmless elsewhere.
	private static final List<String> PARAMETERS = List.of("sig", "signature", "code", "key", "hmac", "ticket",
			"assertion", "saml request");

	// What names the key whose value it is may also follow: value="x" name="password",
	// and name="password" before an empty line. response="x" is part of a digest.
	private static final List<Cue> NAMES = List.of(
			new Cue(AsciiSet.of("lL"), AsciiSet.of("uU"), AsciiSet.of("eE"), AsciiSet.NOT_LOWER.without(' ')),
			new Cue(AsciiSet.of("uU"), AsciiSet.of("eE"), AsciiSet.of(" \t"), AsciiSet.of("=:%-\t ")),
			new Cue(AsciiSet.of("m"), AsciiSet.of("e"), AsciiSet.of("="), AsciiSet.of("\"")),
			new Cue(AsciiSet.of("s"), AsciiSet.of("e"), AsciiSet.of("="), AsciiSet.of("\"")));

	private final SensitiveKeys keys;

	private final SensitiveKeys parameters = SensitiveKeys.of(PARAMETERS);

	private final SensitiveKeys names = SensitiveKeys
		.of(List.of("name", "key", "property", "header", "field", "path", "param", "parameter", "attribute"));

	private final SensitiveKeys values = SensitiveKeys.of(List.of("value", "val"));

	// Keys of objects that hold more than a secret.
	private final SensitiveKeys containers = SensitiveKeys
		.of(List.of("auth", "authorization", "credential", "credentials", "token", "jwt", "csrf", "cookie", "cookies"));

	// Keys of objects that may hold no secret at all.
	private final SensitiveKeys settings = SensitiveKeys.of(List.of("auth", "authorization", "token", "jwt", "csrf"));

	private final Redactions redactions;

	SensitivePairDetector(SensitiveKeys keys, Redactions redactions) {
		super("=:%", Rule.KEY);
		this.keys = keys;
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
					NAMES)
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
		int spaced = spacedEnd(text, floor, separatorStart(text, at));
		int keyEnd = keyEnd(text, floor, spaced);
		long identifier = this.keys.identifier(text, Math.max(floor, keyEnd - MAX_KEY), keyEnd);
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
		if (parameter && isSpace(text.charAt(at + 1))) {
			return NONE;
		}
		if (WordEndings.mayBeIn(identifier)
				&& (this.keys.matches(text, plain ? phraseStart(text, floor, keyStart) : keyStart, keyEnd, keyStart)
						|| isDefinition(text, keyStart, keyEnd))) {
			long span = value(text, valueStart(text, at, plain), separator, plain, keyStart, keyEnd);
			return (span == NONE && separator == '=') ? CookieHeader.value(text, keyStart, at) : span;
		}
		if (WordEndings.mayBeIn(identifier)) {
			long span = likely(text, valueStart(text, at, plain), separator, plain, keyStart, keyEnd);
			if (span != NONE) {
				return span;
			}
		}
		if (parameter) {
			return parameter(text, at + 1, keyStart, keyEnd);
		}
		if (isValueOfSecret(text, floor, keyStart, keyEnd)) {
			long span = value(text, valueStart(text, at, plain), separator, plain, keyStart, keyEnd);
			if (span != NONE && (keyEnd - keyStart >= MIN_NAME || isSessionId(text, start(span), end(span)))) {
				return span;
			}
		}
		if (separator == ':' && text.charAt(at + 1) == ' ' && spaced == at) {
			return isKindOfName(text, keyStart, keyEnd) ? NONE : valueOfName(text, floor, at);
		}
		if (separator != '=' || isSpace(text.charAt(at + 1))) {
			return NONE;
		}
		if (keyEnd - keyStart == 4 && text.startsWith("name", keyStart)) {
			return part(text, at + 1);
		}
		if (keyEnd - keyStart == RESPONSE.length() && text.startsWith(RESPONSE, keyStart)) {
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
		long span = value(text, from, separator, plain, keyStart, keyEnd);
		return (span != NONE && this.keys.isSecret(text, keyStart, keyEnd, start(span), end(span))) ? span : NONE;
	}

	// -DapiKey=x and -PapiKey=x
	private boolean isDefinition(String text, int keyStart, int keyEnd) {
		int start = keyStart + 2;
		return start < keyEnd && (text.startsWith("-D", keyStart) || text.startsWith("-P", keyStart))
				&& this.keys.matches(text, start, keyEnd, start);
	}

	// No such property: apiKey for class: x
	private static boolean isKindOfName(String text, int from, int to) {
		for (String kind : KINDS) {
			if (kind.length() == to - from && text.startsWith(kind, from)) {
				return true;
			}
		}
		return false;
	}

	// Temporary password for user 17: x
	private long valueOfName(String text, int floor, int at) {
		if (KeyPhrase.beforeName(this.keys, text, floor, at) == NONE) {
			return NONE;
		}
		int start = valueStart(text, at, true);
		if (start < text.length() && isQuote(text.charAt(start))) {
			return quoted(text, start, start, false, false);
		}
		int end = SensitiveValue.bareEnd(text, start, false, SensitiveValue.judgedEnd(text, start));
		return SensitiveValue.isMixed(text, start, end) ? checked(text, start,
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
			case 'n', 'N' -> beforeLast == 'o' && endsWith(text, keyEnd, SESSION);
			default -> false;
		};
	}

	// Session{id='x'}
	private static boolean isIdOfSession(String text, int floor, int keyStart, int keyEnd) {
		return endsWith(text, keyEnd, "id") && keyStart > floor && "{([".indexOf(text.charAt(keyStart - 1)) >= 0
				&& endsWith(text, keyStart - 1, SESSION);
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
		int separator = separatorStart(text, at);
		int spaced = spacedEnd(text, 0, separator);
		int open = valueStart(text, at, keyEnd(text, 0, spaced) == spaced);
		return (open < text.length() && text.charAt(open) == '[') ? open : -1;
	}

	private Redaction ofKey(String text, int at) {
		int keyEnd = keyEnd(text, 0, spacedEnd(text, 0, separatorStart(text, at)));
		int keyStart = keyStart(text, 0, keyEnd);
		long owned = KeyPhrase.beforeName(this.keys, text, 0, keyEnd);
		return (owned != NONE) ? this.redactions.ofKey(text, start(owned), end(owned), end(owned))
				: this.redactions.ofKey(text, phraseStart(text, 0, keyStart), keyEnd, keyStart);
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

	// the first character of -> and of the :: before a value in Base64
	private static int separatorStart(String text, int at) {
		boolean second = text.charAt(at) == '>' || (at > 0 && text.charAt(at) == ':' && text.charAt(at - 1) == ':');
		return second ? at - 1 : at;
	}

	private static int spacedEnd(String text, int floor, int at) {
		int end = at;
		while (end > floor && at - end < MAX_SPACES && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) {
			end--;
		}
		return end;
	}

	// steps back over quotes, brackets and an index between a key and its separator
	private static int keyEnd(String text, int floor, int at) {
		int end = at;
		int limit = Math.max(floor, at - MAX_DECORATION);
		while (end > limit) {
			char c = text.charAt(end - 1);
			if (c == ']') {
				end = beforeIndex(text, limit, end - 1);
			}
			else if (c == '\\' || c == ')' || isQuote(c)) {
				end--;
			}
			else {
				break;
			}
		}
		return end;
	}

	private static int beforeIndex(String text, int limit, int bracket) {
		int start = bracket;
		while (start > limit && isDigit(text.charAt(start - 1))) {
			start--;
		}
		return (start < bracket && start > limit && text.charAt(start - 1) == '[') ? start - 1 : bracket;
	}

	/**
	 * Return where a key begins.
	 * @param text the text
	 * @param floor the first index to look at
	 * @param end where the key ends
	 * @return where it begins, which is its end when there is none
	 */
	static int keyStart(String text, int floor, int end) {
		int start = end;
		int limit = Math.max(floor, end - MAX_KEY);
		while (start > limit && SensitiveValue.isKeyPart(text.charAt(start - 1))) {
			start--;
		}
		return start;
	}

	/**
	 * Return where a key of several words begins, as in {@code the api key: x}.
	 * @param text the text
	 * @param floor the first index to look at
	 * @param keyStart where the last word begins
	 * @return where the first word begins
	 */
	static int phraseStart(String text, int floor, int keyStart) {
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

	private static boolean endsWith(String text, int end, String word) {
		return text.regionMatches(true, end - word.length(), word, 0, word.length());
	}

	// ...name="password" value=, "key":"password","value": and Token[value=
	private boolean isNamed(String text, int floor, int keyStart) {
		if (keyStart > floor && "{([".indexOf(text.charAt(keyStart - 1)) >= 0) {
			int end = (text.charAt(Math.max(floor, keyStart - 2)) == ' ') ? keyStart - 2 : keyStart - 1;
			int type = keyStart(text, floor, end);
			return type < end && this.keys.matches(text, type, end, end);
		}
		int end = stepBack(text, floor, keyStart, " \"'\\,;\n\r");
		int start = keyStart(text, floor, end);
		boolean session = end - start == SESSION.length() && endsWith(text, end, SESSION)
				&& isInCookie(text, floor, start);
		if (start == end || !(session || this.keys.matches(text, start, end, start))) {
			return false;
		}
		int first = start;
		while (first > floor && text.charAt(first - 1) == '/' && start - first < MAX_KEY) {
			first = keyStart(text, floor, first - 1);
		}
		int separator = stepBack(text, floor, first, " \"'\\");
		if (separator <= floor || (text.charAt(separator - 1) != '=' && text.charAt(separator - 1) != ':')) {
			return false;
		}
		int nameEnd = stepBack(text, floor, separator - 1, " \"'\\");
		int nameStart = keyStart(text, floor, nameEnd);
		return this.names.matches(text, nameStart, nameEnd, nameStart);
	}

	// value="x" name="password"
	private boolean isNamedBehind(String text, int keyEnd) {
		int open = stepOver(text, keyEnd, "\"' =:\\");
		if (!isQuote(text.charAt(open - 1))) {
			return false;
		}
		int close = open;
		int limit = Math.min(text.length(), open + MAX_WRAPPED);
		while (close < limit && text.charAt(close) != text.charAt(open - 1)) {
			close++;
		}
		int name = stepOver(text, close, " \"'\\,\n\r");
		int nameEnd = wordEnd(text, name);
		int key = stepOver(text, nameEnd, "\"' =:\\");
		int end = wordEnd(text, key);
		return name > close && key > nameEnd && this.names.matches(text, name, nameEnd, name)
				&& this.keys.matches(text, key, end, key);
	}

	private static int stepOver(String text, int from, String over) {
		int at = from;
		while (at < text.length() && at - from < MAX_SPACES && over.indexOf(text.charAt(at)) >= 0) {
			at++;
		}
		return at;
	}

	/**
	 * Return where a key ends.
	 * @param text the text
	 * @param from where it begins
	 * @return where it ends, which is its beginning when there is none
	 */
	static int wordEnd(String text, int from) {
		int end = from;
		int limit = Math.min(text.length(), from + MAX_KEY);
		while (end < limit && SensitiveValue.isKeyPart(text.charAt(end))) {
			end++;
		}
		return end;
	}

	// Cookie{name='SESSION', value='x'}
	private static boolean isInCookie(String text, int floor, int name) {
		int open = name;
		int limit = Math.max(floor, name - MAX_SPACES);
		while (open > limit && "{([<".indexOf(text.charAt(open - 1)) < 0) {
			open--;
		}
		return open > limit && (endsWith(text, open - 1, "cookie") || text.startsWith("cookie", open));
	}

	private static int stepBack(String text, int floor, int from, String over) {
		int at = from;
		while (at > floor && from - at < MAX_SPACES && over.indexOf(text.charAt(at - 1)) >= 0) {
			at--;
		}
		return at;
	}

	// a part of a form: name="password", an empty line and the value
	private long part(String text, int quote) {
		if (text.charAt(quote) != '"') {
			return NONE;
		}
		int close = quote + 1;
		int limit = Math.min(text.length(), quote + MAX_KEY);
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
		int start = keyStart(text, floor, keyEnd);
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

	private static boolean isParameterPart(char c) {
		return switch (c) {
			case '%', '.', '~', '+', '/', '=' -> true;
			default -> isBase64Url(c);
		};
	}

	private long value(String text, int from, char separator, boolean plain, int keyStart, int keyEnd) {
		boolean cookie = CookieHeader.isNamed(text, keyEnd);
		boolean header = cookie || endsWith(text, keyEnd, "authorization");
		int open = from;
		while (open < text.length() && text.charAt(open) == '\\') {
			open++;
		}
		if (open >= text.length() || text.startsWith(PrivateKeyDetector.BEGIN, open)) {
			return NONE;
		}
		if (text.startsWith(REJECTED, from)) {
			int start = from + REJECTED.length();
			int end = text.indexOf(']', SensitiveValue.afterPlaceholder(text, start));
			return checked(text, start, (end != -1) ? end : text.length());
		}
		if (text.startsWith(OPTIONAL, from)) {
			int end = SensitiveValue.bracketEnd(text, from + OPTIONAL.length() - 1,
					Math.min(text.length(), from + MAX_WRAPPED));
			return (text.charAt(end - 1) == ']') ? checked(text, from + OPTIONAL.length(), end - 1) : NONE;
		}
		int escaped = EscapedQuote.after(text, from);
		if (escaped > from) {
			return checked(text, escaped, EscapedQuote.valueEnd(text, escaped));
		}
		int behind = SensitiveValue.afterPlaceholder(text, from);
		if (behind > from && behind < text.length() && ";,&|".indexOf(text.charAt(behind)) >= 0) {
			return NONE;
		}
		char first = text.charAt(open);
		if ((first == '(' || first == '<') && SensitiveValue.isNothingInBrackets(text, open)) {
			return NONE;
		}
		boolean session = endsWith(text, keyEnd, SESSION);
		if (isQuote(first)) {
			long quoted = quoted(text, from, open, header, cookie);
			return (session && quoted != NONE && !isSessionId(text, start(quoted), end(quoted))) ? NONE : quoted;
		}
		if ("NEne".indexOf(first) >= 0 && open + 1 < text.length() && text.charAt(open + 1) == '\'') {
			return quoted(text, open + 1, open + 1, header, cookie);
		}
		if ((session && (first == '{' || first == '[')) || (separator == ':' && isInUrl(text, keyStart))) {
			return NONE;
		}
		if (separator == ':' && from == keyEnd + 1 && keyStart >= 2
				&& (text.startsWith("//", keyStart - 2) || isResourceName(text, keyStart))) {
			return NONE;
		}
		if ((first == '$'
				&& (ValueInCode.isTemplateWithoutDefault(text, open) || ValueInCode.isSubstitution(text, open)))
				|| ValueInCode.isExpressionInBraces(text, open) || text.startsWith("{{ ", open)
				|| text.startsWith("{{.", open)) {
			return NONE;
		}
		if (text.startsWith(RESOURCE, open)) {
			return NONE;
		}
		int block = (separator == ':') ? YamlBlock.start(text, open) : -1;
		if (block != -1) {
			return text.startsWith(PrivateKeyDetector.BEGIN, block) ? NONE
					: checked(text, block, YamlBlock.end(text, block));
		}
		if ((first == '?' && (ValueInCode.isMarkerEnd(text, open + 1) || text.startsWith("${", keyStart - 2)))
				|| (first == '$' && separator == ':' && ValueInCode.isVariable(text, keyStart, open))) {
			return NONE;
		}
		if (text.startsWith(VALUE_OBJECT, open)) {
			return quoted(text, open + VALUE_OBJECT.length() - 1, open + VALUE_OBJECT.length() - 1, header, cookie);
		}
		if (endsWith(text, keyEnd, SIGNATURE)) {
			return checked(text, from, signatureEnd(text, from));
		}
		// told first, as what may be no value must not be read to the end of the text
		int judged = SensitiveValue.judgedEnd(text, from);
		if ((session || isWeak(text, keyStart, keyEnd)) && !SensitiveValue.isMixed(text, from, judged)) {
			return NONE;
		}
		if (first == '<' && !header) {
			return angled(text, open);
		}
		boolean bracketed = keyStart > 0 && text.charAt(keyStart - 1) == '(';
		int inBrackets = bracketed ? endInBrackets(text, from, judged) : judged;
		int end = from;
		if (first == '{' && isDescription(text, keyStart, keyEnd, open, judged)) {
			return NONE;
		}
		if (first == '{' || first == '[' || (first == '(' && !plain)) {
			end = SensitiveValue.bracketEnd(text, open, judged);
			boolean closed = end < judged || "]})".indexOf(text.charAt(end - 1)) >= 0;
			if (!closed && isLoneBracket(text, open, judged)) {
				end = open + 1;
			}
			else if (!closed && !cookie && inBrackets == judged) {
				end = SensitiveValue.bracketEnd(text, open);
			}
			int inner = Math.max(open + 1, end - 1);
			boolean quote = isQuote(text.charAt(Math.min(open + 1, inner - 1))) && inner - open > 3
					&& text.charAt(inner - 1) == text.charAt(open + 1);
			int scheme = AuthorizationValue.schemeEnd(text, quote ? open + 2 : open + 1, inner, header && !cookie);
			if (scheme != -1) {
				return checked(text, scheme, quote ? inner - 1 : inner);
			}
			if (cookie && CookieHeader.hasPair(text, open, inner)) {
				return NONE;
			}
			if (first == '[' && text.charAt(end - 1) == ']' && SensitiveValue.afterPlaceholder(text, open) == open) {
				return SensitiveValue.isHarmless(text, open, end) ? NONE
						: ValueList.elements(text, open, end - 1, null, null);
			}
		}
		int argument = ValueInCode.quotedArgument(text, from);
		if (argument != -1 && !ValueInCode.isExpression(text, from, judged, separator)) {
			return ValueInCode.isLookup(text, from, argument) ? NONE : quoted(text, argument, argument, header, cookie);
		}
		if (ValueInCode.isCall(text, from)) {
			return NONE;
		}
		end = SensitiveValue.bareEnd(text, wrapperEnd(text, end), false, judged);
		if (AuthorizationValue.isSchemeBeforeCredential(text, from, end, header && !cookie)) {
			return AuthorizationValue.credential(text, from, end);
		}
		if (endsWith(text, keyEnd, PASSPHRASE)) {
			int phrase = SensitiveValue.phraseEnd(text, from, judged);
			if (phrase > end) {
				return checked(text, from, phrase);
			}
		}
		if (!header && separator == ':' && from > keyEnd + 1
				&& (SensitiveValue.isInSentence(text, from, end) || isPair(text, from, end))) {
			return NONE;
		}
		if (header) {
			if (separator == ':' && (SensitiveValue.isProse(text, from, end)
					|| (end - from < MIN_PARAMETER && SensitiveValue.isScheme(text, from, end, false)))) {
				return NONE;
			}
			end = SensitiveValue.bareEnd(text, end, true, judged);
		}
		if (cookie && (CookieHeader.hasPair(text, from, end) || isCount(text, from, end))) {
			return NONE;
		}
		if (isNumberOfMany(text, keyEnd, from, end)) {
			return NONE;
		}
		if (from > keyEnd + 2 && ValueInCode.isExpression(text, from, end, separator)) {
			return NONE;
		}
		if (separator == ':' && from == keyEnd + 1 && (isArtifact(text, keyStart, keyEnd, from, end)
				|| (keyStart >= 2 && isCoordinate(text, keyStart, from, end)))) {
			return NONE;
		}
		if (inBrackets < Math.min(end, judged)) {
			end = inBrackets;
		}
		else {
			end = (end < judged) ? groupsEnd(text, from, end) : SensitiveValue.bareEnd(text, end, header);
			end = SensitiveValue.sentenceEnd(text, from, endInUrl(text, from, end, keyEnd));
		}
		if (separator == ':'
				&& (SensitiveValue.isProse(text, from, end) || isAboutKey(text, keyStart, keyEnd, from, end))) {
			return NONE;
		}
		if (isWeak(text, keyStart, keyEnd) && !SensitiveValue.isMixed(text, from, end)) {
			return NONE;
		}
		if (session && !isSessionId(text, from, end)) {
			return NONE;
		}
		return checked(text, from, end);
	}

	// token:count, as keys of a cache are written
	private boolean isAboutKey(String text, int keyStart, int keyEnd, int from, int end) {
		for (int i = from; i < end; i++) {
			if (!isAsciiLetter(text.charAt(i))) {
				return false;
			}
		}
		return from == keyEnd + 1 && end - keyStart < MAX_KEY && this.keys.matches(text, keyStart, keyEnd, keyStart)
				&& !this.keys.matches(text, keyStart, end, keyStart);
	}

	// https://idp.example/oauth/token: 401
	private static boolean isInUrl(String text, int keyStart) {
		if (keyStart == 0 || text.charAt(keyStart - 1) != '/') {
			return false;
		}
		int limit = Math.max(2, keyStart - MAX_WRAPPED);
		for (int i = keyStart - 1; i >= limit && !isSpace(text.charAt(i)) && !isQuote(text.charAt(i)); i--) {
			if (text.charAt(i) == '/' && text.charAt(i - 1) == '/' && text.charAt(i - 2) == ':') {
				return true;
			}
		}
		return false;
	}

	// sv=2020-08-04&sig=x
	private static int signatureEnd(String text, int from) {
		int end = from;
		while (end < text.length() && (isParameterPart(text.charAt(end)) || text.charAt(end) == '&'
				|| text.charAt(end) == '?' || text.charAt(end) == ':')) {
			end++;
		}
		return end;
	}

	private static boolean isSessionId(String text, int from, int end) {
		return end - from >= MIN_SESSION && SensitiveValue.isMixed(text, from, end);
	}

	private long quoted(String text, int from, int open, boolean header, boolean cookie) {
		char quote = text.charAt(open);
		int start = open + 1;
		if (text.startsWith(PrivateKeyDetector.BEGIN, start)) {
			return NONE;
		}
		int end = SensitiveValue.quotedEnd(text, start, quote, open - from);
		end = (end == text.length()) ? SensitiveValue.cutEnd(text, start) : end;
		int behind = (end == start && end < text.length()) ? SensitiveValue.bareEnd(text, end + 1, header) : 0;
		if (behind > end + 1) {
			return span(from, behind);
		}
		int scheme = AuthorizationValue.schemeEnd(text, start, end, header && !cookie);
		if (scheme != -1) {
			return SensitiveValue.hasParameters(text, start, scheme - 1)
					? AuthorizationValue.credentials(text, scheme, end) : checked(text, scheme, end);
		}
		return (cookie && CookieHeader.hasPair(text, start, end)) ? NONE : checked(text, start, end);
	}

	// password=<x>, which is no element
	private static long angled(String text, int open) {
		int end = open + 1;
		int limit = Math.min(text.length(), open + MAX_KEY);
		while (end < limit && !isSpace(text.charAt(end)) && text.charAt(end) != '>') {
			end++;
		}
		boolean closed = end < limit && text.charAt(end) == '>' && text.charAt(open + 1) != '/';
		boolean known = end < limit || limit == text.length();
		if (!closed && known && end > open + 1 && text.charAt(open + 1) != '/') {
			int bare = SensitiveValue.bareEnd(text, open + 1, false, limit);
			return SensitiveValue.isMixed(text, open + 1, bare) ? checked(text, open, bare) : NONE;
		}
		return (closed && SensitiveValue.isMixed(text, open + 1, end)) ? checked(text, open + 1, end) : NONE;
	}

	/**
	 * Return the span of a value that is no harmless one.
	 * @param text the text
	 * @param start where the value begins
	 * @param end where it ends
	 * @return the span, or {@link #NONE}
	 */
	static long checked(String text, int start, int end) {
		return SensitiveValue.isHarmless(text, start, end) ? NONE : span(start, end);
	}

	// com.auth0:java-jwt:4.4.0 and acme/auth:1.2.3
	private static boolean isCoordinate(String text, int keyStart, int from, int end) {
		char before = text.charAt(keyStart - 1);
		return (before == ':' || before == '/') && isVersion(text, from, end);
	}

	// com.auth0:java-jwt:4.4.0
	private static boolean isArtifact(String text, int keyStart, int keyEnd, int from, int end) {
		int at = from;
		while (at < end && SensitiveValue.isKeyPart(text.charAt(at))) {
			at++;
		}
		return hasDot(text, keyStart, keyEnd) && at < end && text.charAt(at) == ':' && isVersion(text, at + 1, end);
	}

	private static boolean hasDot(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (text.charAt(i) == '.') {
				return true;
			}
		}
		return false;
	}

	private static boolean isVersion(String text, int from, int end) {
		int at = from;
		while (at < end && isDigit(text.charAt(at))) {
			at++;
		}
		return at > from && at + 1 < end && text.charAt(at) == '.' && isDigit(text.charAt(at + 1));
	}

	// cookies: 3 set
	private static boolean isCount(String text, int from, int end) {
		int digits = from;
		while (digits < end && isDigit(text.charAt(digits))) {
			digits++;
		}
		return digits > from && digits < end && text.charAt(digits) == ' ';
	}

	// tokens=3
	private static boolean isNumberOfMany(String text, int keyEnd, int from, int end) {
		if ((text.charAt(keyEnd - 1) | 0x20) != 's' || endsWith(text, keyEnd, "ss") || end - from > MAX_COUNT) {
			return false;
		}
		int digits = from;
		while (digits < end && isDigit(text.charAt(digits))) {
			digits++;
		}
		return digits == end;
	}

	// arn:aws:secretsmanager:eu-west-1:17:secret:name
	private static boolean isResourceName(String text, int keyStart) {
		int start = keyStart;
		int limit = Math.max(0, keyStart - MAX_WRAPPED);
		while (start > limit && (text.charAt(start - 1) == ':' || SensitiveValue.isKeyPart(text.charAt(start - 1)))) {
			start--;
		}
		return start < keyStart && text.startsWith("arn:", start);
	}

	// the groups of a number that spaces part, as of an IBAN
	private static int groupsEnd(String text, int from, int end) {
		if (!hasDigit(text, from, end) || !isGroup(text, from, end)) {
			return end;
		}
		int last = end;
		int groups = 1;
		while (last + 1 < text.length() && text.charAt(last) == ' ') {
			int next = last + 1;
			while (next < text.length() && next - last <= MAX_GROUP && isLetterOrDigit(text.charAt(next))) {
				next++;
			}
			if (!isGroup(text, last + 1, next)) {
				break;
			}
			last = next;
			groups++;
		}
		return (groups >= MIN_GROUPS) ? last : end;
	}

	private static boolean isGroup(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			if (!isDigit(c) && (c < 'A' || c > 'Z')) {
				return false;
			}
		}
		return to - from <= MAX_GROUP && (to - from == BANK || hasDigit(text, from, to));
	}

	private static boolean hasDigit(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (isDigit(text.charAt(i))) {
				return true;
			}
		}
		return false;
	}

	// an object that is no secret itself: others are in it, or none
	private boolean isDescription(String text, int keyStart, int keyEnd, int open, int limit) {
		boolean secret = hasSecretInside(text, open, limit);
		if (secret || !(text.startsWith(SCHEMA, open + 1) || this.settings.matches(text, keyStart, keyEnd, keyStart))) {
			return secret && this.containers.matches(text, keyStart, keyEnd, keyStart);
		}
		int end = SensitiveValue.bracketEnd(text, open, limit);
		return text.charAt(end - 1) == '}' && !SensitiveValue.isMixed(text, open, end);
	}

	// a key in an object that tells by itself what is secret there
	private boolean hasSecretInside(String text, int open, int limit) {
		int depth = 0;
		for (int i = open; i < limit; i++) {
			char c = text.charAt(i);
			depth += (c == '{') ? 1 : (c == '}') ? -1 : 0;
			if (depth == 0) {
				return false;
			}
			if (c == ':' || c == '=') {
				int keyEnd = keyEnd(text, open, i);
				int keyStart = keyStart(text, open, keyEnd);
				if (keyStart < keyEnd && !isWeak(text, keyStart, keyEnd)
						&& this.keys.matches(text, keyStart, keyEnd, keyStart)) {
					return true;
				}
			}
		}
		return false;
	}

	// a bracket that nothing closes and that holds no pairs, as the first character of a
	// value
	private static boolean isLoneBracket(String text, int open, int limit) {
		int end = SensitiveValue.bareEnd(text, open + 1, false, limit);
		return end > open + 1 && end < text.length() && text.charAt(end - 1) != ']' && text.charAt(end - 1) != '}'
				&& text.charAt(end - 1) != ')' && !isQuote(text.charAt(open + 1))
				&& !SensitiveValue.isPairAhead(text, open + 1)
				&& (text.charAt(end) != ',' || SensitiveValue.isPairAhead(text, end + 1));
	}

	// the closing bracket of Password(x)
	private static int wrapperEnd(String text, int from) {
		int open = from;
		int limit = Math.min(text.length(), from + MAX_KEY);
		while (open < limit && isLetter(text.charAt(open))) {
			open++;
		}
		if (open == from || open == limit || "([{".indexOf(text.charAt(open)) < 0) {
			return from;
		}
		int depth = 0;
		limit = Math.min(text.length(), open + MAX_WRAPPED);
		for (int i = open; i < limit && !isLineEnd(text.charAt(i)); i++) {
			char c = text.charAt(i);
			depth += (c == '(' || c == '[' || c == '{') ? 1 : (c == ')' || c == ']' || c == '}') ? -1 : 0;
			if (depth == 0) {
				return i + 1;
			}
		}
		return from;
	}

	// the word goes on as a pair of its own, as in credentials: password='x'
	private static boolean isPair(String text, int from, int end) {
		int equals = from;
		while (equals < end && text.charAt(equals) != '=' && !isDigit(text.charAt(equals))) {
			equals++;
		}
		return equals < end - 1 && text.charAt(equals) == '=' && text.charAt(equals + 1) != '='
				&& SensitiveValue.isPairAhead(text, from) && SensitiveValue.isKeyPart(text.charAt(from));
	}

	private static int endInUrl(String text, int from, int end, int keyEnd) {
		if (!endsWith(text, keyEnd, ";jsessionid")) {
			return end;
		}
		int stop = from;
		while (stop < end && text.charAt(stop) != '?' && text.charAt(stop) != '#') {
			stop++;
		}
		return stop;
	}

	// (password=x)(port=17)
	private static int endInBrackets(String text, int from, int end) {
		for (int i = from; i + 1 < end; i++) {
			if (text.charAt(i) == ')' && (text.charAt(i + 1) == '(' || text.charAt(i + 1) == '/')) {
				return i;
			}
		}
		return end;
	}

	private static boolean isWeak(String text, int keyStart, int keyEnd) {
		int start = keyEnd;
		while (start > keyStart && isLetter(text.charAt(start - 1))) {
			start--;
		}
		return (keyEnd - start == 3 && endsWith(text, keyEnd, "sid"))
				|| (keyEnd - start >= 4 && endsWith(text, keyEnd, "pass"));
	}

}
