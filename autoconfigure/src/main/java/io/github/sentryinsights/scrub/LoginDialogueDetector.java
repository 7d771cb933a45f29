package io.github.sentryinsights.scrub;

/**
 * Finds the credentials in recorded dialogues with mail, file and cache servers: the
 * lines in Base64 that answer the questions of SMTP, {@code PASS x} of FTP and POP3,
 * {@code LOGIN ann x} of IMAP, and {@code CONFIG SET requirepass x} of Redis.
 */
final class LoginDialogueDetector extends Detector {

	private static final int MAX_CONTEXT = 256;

	private static final int MAX_LINE = 512;

	private static final int MAX_TAG = 16;

	private static final int MIN_ENCODED = 4;

	private static final String USERNAME = "VXNlcm5hbWU6";

	private static final String PASSWORD = "UGFzc3dvcmQ6";

	private static final String[] FILE_AND_MAIL = { "USER ", "331", "FTP", "ftp", "POP3", "pop3", "+OK" };

	LoginDialogueDetector() {
		super("GXAOu", Rule.CREDENTIALS);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return switch (c) {
			case 'G' -> before == 'U';
			case 'X' -> before == 'V';
			case 'A' -> before == 'P';
			case 'O' -> before == 'L';
			case 'u' -> before == 'q' || before == 'a';
			default -> false;
		};
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return switch (c) {
			case 'G' -> after == 'F';
			case 'X' -> after == 'N';
			case 'A' -> after == 'S';
			case 'O' -> after == 'G';
			default -> after == ((before == 'q') ? 'i' : 't');
		};
	}

	@Override
	AsciiSet second(char before, char c, char after) {
		return (c == 'u') ? AsciiSet.of((before == 'q') ? "r" : "h") : AsciiSet.ALL;
	}

	@Override
	long find(String text, int floor, int at) {
		int start = at - 1;
		long found = switch (text.charAt(at)) {
			case 'G' -> text.startsWith(PASSWORD, start) ? encoded(text, start + PASSWORD.length(), false) : NONE;
			case 'X' -> text.startsWith(USERNAME, start) ? encoded(text, start + USERNAME.length(), true) : NONE;
			case 'A' -> text.startsWith("PASS ", start) ? password(text, start) : NONE;
			case 'O' -> text.startsWith("LOGIN ", start) ? login(text, start) : NONE;
			default -> setting(text, at);
		};
		return (found != NONE && start(found) >= floor && !SensitiveValue.isHarmless(text, start(found), end(found)))
				? found : NONE;
	}

	// the last word of the next line
	private static long encoded(String text, int from, boolean address) {
		int line = nextLine(text, from);
		if (line == -1) {
			return NONE;
		}
		int end = lineEnd(text, line);
		int start = end;
		while (start > line && isEncoded(text.charAt(start - 1))) {
			start--;
		}
		boolean found = end - start >= MIN_ENCODED
				&& (start == line || isSpace(text.charAt(start - 1)) || isQuote(text.charAt(start - 1)));
		return (found && (!address || isAddress(text, start, end))) ? span(start, end) : NONE;
	}

	/**
	 * Find what a client sends in Base64 after the server has answered its command.
	 * @param text the text
	 * @param from where the command ends
	 * @return the span of it, or {@link #NONE} when no such lines follow
	 */
	static long answered(String text, int from) {
		int line = nextLine(text, from);
		if (line == -1) {
			return NONE;
		}
		int end = lineEnd(text, line);
		for (int i = line; i < end; i++) {
			if (text.startsWith("334", i)) {
				return (i + 4 >= end) ? encoded(text, end, false) : NONE;
			}
		}
		return NONE;
	}

	/**
	 * Find the last argument of a command of Redis as it is sent, each behind its length.
	 * @param text the text
	 * @param from where the name of the command ends
	 * @return the span of the argument, or {@link #NONE} when no such lines follow
	 */
	static long argument(String text, int from) {
		long argument = NONE;
		int line = nextLine(text, from);
		for (int i = 0; i < 2 && line != -1 && line < text.length() && text.charAt(line) == '$'; i++) {
			int value = nextLine(text, line);
			if (value == -1) {
				break;
			}
			argument = span(value, lineEnd(text, value));
			line = nextLine(text, end(argument));
		}
		return argument;
	}

	private static boolean isEncoded(char c) {
		return isBase64Url(c) || c == '+' || c == '/' || c == '=';
	}

	// whether an at sign is encoded in it
	private static boolean isAddress(String text, int from, int to) {
		int bits = 0;
		int buffer = 0;
		for (int i = from; i < to; i++) {
			int value = AuthSchemeDetector.base64Value(text.charAt(i));
			if (value < 0) {
				return false;
			}
			buffer = ((buffer << 6) | value) & 0xffff;
			bits += 6;
			if (bits >= 8) {
				bits -= 8;
				if (((buffer >> bits) & 0xff) == '@') {
					return true;
				}
			}
		}
		return false;
	}

	private static int nextLine(String text, int from) {
		int end = lineEnd(text, from);
		int line = end;
		line += (line < text.length() && text.charAt(line) == '\r') ? 1 : 0;
		line += text.startsWith("\\r", line) ? 2 : 0;
		if (line < text.length() && text.charAt(line) == '\n') {
			return line + 1;
		}
		return text.startsWith("\\n", line) ? line + 2 : -1;
	}

	private static int lineEnd(String text, int from) {
		int end = from;
		int limit = Math.min(text.length(), from + MAX_LINE);
		while (end < limit && text.charAt(end) != '\n' && text.charAt(end) != '\r' && text.charAt(end) != '"'
				&& !text.startsWith("\\r", end) && !text.startsWith("\\n", end)) {
			end++;
		}
		return end;
	}

	// PASS x
	private static long password(String text, int at) {
		if (!isCommandStart(text, at) || !isDialogue(text, at)) {
			return NONE;
		}
		int start = at + 5;
		int end = wordEnd(text, start);
		return (end > start && end == lineEnd(text, start)) ? span(start, end) : NONE;
	}

	private static boolean isCommandStart(String text, int at) {
		return at == 0 || text.charAt(at - 1) == '\n' || isQuote(text.charAt(at - 1))
				|| (at > 1 && text.charAt(at - 1) == ' ' && ":>-".indexOf(text.charAt(at - 2)) >= 0);
	}

	private static boolean isDialogue(String text, int at) {
		int limit = Math.max(0, at - MAX_CONTEXT);
		for (int i = at - 1; i >= limit; i--) {
			for (String mark : FILE_AND_MAIL) {
				if (text.startsWith(mark, i)) {
					return true;
				}
			}
		}
		return false;
	}

	// A1 LOGIN ann x
	private static long login(String text, int at) {
		int tag = at - 1;
		int limit = Math.max(0, at - MAX_TAG);
		while (tag > limit && isLetterOrDigit(text.charAt(tag - 1))) {
			tag--;
		}
		if (at - 1 <= tag || text.charAt(at - 1) != ' ' || !isDigit(text.charAt(at - 2))
				|| !isCommandStart(text, tag)) {
			return NONE;
		}
		int user = wordEnd(text, at + 6);
		if (user >= text.length() || text.charAt(user) != ' ') {
			return NONE;
		}
		boolean quoted = user + 1 < text.length() && text.charAt(user + 1) == '"';
		int start = quoted ? user + 2 : user + 1;
		int end = quoted ? lineEnd(text, start) : wordEnd(text, start);
		return (end > start && (quoted || end == lineEnd(text, start))) ? span(start, end) : NONE;
	}

	private static int wordEnd(String text, int from) {
		int end = from;
		int limit = Math.min(text.length(), from + MAX_LINE);
		while (end < limit && !isSpace(text.charAt(end)) && !text.startsWith("\\r", end)
				&& (text.charAt(end) != '"' || end == from || isLetterOrDigit(text.charAt(end - 1)))) {
			end++;
			if (text.charAt(end - 1) == '"' && end - 1 > from) {
				break;
			}
		}
		return end;
	}

	// CONFIG SET requirepass x, and masterauth x in a file
	private static long setting(String text, int at) {
		String name = (text.charAt(at - 1) == 'q') ? "requirepass" : "masterauth";
		int start = at - name.indexOf('u');
		if (start < 0 || !text.startsWith(name, start)) {
			return NONE;
		}
		int from = start + name.length();
		int value = from;
		int limit = Math.min(text.length(), from + MAX_TAG);
		while (value < limit && (text.charAt(value) == ' ' || text.charAt(value) == '"' || text.charAt(value) == ',')) {
			value++;
		}
		int end = value;
		while (end < text.length() && !isSpace(text.charAt(end)) && text.charAt(end) != '"') {
			end++;
		}
		boolean line = start == 0 || text.charAt(start - 1) == '\n';
		boolean certain = text.startsWith("SET ", start - 4) || text.startsWith("SET\"", start - 6)
				|| (line && end == lineEnd(text, value) && !SensitiveValue.isProse(text, value, end));
		boolean found = value > from && end > value && text.charAt(value) != ':' && text.charAt(value) != '=';
		return (found && (certain || SensitiveValue.isMixed(text, value, end))) ? span(value, end) : NONE;
	}

}
