package io.github.sentryinsights.scrub;

/**
 * Tells the values that are code, such as calls and variables, from those that are
 * secrets.
 */
final class ValueInCode {

	private static final int MAX_NAME = 64;

	private static final int MAX_EXPRESSION = 128;

	private static final String[] LOOKUPS = { "env", "prop", "config", "vault", "get" };

	private ValueInCode() {
	}

	// ${DB_PASSWORD:} and ${DB_PASSWORD:?must be set}
	static boolean isTemplateWithoutDefault(String text, int from) {
		int end = text.startsWith("env:", from + 2) || text.startsWith("sys:", from + 2) ? from + 6 : from + 2;
		int limit = Math.min(text.length(), from + MAX_NAME);
		while (end < limit && SensitiveValue.isKeyPart(text.charAt(end))) {
			end++;
		}
		int behind = text.startsWith(":", end) ? end + 1 : end;
		return text.startsWith("${", from)
				&& (text.startsWith("?", behind) || text.startsWith(":}", end) || text.startsWith(":-}", end));
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

	// #{systemProperties['db.password']}
	static boolean isExpressionInBraces(String text, int from) {
		int end = from + 2;
		int limit = Math.min(text.length(), from + MAX_EXPRESSION);
		while (end < limit && text.charAt(end) != '}' && text.charAt(end) != '\n') {
			end++;
		}
		return text.startsWith("#{", from) && end < limit && text.charAt(end) == '}';
	}

	// $(cat /run/secrets/db)
	static boolean isSubstitution(String text, int from) {
		return text.startsWith("$(", from) && !text.startsWith("echo", from + 2)
				&& !text.startsWith("printf", from + 2);
	}

	// config.getPassword() and crypt(?, salt)
	static boolean isCall(String text, int from) {
		int end = KeyText.wordEnd(text, from);
		return end > from && Detector.isLetter(text.charAt(from)) && text.startsWith("(", end)
				&& (text.startsWith(")", end + 1) || isMarker(text, end + 1) || isCallOfMarker(text, end + 1));
	}

	// digest(?, 'sha256')
	private static boolean isCallOfMarker(String text, int from) {
		int end = KeyText.wordEnd(text, from);
		return end > from && text.startsWith("(", end) && isMarker(text, end + 1);
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
	static boolean isMarkerEnd(String text, int from) {
		return from >= text.length() || "|,;)& \"'\n]".indexOf(text.charAt(from)) >= 0;
	}

	// GraphQL: login(password: $password)
	static boolean isVariable(String text, int keyStart, int from) {
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
