package io.github.sentryinsights.scrub;

/**
 * Tells the values that are code, such as calls and variables, from those that are
 * secrets.
 */
final class ValueInCode {

	private static final int MAX_NAME = 64;

	private static final int MAX_EXPRESSION = 128;

	// Commands that print a secret from somewhere else.
	private static final String[] COMMANDS = { "cat ", "< ", "</", "aws ", "gcloud ", "az ", "vault ", "kubectl ",
			"op ", "pass ", "sops ", "openssl rand" };

	private static final String[] FUNCTIONS = { "crypt", "digest", "encode", "encrypt", "hash", "hashbytes", "md5",
			"sha", "sha1", "sha2", "sha224", "sha256", "sha384", "sha512", "password", "upper", "lower", "trim",
			"concat", "coalesce", "pgp_sym_encrypt", "aes_encrypt", "hex", "to_base64" };

	private static final String[] LOOKUPS = { "env", "prop", "config", "vault", "get" };

	private ValueInCode() {
	}

	/**
	 * Whether a value is a template, a variable or the name of a secret that is kept
	 * elsewhere, and nothing more.
	 * @param text the text
	 * @param open where the value begins
	 * @param separator the character between the key and the value
	 * @param keyStart where the key begins
	 * @return whether something else stands in its place when it is used
	 */
	static boolean isReference(String text, int open, char separator, int keyStart) {
		return switch (text.charAt(open)) {
			case '$' -> isEnd(text, templateEnd(text, open)) || isEnd(text, substitutionEnd(text, open))
					|| (separator == ':' && isVariable(text, keyStart, open));
			case '?' -> isMarkerEnd(text, open + 1) || isMessage(text, open, keyStart);
			case '#' -> isEnd(text, expressionEnd(text, open));
			case '(', '<' -> isEnd(text, SensitiveValue.nothingEnd(text, open));
			case '{' -> text.startsWith("{{ ", open) || text.startsWith("{{.", open);
			case 'p' -> isResource(text, open);
			default -> false;
		};
	}

	// whether something ends, and the value with it
	private static boolean isEnd(String text, int end) {
		return end == text.length()
				|| (end > 0 && (Detector.isSpace(text.charAt(end)) || ",;)]}\"'`&|<\\".indexOf(text.charAt(end)) >= 0));
	}

	/**
	 * Find the end of a template without a value: <code>${DB_PASSWORD:}</code> and
	 * <code>${DB_PASSWORD:?must be set}</code>.
	 * @param text the text
	 * @param from where it would begin
	 * @return its end, or -1 when it is none
	 */
	static int templateEnd(String text, int from) {
		if (!text.startsWith("${", from)) {
			return -1;
		}
		int end = (text.startsWith("env:", from + 2) || text.startsWith("sys:", from + 2)) ? from + 6 : from + 2;
		int limit = Math.min(text.length(), from + MAX_NAME);
		while (end < limit && SensitiveValue.isKeyPart(text.charAt(end))) {
			end++;
		}
		if (text.startsWith(":}", end) || text.startsWith(":-}", end)) {
			return text.indexOf('}', end) + 1;
		}
		int behind = text.startsWith(":", end) ? end + 1 : end;
		return text.startsWith("?", behind) ? closing(text, behind, '}') : -1;
	}

	/**
	 * Find the end of a call of a command that prints a secret:
	 * {@code $(cat /run/secrets/db)}.
	 * @param text the text
	 * @param from where it would begin
	 * @return its end, or -1 when it is none
	 */
	static int substitutionEnd(String text, int from) {
		if (!text.startsWith("$(", from)) {
			return -1;
		}
		for (String command : COMMANDS) {
			if (text.startsWith(command, from + 2)) {
				return closing(text, from, ')');
			}
		}
		return -1;
	}

	// #{systemProperties['db.password']}
	private static int expressionEnd(String text, int from) {
		return text.startsWith("#{", from) ? closing(text, from, '}') : -1;
	}

	private static int closing(String text, int from, char close) {
		int end = from;
		int limit = Math.min(text.length(), from + MAX_EXPRESSION);
		while (end < limit && text.charAt(end) != close && text.charAt(end) != '\n') {
			end++;
		}
		return (end < limit && text.charAt(end) == close) ? end + 1 : -1;
	}

	// what is told when ${DB_PASSWORD:?must be set} has no value
	private static boolean isMessage(String text, int open, int keyStart) {
		int end = text.startsWith("${", keyStart - 2) ? closing(text, open, '}') : -1;
		return end != -1 && !SensitiveValue.isMixed(text, open + 1, end - 1);
	}

	// projects/acme/secrets/db/versions/latest, as Google Cloud names it
	private static boolean isResource(String text, int from) {
		int at = from;
		int limit = Math.min(text.length(), from + MAX_EXPRESSION);
		while (at < limit && !Detector.isSpace(text.charAt(at)) && !text.startsWith("/secrets/", at)) {
			at++;
		}
		return text.startsWith("projects/", from) && text.startsWith("/secrets/", at);
	}

	// token = request.getHeader("x"), token = new Token() and token -> check(token)
	static boolean isExpression(String text, int from, int end, char separator) {
		if (separator == ':') {
			return false;
		}
		if (separator == '=' && end - from == 3 && text.startsWith("new ", from)) {
			return true;
		}
		int at = from;
		boolean dot = false;
		while (at < end
				&& (Detector.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_' || text.charAt(at) == '.')) {
			dot |= text.charAt(at) == '.';
			at++;
		}
		return (dot || separator == '>') && at < end && text.charAt(at) == '(' && Detector.isLetter(text.charAt(from));
	}

	// getenv("DB_PASSWORD")
	static boolean isLookup(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			for (String word : LOOKUPS) {
				if (text.regionMatches(true, i, word, 0, word.length())) {
					return true;
				}
			}
		}
		return false;
	}

	// config.getPassword() and crypt(?, salt)
	static boolean isCall(String text, int from) {
		int end = KeyText.wordEnd(text, from);
		return end > from && Detector.isLetter(text.charAt(from)) && text.startsWith("(", end)
				&& (text.startsWith(")", end + 1) || (SensitiveValue.isOneOf(FUNCTIONS, text, from, end)
						&& (isMarker(text, end + 1) || isCallOfMarker(text, end + 1))));
	}

	// digest(?, 'sha256')
	private static boolean isCallOfMarker(String text, int from) {
		int end = KeyText.wordEnd(text, from);
		return text.startsWith("(", end) && SensitiveValue.isOneOf(FUNCTIONS, text, from, end)
				&& isMarker(text, end + 1);
	}

	// ?, $1, :name and #{name}
	private static boolean isMarker(String text, int from) {
		if (from + 1 >= text.length()) {
			return false;
		}
		char next = text.charAt(from + 1);
		return switch (text.charAt(from)) {
			case '?' -> next == ',' || next == ')';
			case '$' -> Detector.isDigit(next);
			case ':' -> Detector.isAsciiLetter(next);
			case '#' -> next == '{';
			default -> false;
		};
	}

	// password=?|select
	private static boolean isMarkerEnd(String text, int from) {
		return from >= text.length() || "|,;)& \"'\n]".indexOf(text.charAt(from)) >= 0;
	}

	// GraphQL: login(password: $password)
	private static boolean isVariable(String text, int keyStart, int from) {
		int before = keyStart;
		while (before > 0 && keyStart - before < MAX_NAME && Detector.isSpace(text.charAt(before - 1))) {
			before--;
		}
		if (before == 0 || (text.charAt(before - 1) != '(' && text.charAt(before - 1) != ',')) {
			return false;
		}
		int end = from + 1;
		int limit = Math.min(text.length(), from + MAX_NAME);
		while (end < limit && Detector.isAsciiLetter(text.charAt(end))) {
			end++;
		}
		return end > from + 1 && end < limit && (text.charAt(end) == ')' || text.charAt(end) == ',');
	}

	// the quote of md5('x') and Password("x")
	static int quotedArgument(String text, int from) {
		int open = from;
		int limit = Math.min(text.length() - 1, from + MAX_NAME);
		while (open < limit && (Detector.isLetterOrDigit(text.charAt(open)) || text.charAt(open) == '_')) {
			open++;
		}
		return (open > from && open < limit && text.charAt(open) == '(' && Detector.isQuote(text.charAt(open + 1)))
				? open + 1 : -1;
	}

}
