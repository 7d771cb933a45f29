package io.github.sentryinsights.sql;

/**
 * The kinds of characters of SQL.
 */
final class Characters {

	private static final int ASCII = 128;

	private static final byte NAME_START = 1;

	private static final byte NAME_PART = 2;

	private static final byte NUMBER_PART = 4;

	private static final byte BLANK = 8;

	private static final byte[] KINDS = new byte[ASCII];

	static {
		for (char c = 0; c < ASCII; c++) {
			boolean start = Character.isLetter(c) || c == '_';
			boolean part = start || isDigit(c);
			KINDS[c] = (byte) ((start ? NAME_START : 0) | ((part || c == '$') ? NAME_PART : 0)
					| ((part || c == '.') ? NUMBER_PART : 0) | ((c <= ' ') ? BLANK : 0));
		}
	}

	private Characters() {
	}

	static boolean isBlank(char c) {
		return (c < ASCII) ? (KINDS[c] & BLANK) != 0 : Character.isWhitespace(c) || Character.isSpaceChar(c);
	}

	static boolean isNameStart(char c) {
		return (c < ASCII) ? (KINDS[c] & NAME_START) != 0 : Character.isLetter(c);
	}

	static boolean isNamePart(char c) {
		return (c < ASCII) ? (KINDS[c] & NAME_PART) != 0 : Character.isLetterOrDigit(c);
	}

	static boolean isNumberPart(char c) {
		return (c < ASCII) ? (KINDS[c] & NUMBER_PART) != 0 : Character.isLetterOrDigit(c);
	}

	static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

	static boolean isQuote(char c) {
		return c == '\'' || c == '"' || c == '`' || c == '$';
	}

}
