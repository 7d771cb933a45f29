package io.github.sentryinsights.scrub;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where the value beside a sensitive key begins and ends in text, and whether it is one.
 */
final class SensitiveValue {

	static final String FILTERED = "[Filtered]";

	private static final int HASH = 16;

	private static final AsciiSet KEY_PARTS = AsciiSet.LETTERS.and(AsciiSet.DIGITS).and(AsciiSet.of("_-.$"));

	// the bits of a letter that tell it from others
	private static final int LETTER = 0x1f;

	/**
	 * The markers of our placeholders, by the letter they begin with.
	 */
	private static final String[][] MARKERS = markers();

	private static final int LONG_NUMBER = 6;

	private static final int MIN_STARS = 3;

	private static final int MAX_KEPT = 4;

	private static final String[] NOTHING = { "true", "false", "null", "none", "nil", "undefined", "yes", "no",
			"enabled", "disabled", "required", "optional", "redacted", "hidden", "masked", "protected", "filtered",
			"removed", "omitted", "scrubbed", "sanitized", "obfuscated", "empty", "unset", "not set", "n/a", "missing",
			"present", "not given", "not provided", "unknown", "optional.empty" };

	// What may stand around such a word.
	private static final String DECORATION = "*[](){}<>_#-\"' ";

	private static final String YOUR = "your";

	private static final String[] PROSE = { "must", "should", "may", "can", "cannot", "could", "is", "was", "has",
			"not", "no", "required", "missing", "invalid", "expired", "incorrect", "wrong", "failed", "failure",
			"error", "denied", "granted", "ok", "success", "successful", "unauthorized", "forbidden", "accepted",
			"rejected", "unknown", "unable", "disabled", "enabled", "expected", "include", "omit", "optional", "header",
			"query", "body", "the", "a", "an", "authentication", "authorization" };

	private static final String[] SCHEMES = { "bearer", "basic", "digest", "token", "negotiate", "ntlm", "apikey",
			"hawk", "aws4-hmac-sha256" };

	// Words that are schemes in the header Authorization and anything elsewhere.
	private static final String[] HEADER_SCHEMES = { "oauth", "signature", "sharedkey", "sharedkeylite", "key", "ssws",
			"hmac", "hmac-sha256", "dpop", "sso-key", "bot", "splunk", "gogs", "jwt", "googlelogin", "scram-sha-256",
			"snowflake", "klaviyo-api-key", "wsse", "vapid", "hoba", "goog4-rsa-sha256", "aws" };

	private static final String[] SCHEMES_WITH_PARAMETERS = { "digest", "hawk", "aws4-hmac-sha256", "oauth",
			"signature", "hmac", "vapid", "wsse", "googlelogin" };

	private static final String[] CREDENTIAL_NAMES = { "response", "signature", "mac", "oauth_token", "passworddigest",
			"auth" };

	private static final int MAX_KEY = 64;

	private static final int MAX_NAME = 32;

	private static final int MAX_JUDGED = 512;

	private static final int MAX_ESCAPES = 64;

	private static final int MIN_WORDS = 3;

	private static final int MIN_TOKEN = 16;

	private SensitiveValue() {
	}

	static boolean isPlaceholder(String text, int from, int to) {
		return from < to && afterPlaceholder(text, from) == to;
	}

	/**
	 * Whether a value tells nothing: empty, a placeholder of ours, of a statement or of a
	 * template, a mask, or a literal such as {@code true}.
	 * @param text the text
	 * @param from where the value begins
	 * @param to where it ends
	 * @return whether it may stay
	 */
	static boolean isHarmless(String text, int from, int to) {
		if (from >= to || isHidden(text, from, to) || isNothing(text, from, to)) {
			return true;
		}
		char first = text.charAt(from);
		char last = text.charAt(to - 1);
		return switch (first) {
			case '?' -> isNumber(text, from + 1, to) || isRun(text, from, to, first);
			case '.', '\u2022', '\u00b7', '\u2588', '\u25cf', '\u2026' -> isRun(text, from, to, first);
			case 'x', 'X' -> to - from >= MIN_STARS && isRun(text, from, to, first);
			case '%' -> (to - from == 2 && last == 's') || isFormat(text, from, to)
					|| (last == '%' && isVariableName(text, from + 1, to - 1) && has(text, from, to, '_'));
			case '{' -> (last == '}') ? isTemplateName(text, from + 1, to - 1) || isExpression(text, from, to)
					: text.startsWith("}", to) && isTemplateName(text, from + 1, to);
			case '[' -> to - from == 2 && last == ']';
			case '$', '#' -> (text.startsWith("{", from + 1) && isTemplate(text, from, to))
					|| (to - from == 2 && Detector.isDigit(last)) || (first == '$' && isVariable(text, from, to));
			case '@' -> isBindName(text, from + 1, to)
					|| (last == '@' && has(text, from, to, '.') && isTemplateName(text, from + 1, to - 1));
			case ':' -> isTemplateName(text, from + 1, Detector.isDigit(last) ? to - 1 : to);
			default -> false;
		};
	}

	// a word such as hidden, in whatever stands around it, or nothing but that
	private static boolean isNothing(String text, int from, int to) {
		if (to - from > MAX_NAME) {
			return false;
		}
		int start = from;
		int end = to;
		while (start < end && DECORATION.indexOf(text.charAt(start)) >= 0) {
			start++;
		}
		while (end > start && DECORATION.indexOf(text.charAt(end - 1)) >= 0) {
			end--;
		}
		return start == end || isOneOf(NOTHING, text, start, end) || isExample(text, start, end);
	}

	// YOUR_API_KEY
	private static boolean isExample(String text, int from, int to) {
		int behind = from + YOUR.length();
		return behind < to && text.regionMatches(true, from, YOUR, 0, YOUR.length())
				&& "_- ".indexOf(text.charAt(behind)) >= 0 && !isMixed(text, from, to);
	}

	/**
	 * Whether a word behind a colon goes on with the sentence, as in
	 * {@code password: must not be empty}.
	 * @param text the text
	 * @param from where the word begins
	 * @param to where it ends
	 * @return whether it is an ordinary word
	 */
	static boolean isProse(String text, int from, int to) {
		return isOneOf(PROSE, text, from, to);
	}

	/**
	 * Whether a word names how a credential behind it is to be read.
	 * @param text the text
	 * @param from where the word begins
	 * @param to where it ends
	 * @param header whether it stands in the header Authorization
	 * @return whether it is a scheme
	 */
	static boolean isScheme(String text, int from, int to, boolean header) {
		return isOneOf(SCHEMES, text, from, to) || (header && isOneOf(HEADER_SCHEMES, text, from, to));
	}

	/**
	 * Whether a scheme is followed by parameters instead of one token.
	 * @param text the text
	 * @param from where the scheme begins
	 * @param to where it ends
	 * @return whether parameters follow
	 */
	static boolean hasParameters(String text, int from, int to) {
		return isOneOf(SCHEMES_WITH_PARAMETERS, text, from, to);
	}

	/**
	 * Whether a parameter of a credential is what proves it.
	 * @param text the text
	 * @param floor the first index to look at
	 * @param end where the name of the parameter ends
	 * @return whether it is to be replaced
	 */
	static boolean isCredentialName(String text, int floor, int end) {
		for (String name : CREDENTIAL_NAMES) {
			int start = end - name.length();
			if (start >= floor && text.regionMatches(true, start, name, 0, name.length())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Find the end of a line, or of what an escaped line end ends.
	 * @param text the text
	 * @param from where to look from
	 * @return the end
	 */
	static int escapedLineEnd(String text, int from) {
		int end = from;
		while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r'
				&& text.charAt(end) != '\\') {
			end++;
		}
		return end;
	}

	static int lineEnd(String text, int from) {
		int end = from;
		while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
			end++;
		}
		return end;
	}

	/**
	 * Find the end of a quoted value.
	 * @param text the text
	 * @param from where the value begins, behind the quote
	 * @param quote the quote
	 * @param escapes the number of backslashes before the quote
	 * @return the end of the value, which is the end of the text when the closing quote
	 * is missing
	 */
	static int quotedEnd(String text, int from, char quote, int escapes) {
		int backslashes = 0;
		for (int i = from; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '\\') {
				backslashes++;
				continue;
			}
			if (c == quote) {
				boolean closes = (escapes == 0) ? backslashes % 2 == 0
						: backslashes <= escapes || backslashes >= MAX_ESCAPES;
				if (closes && quote == '\'' && i + 1 < text.length() && text.charAt(i + 1) == quote) {
					i++;
				}
				else if (closes) {
					return (escapes == 0) ? i : i - backslashes;
				}
			}
			backslashes = 0;
		}
		return text.length();
	}

	/**
	 * Find the end of a value that the end of a text cuts off.
	 * @param text the text
	 * @param from where the value begins
	 * @return its end, which is where the text says that it is cut off, if it does
	 */
	static int cutEnd(String text, int from) {
		int limit = Math.max(from, text.length() - MAX_NAME);
		for (int i = text.length() - 1; i >= limit; i--) {
			char c = text.charAt(i);
			if (c == '\u2026' || (c == '.' && text.startsWith("...", i - 2))) {
				int end = (c == '.') ? i - 2 : i;
				return Math.max(from, end);
			}
		}
		return text.length();
	}

	/**
	 * Find the end of a value in brackets.
	 * @param text the text
	 * @param from where the opening bracket is
	 * @return the index behind the closing bracket, or the end of the text when it is
	 * missing
	 */
	static int bracketEnd(String text, int from) {
		return bracketEnd(text, from, text.length());
	}

	static int bracketEnd(String text, int from, int limit) {
		int depth = 0;
		for (int i = from; i < limit; i++) {
			char c = text.charAt(i);
			if (c == '"') {
				i = closingQuote(text, i, limit);
			}
			else if (c == '{' || c == '[' || c == '(') {
				depth++;
			}
			else if (c == '}' || c == ']' || c == ')') {
				depth--;
				if (depth == 0) {
					return i + 1;
				}
			}
		}
		return limit;
	}

	/**
	 * Find the quote that closes what another one opens, which backslashes may stand
	 * before.
	 * @param text the text
	 * @param quote the index of the opening quote
	 * @param limit where to give up
	 * @return the index of the closing quote, or the limit when there is none before it
	 */
	static int closingQuote(String text, int quote, int limit) {
		int escapes = 0;
		while (escapes < MAX_ESCAPES && escapes < quote && text.charAt(quote - escapes - 1) == '\\') {
			escapes++;
		}
		int end = quotedEnd(text, quote + 1, text.charAt(quote), escapes);
		while (end < limit && text.charAt(end) != text.charAt(quote)) {
			end++;
		}
		return Math.min(end, limit);
	}

	/**
	 * Find the end of a value that is neither quoted nor in brackets.
	 * @param text the text
	 * @param from where the value begins
	 * @param line whether it may hold spaces and semicolons, like the value of a header
	 * @return the end of the value
	 */
	static int bareEnd(String text, int from, boolean line) {
		return bareEnd(text, from, line, text.length());
	}

	/**
	 * Find the end of a value that may turn out to be none, for which a scan to the end
	 * of the text would be too much.
	 * @param text the text
	 * @param from where the value begins
	 * @param line whether it may hold spaces and semicolons
	 * @param limit where to give up, within the text
	 * @return the end of the value, or an index at or right behind the limit when the
	 * value is longer
	 */
	static int bareEnd(String text, int from, boolean line, int limit) {
		int end = afterPlaceholder(text, from);
		while (end < limit && !isEnd(text, end, line)) {
			end = Math.max(end + 1, afterPlaceholder(text, end));
		}
		return end;
	}

	/**
	 * Return how far a value is read to tell whether it is one.
	 * @param text the text
	 * @param from where the value begins
	 * @return the index, within the text
	 */
	static int judgedEnd(String text, int from) {
		return Math.min(text.length(), from + MAX_JUDGED);
	}

	/**
	 * Skip one of our own placeholders.
	 * @param text the text
	 * @param from where it would begin
	 * @return the index behind it, or {@code from} when there is none
	 */
	static int afterPlaceholder(String text, int from) {
		if (from < 0 || from + 1 >= text.length() || text.charAt(from) != '['
				|| !Detector.isAsciiLetter(text.charAt(from + 1))) {
			return from;
		}
		for (String marker : MARKERS[text.charAt(from + 1) & LETTER]) {
			int end = afterMarker(text, from, marker);
			if (end != from) {
				return end;
			}
		}
		return from;
	}

	private static String[][] markers() {
		return IntStream.rangeClosed(0, LETTER)
			.mapToObj((letter) -> Arrays.stream(Rule.VALUES)
				.map(Rule::marker)
				.filter((marker) -> (marker.charAt(0) & LETTER) == letter)
				.distinct()
				.toArray(String[]::new))
			.toArray(String[][]::new);
	}

	/**
	 * Skip the placeholder of one rule.
	 * @param text the text
	 * @param from where it would begin, at a bracket
	 * @param marker the marker of the rule
	 * @return the index behind it, or {@code from} when it is something else
	 */
	static int afterMarker(String text, int from, String marker) {
		int end = from + 1 + marker.length();
		if (end < text.length() && text.startsWith(marker, from + 1)) {
			if (text.charAt(end) == ']') {
				return end + 1;
			}
			if (text.charAt(end) == ':' && end + HASH + 1 < text.length() && text.charAt(end + HASH + 1) == ']') {
				return end + HASH + 2;
			}
		}
		return from;
	}

	/**
	 * Whether a value is a placeholder of ours or masked.
	 * @param text the text
	 * @param from where the value begins
	 * @param to where it ends
	 * @return whether it tells nothing
	 */
	static boolean isHidden(String text, int from, int to) {
		return isPlaceholder(text, from, to) || isMasked(text, from, to);
	}

	/**
	 * Whether a value is masked: stars among what is no letter or digit, and no more than
	 * the last four characters readable.
	 */
	private static boolean isMasked(String text, int from, int to) {
		int stars = 0;
		int kept = 0;
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			if (c == '*') {
				if (kept > 0) {
					return false;
				}
				stars++;
			}
			else if (Detector.isLetterOrDigit(c) && ++kept > MAX_KEPT) {
				return false;
			}
		}
		return stars >= MIN_STARS;
	}

	private static boolean isEnd(String text, int at, boolean line) {
		char c = text.charAt(at);
		switch (c) {
			case '\n', '\r', '<':
				return true;
			case ' ', '\t', '\u00a0':
				return !line;
			case ';', '&', '|':
				return (!line && (endsPair(text, at) || (c == ';' && isSettingAhead(text, at + 1))))
						|| (c == '&' && isEntity(text, at));
			case ',':
				return line ? isPairAhead(text, at + 1) : endsPair(text, at);
			case '[':
				return at + 1 < text.length() && text.charAt(at + 1) == '\\';
			case '"', '\'', '`', ')', ']', '}', '>':
				return at + 1 == text.length()
						|| (isCloser(text.charAt(at + 1)) && !(line && text.charAt(at + 1) == ';'));
			case '\\':
				return at + 1 == text.length() || "\"'nrt\\".indexOf(text.charAt(at + 1)) >= 0;
			default:
				return isSpaceOrControl(c) && !line;
		}
	}

	// an ampersand, a quote or a bracket that is escaped ends a value as it does itself
	private static boolean isEntity(String text, int at) {
		return text.startsWith("&amp;", at) || text.startsWith("&lt;", at) || text.startsWith("&gt;", at)
				|| EscapedQuote.after(text, at) > at;
	}

	private static boolean isSpaceOrControl(char c) {
		return c < ' ' || Character.isWhitespace(c);
	}

	private static boolean endsPair(String text, int at) {
		return at + 1 == text.length() || Detector.isSpace(text.charAt(at + 1)) || Detector.isQuote(text.charAt(at + 1))
				|| isPairAhead(text, at + 1);
	}

	// as in ;Connection Timeout=30
	private static boolean isSettingAhead(String text, int from) {
		int at = from;
		int limit = Math.min(text.length(), from + MAX_KEY);
		while (at < limit && (Detector.isAsciiLetter(text.charAt(at)) || text.charAt(at) == ' ')) {
			at++;
		}
		return at > from && at < limit && text.charAt(at) == '=';
	}

	private static boolean isCloser(char c) {
		return Detector.isSpace(c) || ",;:.)]}>\"'`&|<\\".indexOf(c) >= 0;
	}

	static boolean isPairAhead(String text, int from) {
		int limit = Math.min(text.length(), from + MAX_KEY);
		int at = from;
		while (at < limit && (text.charAt(at) == ' ' || text.charAt(at) == '\\' || Detector.isQuote(text.charAt(at)))) {
			at++;
		}
		int name = at;
		while (at < limit && (isKeyPart(text.charAt(at)) || text.charAt(at) == '[' || text.charAt(at) == ']')) {
			at++;
		}
		if (at == name) {
			return false;
		}
		while (at < limit && (text.charAt(at) == ' ' || text.charAt(at) == '\\' || Detector.isQuote(text.charAt(at)))) {
			at++;
		}
		return at < limit && (text.charAt(at) == '=' || text.charAt(at) == ':');
	}

	static boolean isKeyPart(char c) {
		return (c < 128) ? KEY_PARTS.has(c) : Character.isLetter(c);
	}

	// the name of a parameter, or its position
	private static boolean isTemplateName(String text, int from, int to) {
		if (to - from == 1 && Detector.isDigit(text.charAt(from))) {
			return true;
		}
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			if (!Detector.isAsciiLetter(c) && c != '_' && c != '.') {
				return false;
			}
		}
		return to - from <= MAX_NAME;
	}

	/**
	 * Find the end of brackets that hold a word such as {@code not set}.
	 * @param text the text
	 * @param open the opening bracket, a round or an angle one
	 * @return the end, or -1 when they hold something else
	 */
	static int nothingEnd(String text, int open) {
		char closing = (text.charAt(open) == '(') ? ')' : '>';
		int close = open + 1;
		int limit = Math.min(text.length(), open + MAX_NAME);
		while (close < limit && text.charAt(close) != closing) {
			close++;
		}
		return (close < limit && isOneOf(NOTHING, text, open + 1, close)) ? close + 1 : -1;
	}

	// $DB_PASSWORD, ${DB_PASSWORD:?must be set} and $(cat /run/secrets/db)
	private static boolean isVariable(String text, int from, int to) {
		return isVariableName(text, from + 1, to) || ValueInCode.templateEnd(text, from) == to
				|| ValueInCode.substitutionEnd(text, from) == to;
	}

	// %(name)s
	private static boolean isFormat(String text, int from, int to) {
		return text.startsWith("(", from + 1) && text.startsWith(")s", to - 2)
				&& isTemplateName(text, from + 2, to - 2);
	}

	private static boolean has(String text, int from, int to, char c) {
		int at = from;
		while (at < to && text.charAt(at) != c) {
			at++;
		}
		return at < to;
	}

	// DB_PASSWORD
	private static boolean isVariableName(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			if ((c < 'A' || c > 'Z') && c != '_' && !(Detector.isDigit(c) && i > from)) {
				return false;
			}
		}
		return to - from > 1;
	}

	// also without its closing brace, which may have been taken for the end
	private static boolean isTemplate(String text, int from, int to) {
		int end = (text.charAt(to - 1) == '}') ? to - 1 : to;
		for (int i = from + 2; i < end; i++) {
			if (!isKeyPart(text.charAt(i))) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Leave out the full stop of a sentence.
	 * @param text the text
	 * @param from where the value begins
	 * @param end where it ends
	 * @return its end without full stops that nothing follows
	 */
	static int sentenceEnd(String text, int from, int end) {
		int stop = end;
		if (end == text.length() || Detector.isSpace(text.charAt(end))) {
			while (stop > from && text.charAt(stop - 1) == '.') {
				stop--;
			}
		}
		return stop;
	}

	/**
	 * Find the end of a passphrase of several words.
	 * @param text the text
	 * @param from where it begins
	 * @param limit where to give up
	 * @return its end, which is {@code from} when no such phrase begins there
	 */
	static int phraseEnd(String text, int from, int limit) {
		int words = 0;
		int end = from;
		while (end < limit) {
			int start = (words == 0) ? end : end + 1;
			int word = start;
			while (word < limit && Detector.isLetterOrDigit(text.charAt(word))) {
				word++;
			}
			if (word == start || isProse(text, start, word) || isPairAhead(text, start)) {
				break;
			}
			words++;
			end = word;
			if (end < limit && text.charAt(end) != ' ') {
				break;
			}
		}
		return (words >= MIN_WORDS) ? end : from;
	}

	/**
	 * Whether a value holds letters and digits, or is a long number.
	 * @param text the text
	 * @param from where the value begins
	 * @param to where it ends
	 * @return whether it does
	 */
	static boolean isMixed(String text, int from, int to) {
		int letters = 0;
		int digits = 0;
		for (int i = from; i < to; i++) {
			letters += Detector.isLetter(text.charAt(i)) ? 1 : 0;
			digits += Detector.isDigit(text.charAt(i)) ? 1 : 0;
			if (digits >= LONG_NUMBER || (digits > 0 && letters > 0)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether a value is as long as tokens are, and holds letters and digits.
	 * @param text the text
	 * @param from where the value begins
	 * @param to where it ends
	 * @return whether it is no name or number of a thing
	 */
	static boolean isLong(String text, int from, int to) {
		return to - from >= MIN_TOKEN && isMixed(text, from, to);
	}

	/**
	 * Whether a value holds numbers and words in lower case and nothing else, but for
	 * what parts them.
	 * @param text the text
	 * @param from where the value begins
	 * @param to where it ends
	 * @return whether it tells nothing by itself
	 */
	static boolean isPlain(String text, int from, int to) {
		boolean digit = false;
		boolean letter = false;
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			boolean part = Detector.isLetterOrDigit(c);
			digit = part && (digit || Detector.isDigit(c));
			letter = part && (letter || !Detector.isDigit(c));
			if ((digit && letter) || Character.isUpperCase(c)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Whether a word is followed by another, as in a sentence.
	 * @param text the text
	 * @param from where the word begins
	 * @param to where it ends
	 * @return whether a sentence goes on there
	 */
	static boolean isInSentence(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (!Detector.isLetter(text.charAt(i))) {
				return false;
			}
		}
		return to + 1 < text.length() && text.charAt(to) == ' ' && (Detector.isLetter(text.charAt(to + 1))
				|| text.charAt(to + 1) == '[' || Detector.isQuote(text.charAt(to + 1))) && !isPairAhead(text, to + 1);
	}

	// @P1, and @password beside the key or in a list
	private static boolean isBindName(String text, int from, int to) {
		if (from == to || to - from > MAX_NAME || (from > 1 && Detector.isQuote(text.charAt(from - 2)))) {
			return false;
		}
		if ((text.charAt(from) | 0x20) == 'p' && isNumber(text, from + 1, to)) {
			return true;
		}
		int key = from - 1;
		while (key > 0 && from - key < MAX_NAME && " =:<>!".indexOf(text.charAt(key - 1)) >= 0) {
			key--;
		}
		boolean listed = key > 0 && (text.charAt(key - 1) == '(' || text.charAt(key - 1) == ',');
		return isTemplateName(text, from, to) && (listed || endsWithName(text, key, from, to));
	}

	// whether the letters before an index are those of a name
	private static boolean endsWithName(String text, int end, int from, int to) {
		int at = end - 1;
		for (int i = to - 1; i >= from; i--) {
			if (Detector.isAsciiLetter(text.charAt(i))) {
				while (at >= 0 && end - at < MAX_KEY && "_\"'`]".indexOf(text.charAt(at)) >= 0) {
					at--;
				}
				if (at < 0 || (text.charAt(at) | 0x20) != (text.charAt(i) | 0x20)) {
					return false;
				}
				at--;
			}
		}
		return true;
	}

	// {{ .Values.password }}
	private static boolean isExpression(String text, int from, int to) {
		return to - from > MIN_STARS && to - from < MAX_JUDGED && text.charAt(from + 1) == '{'
				&& text.charAt(to - 2) == '}';
	}

	// the position behind a question mark, or nothing
	private static boolean isNumber(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			if (!Detector.isDigit(text.charAt(i))) {
				return false;
			}
		}
		return to - from <= MAX_KEPT;
	}

	private static boolean isRun(String text, int from, int to, char c) {
		for (int i = from; i < to; i++) {
			if (text.charAt(i) != c) {
				return false;
			}
		}
		return true;
	}

	static boolean isOneOf(String[] words, String text, int from, int to) {
		for (String word : words) {
			if (word.length() == to - from && text.regionMatches(true, from, word, 0, word.length())) {
				return true;
			}
		}
		return false;
	}

}
