package io.github.sentryinsights.scrub;

import java.util.List;

/**
 * Tells what beside a sensitive key is its secret: which part of the text, or none when
 * it is code, a sentence or a description.
 */
final class PairValue {

	/** Characters of what stands in brackets or quotes around a value. */
	static final int MAX_WRAPPED = 256;

	private static final int MAX_GROUP = 6;

	private static final int MIN_GROUPS = 3;

	// the letters of a bank in an IBAN
	private static final int BANK = 4;

	private static final int MIN_SESSION = 12;

	private static final int MAX_COUNT = 4;

	// A shorter word behind a scheme is none of its parameters.
	private static final int MIN_PARAMETER = 16;

	private static final String SCHEMA = "\"type\":";

	private static final String PASSPHRASE = "passphrase";

	private static final String SIGNATURE = "accessSignature";

	private static final String VALUE_OBJECT = "{\"value\":\"";

	private static final String OPTIONAL = "Optional[";

	private static final String REJECTED = "rejected value [";

	private final SensitiveKeys keys;

	// Keys of objects that hold more than a secret.
	private final SensitiveKeys containers = SensitiveKeys
		.of(List.of("auth", "authorization", "credential", "credentials", "token", "jwt", "csrf", "cookie", "cookies"));

	// Keys of objects that may hold no secret at all.
	private final SensitiveKeys settings = SensitiveKeys.of(List.of("auth", "authorization", "token", "jwt", "csrf"));

	/**
	 * Create a new reader of values.
	 * @param keys the sensitive keys
	 */
	PairValue(SensitiveKeys keys) {
		this.keys = keys;
	}

	/**
	 * Find the secret behind a sensitive key.
	 * @param text the text
	 * @param from where the value begins
	 * @param separator the character between the key and the value
	 * @param plain whether nothing but the separator and spaces are between them
	 * @param keyStart where the key begins
	 * @param keyEnd where it ends
	 * @return the span of the secret, or {@link Detector#NONE}
	 */
	long find(String text, int from, char separator, boolean plain, int keyStart, int keyEnd) {
		boolean cookie = CookieHeader.isNamed(text, keyEnd);
		boolean header = cookie || KeyText.endsWith(text, keyEnd, "authorization");
		int open = from;
		while (open < text.length() && text.charAt(open) == '\\') {
			open++;
		}
		if (open >= text.length() || text.startsWith(PrivateKeyDetector.BEGIN, open)) {
			return Detector.NONE;
		}
		if (text.startsWith(REJECTED, from)) {
			int start = from + REJECTED.length();
			int end = text.indexOf(']', SensitiveValue.afterPlaceholder(text, start));
			return checked(text, start, (end != -1) ? end : text.length());
		}
		int optional = optionalEnd(text, from);
		if (optional != -1 && !cookie) {
			int start = from + OPTIONAL.length();
			boolean weak = KeyText.endsWith(text, keyEnd, SensitivePairDetector.SESSION)
					|| isWeak(text, keyStart, keyEnd);
			return (weak && !SensitiveValue.isMixed(text, start, optional)) ? Detector.NONE
					: checked(text, start, optional);
		}
		int escaped = EscapedQuote.after(text, from);
		if (escaped > from) {
			return checked(text, escaped, EscapedQuote.valueEnd(text, escaped));
		}
		int behind = SensitiveValue.afterPlaceholder(text, from);
		if (behind > from && behind < text.length() && ";,&|".indexOf(text.charAt(behind)) >= 0) {
			return Detector.NONE;
		}
		char first = text.charAt(open);
		boolean session = KeyText.endsWith(text, keyEnd, SensitivePairDetector.SESSION);
		if (Detector.isQuote(first)) {
			long quoted = quoted(text, from, open, header, cookie);
			return (session && quoted != Detector.NONE
					&& !isSessionId(text, Detector.start(quoted), Detector.end(quoted))) ? Detector.NONE : quoted;
		}
		if ("NEne".indexOf(first) >= 0 && open + 1 < text.length() && text.charAt(open + 1) == '\'') {
			return quoted(text, open + 1, open + 1, header, cookie);
		}
		if ((session && (first == '{' || first == '[')) || (separator == ':' && isInUrl(text, keyStart))) {
			return Detector.NONE;
		}
		if (separator == ':' && from == keyEnd + 1 && keyStart >= 2
				&& (text.startsWith("//", keyStart - 2) || isResourceName(text, keyStart))) {
			return Detector.NONE;
		}
		if (ValueInCode.isReference(text, open, separator, keyStart)) {
			return Detector.NONE;
		}
		int block = (separator == ':') ? YamlBlock.start(text, open) : -1;
		if (block != -1) {
			return text.startsWith(PrivateKeyDetector.BEGIN, block) ? Detector.NONE
					: checked(text, block, YamlBlock.end(text, block));
		}
		if (text.startsWith(VALUE_OBJECT, open)) {
			return quoted(text, open + VALUE_OBJECT.length() - 1, open + VALUE_OBJECT.length() - 1, header, cookie);
		}
		if (KeyText.endsWith(text, keyEnd, SIGNATURE)) {
			return checked(text, from, signatureEnd(text, from));
		}
		// told first, as what may be no value must not be read to the end of the text
		int judged = SensitiveValue.judgedEnd(text, from);
		if ((session || isWeak(text, keyStart, keyEnd)) && !SensitiveValue.isMixed(text, from, judged)) {
			return Detector.NONE;
		}
		if (first == '<' && !header) {
			return angled(text, open);
		}
		boolean bracketed = keyStart > 0 && text.charAt(keyStart - 1) == '(';
		int inBrackets = bracketed ? endInBrackets(text, from, judged) : judged;
		int end = from;
		if (first == '{' && isDescription(text, keyStart, keyEnd, open, judged)) {
			return Detector.NONE;
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
			boolean quote = Detector.isQuote(text.charAt(Math.min(open + 1, inner - 1))) && inner - open > 3
					&& text.charAt(inner - 1) == text.charAt(open + 1);
			int scheme = AuthorizationValue.schemeEnd(text, quote ? open + 2 : open + 1, inner, header && !cookie);
			if (scheme != -1) {
				return checked(text, scheme, quote ? inner - 1 : inner);
			}
			if (cookie && CookieHeader.hasPair(text, open, inner)) {
				return Detector.NONE;
			}
			if (first == '[' && text.charAt(end - 1) == ']' && SensitiveValue.afterPlaceholder(text, open) == open) {
				return SensitiveValue.isHarmless(text, open, end) ? Detector.NONE
						: ValueList.elements(text, open, end - 1, null, null);
			}
		}
		int argument = ValueInCode.quotedArgument(text, from);
		if (argument != -1 && !ValueInCode.isExpression(text, from, judged, separator)) {
			return ValueInCode.isLookup(text, from, argument) ? Detector.NONE
					: quoted(text, argument, argument, header, cookie);
		}
		if (ValueInCode.isCall(text, from)) {
			return Detector.NONE;
		}
		end = SensitiveValue.bareEnd(text, wrapperEnd(text, end), false, judged);
		if (AuthorizationValue.isSchemeBeforeCredential(text, from, end, header && !cookie)) {
			return AuthorizationValue.credential(text, from, end);
		}
		if (KeyText.endsWith(text, keyEnd, PASSPHRASE)) {
			int phrase = SensitiveValue.phraseEnd(text, from, judged);
			if (phrase > end) {
				return checked(text, from, phrase);
			}
		}
		if (!header && separator == ':' && from > keyEnd + 1
				&& (SensitiveValue.isInSentence(text, from, end) || isPair(text, from, end))) {
			return Detector.NONE;
		}
		if (header) {
			if (separator == ':' && (SensitiveValue.isProse(text, from, end)
					|| (end - from < MIN_PARAMETER && SensitiveValue.isScheme(text, from, end, false)))) {
				return Detector.NONE;
			}
			end = SensitiveValue.bareEnd(text, end, true, judged);
		}
		if (cookie && (CookieHeader.hasPair(text, from, end) || isCount(text, from, end))) {
			return Detector.NONE;
		}
		if (isNumberOfMany(text, keyEnd, from, end)) {
			return Detector.NONE;
		}
		if (from > keyEnd + 2 && ValueInCode.isExpression(text, from, end, separator)) {
			return Detector.NONE;
		}
		if (separator == ':' && from == keyEnd + 1 && (isArtifact(text, keyStart, keyEnd, from, end)
				|| (keyStart >= 2 && isCoordinate(text, keyStart, from, end)))) {
			return Detector.NONE;
		}
		if (inBrackets < Math.min(end, judged)) {
			end = inBrackets;
		}
		else {
			end = (end < judged) ? groupsEnd(text, from, end) : SensitiveValue.bareEnd(text, end, header);
			end = SensitiveValue.sentenceEnd(text, from, endInUrl(text, from, end, keyEnd));
		}
		if (separator == ':' && SensitiveValue.isProse(text, from, end)) {
			return Detector.NONE;
		}
		if (isWeak(text, keyStart, keyEnd) && !SensitiveValue.isMixed(text, from, end)) {
			return Detector.NONE;
		}
		if (session && !isSessionId(text, from, end)) {
			return Detector.NONE;
		}
		return checked(text, from, end);
	}

	// the closing bracket of Optional[x]
	private static int optionalEnd(String text, int from) {
		if (!text.startsWith(OPTIONAL, from)) {
			return -1;
		}
		int limit = Math.min(text.length(), from + MAX_WRAPPED);
		for (int i = from + OPTIONAL.length(); i < limit && !Detector.isLineEnd(text.charAt(i)); i++) {
			if (text.charAt(i) == ']' && (i + 1 == text.length() || ",;)]} ".indexOf(text.charAt(i + 1)) >= 0)) {
				return i;
			}
		}
		return -1;
	}

	// https://idp.example/oauth/token: 401
	private static boolean isInUrl(String text, int keyStart) {
		if (keyStart == 0 || text.charAt(keyStart - 1) != '/') {
			return false;
		}
		int limit = Math.max(2, keyStart - MAX_WRAPPED);
		for (int i = keyStart - 1; i >= limit && !Detector.isSpace(text.charAt(i))
				&& !Detector.isQuote(text.charAt(i)); i--) {
			if (text.charAt(i) == '/' && text.charAt(i - 1) == '/' && text.charAt(i - 2) == ':') {
				return true;
			}
		}
		return false;
	}

	// sv=2020-08-04&sig=x
	private static int signatureEnd(String text, int from) {
		int end = from;
		while (end < text.length() && (SensitivePairDetector.isParameterPart(text.charAt(end))
				|| text.charAt(end) == '&' || text.charAt(end) == '?' || text.charAt(end) == ':')) {
			end++;
		}
		return end;
	}

	static boolean isSessionId(String text, int from, int end) {
		return end - from >= MIN_SESSION && SensitiveValue.isMixed(text, from, end);
	}

	/**
	 * Find the secret in quotes.
	 * @param text the text
	 * @param from where the value begins
	 * @param open the opening quote
	 * @param header whether the key names a header
	 * @param cookie whether it names cookies
	 * @return the span of the secret, or {@link Detector#NONE}
	 */
	long quoted(String text, int from, int open, boolean header, boolean cookie) {
		char quote = text.charAt(open);
		int start = open + 1;
		if (text.startsWith(PrivateKeyDetector.BEGIN, start)) {
			return Detector.NONE;
		}
		int end = SensitiveValue.quotedEnd(text, start, quote, open - from);
		end = (end == text.length()) ? SensitiveValue.cutEnd(text, start) : end;
		int behind = (end == start && end < text.length()) ? SensitiveValue.bareEnd(text, end + 1, header) : 0;
		if (behind > end + 1) {
			return Detector.span(from, behind);
		}
		int scheme = AuthorizationValue.schemeEnd(text, start, end, header && !cookie);
		if (scheme != -1) {
			return SensitiveValue.hasParameters(text, start, scheme - 1)
					? AuthorizationValue.credentials(text, scheme, end) : checked(text, scheme, end);
		}
		return (cookie && CookieHeader.hasPair(text, start, end)) ? Detector.NONE : checked(text, start, end);
	}

	// password=<x>, which is no element
	private static long angled(String text, int open) {
		int end = open + 1;
		int limit = Math.min(text.length(), open + KeyText.MAX_KEY);
		while (end < limit && !Detector.isSpace(text.charAt(end)) && text.charAt(end) != '>') {
			end++;
		}
		boolean closed = end < limit && text.charAt(end) == '>' && text.charAt(open + 1) != '/';
		boolean known = end < limit || limit == text.length();
		if (!closed && known && end > open + 1 && text.charAt(open + 1) != '/') {
			int bare = SensitiveValue.bareEnd(text, open + 1, false, limit);
			return SensitiveValue.isMixed(text, open + 1, bare) ? checked(text, open, bare) : Detector.NONE;
		}
		return (closed && SensitiveValue.isMixed(text, open + 1, end)) ? checked(text, open + 1, end) : Detector.NONE;
	}

	/**
	 * Return the span of a value that is no harmless one.
	 * @param text the text
	 * @param start where the value begins
	 * @param end where it ends
	 * @return the span, or {@link #NONE}
	 */
	static long checked(String text, int start, int end) {
		return SensitiveValue.isHarmless(text, start, end) ? Detector.NONE : Detector.span(start, end);
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
		while (at < end && Detector.isDigit(text.charAt(at))) {
			at++;
		}
		return at > from && at + 1 < end && text.charAt(at) == '.' && Detector.isDigit(text.charAt(at + 1));
	}

	// cookies: 3 set
	private static boolean isCount(String text, int from, int end) {
		int digits = from;
		while (digits < end && Detector.isDigit(text.charAt(digits))) {
			digits++;
		}
		return digits > from && digits < end && text.charAt(digits) == ' ';
	}

	// tokens=3
	private static boolean isNumberOfMany(String text, int keyEnd, int from, int end) {
		if ((text.charAt(keyEnd - 1) | 0x20) != 's' || KeyText.endsWith(text, keyEnd, "ss") || end - from > MAX_COUNT) {
			return false;
		}
		int digits = from;
		while (digits < end && Detector.isDigit(text.charAt(digits))) {
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
			while (next < text.length() && next - last <= MAX_GROUP && Detector.isLetterOrDigit(text.charAt(next))) {
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
			if (!Detector.isDigit(c) && (c < 'A' || c > 'Z')) {
				return false;
			}
		}
		return to - from <= MAX_GROUP && (to - from == BANK || hasDigit(text, from, to));
	}

	private static boolean hasDigit(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (Detector.isDigit(text.charAt(i))) {
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
				int keyEnd = KeyText.keyEnd(text, open, i);
				int keyStart = KeyText.keyStart(text, open, keyEnd);
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
				&& text.charAt(end - 1) != ')' && !Detector.isQuote(text.charAt(open + 1))
				&& !SensitiveValue.isPairAhead(text, open + 1)
				&& (text.charAt(end) != ',' || SensitiveValue.isPairAhead(text, end + 1));
	}

	// the closing bracket of Password(x)
	private static int wrapperEnd(String text, int from) {
		int open = from;
		int limit = Math.min(text.length(), from + KeyText.MAX_KEY);
		while (open < limit && Detector.isLetter(text.charAt(open))) {
			open++;
		}
		if (open == from || open == limit || "([{".indexOf(text.charAt(open)) < 0) {
			return from;
		}
		int depth = 0;
		limit = Math.min(text.length(), open + MAX_WRAPPED);
		for (int i = open; i < limit && !Detector.isLineEnd(text.charAt(i)); i++) {
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
		while (equals < end && text.charAt(equals) != '=' && !Detector.isDigit(text.charAt(equals))) {
			equals++;
		}
		return equals < end - 1 && text.charAt(equals) == '=' && text.charAt(equals + 1) != '='
				&& SensitiveValue.isPairAhead(text, from) && SensitiveValue.isKeyPart(text.charAt(from));
	}

	private static int endInUrl(String text, int from, int end, int keyEnd) {
		if (!KeyText.endsWith(text, keyEnd, ";jsessionid")) {
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
		while (start > keyStart && Detector.isLetter(text.charAt(start - 1))) {
			start--;
		}
		return (keyEnd - start == 3 && KeyText.endsWith(text, keyEnd, "sid"))
				|| (keyEnd - start >= 4 && KeyText.endsWith(text, keyEnd, "pass"));
	}

}
