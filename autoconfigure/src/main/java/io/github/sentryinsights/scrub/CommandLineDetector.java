package io.github.sentryinsights.scrub;

import java.util.List;

/**
 * Finds what programs take as a credential without naming it: {@code curl -u ann:x},
 * {@code mysql -px}, {@code redis-cli -a x} and {@code AUTH x} of Redis and of mail
 * servers.
 */
final class CommandLineDetector extends Detector {

	/** Characters by which a program may stand before its option. */
	private static final int MAX_LINE = 256;

	private static final int MAX_SEPARATOR = 8;

	private static final int MAX_NAME = 64;

	private static final int MIN_CREDENTIAL = 6;

	private static final String AUTHENTICATE = "AUTHENTICATE";

	private static final String PROXY = "--proxy-";

	private static final char LAST_OF_PROXY = 'y';

	// what an option begins with
	private static final String OPTIONS = "uUpPawNskKd";

	private static final Programs CURL = Programs.of("curl");

	private static final Programs HTTPIE = Programs.of("http ", "https ", "xh ");

	private static final Programs MYSQL = Programs.of("mysql", "mariadb");

	private static final Programs LOGIN = Programs.of("sshpass", "docker login", "podman login", "helm registry login",
			"oc login", "az login", "az acr login", "mongosh", "mongo ", "mongodump", "mongorestore", "mongoexport",
			"mongoimport", "mongostat", "mongotop", "mongofiles", "cqlsh", "skopeo login", "influx setup",
			"influx user");

	private static final Programs SQL_SERVER = Programs.of("sqlcmd", "bcp", "osql", "isql", "unzip", "zip");

	private static final Programs KEY_GENERATOR = Programs.of("ssh-keygen");

	private static final Programs OPENSSL = Programs.of("openssl");

	private static final Programs ORACLE = Programs.of("sqlplus", "sqlldr", "rman", "expdp", "impdp");

	private static final String EXECUTABLE = ".exe";

	private static final String[] BEFORE_USER = { "target", "catalog", "auxiliary", "userid" };

	private static final Programs REDIS_CLIENTS = Programs.of("redis-cli", "valkey-cli");

	private static final Programs LDAP = Programs.of("ldap");

	private static final String[] STORES = { "storepass", "keypass", "srcstorepass", "deststorepass", "srckeypass",
			"destkeypass" };

	private static final Programs REDIS = Programs.of("redis", "valkey", "lettuce", "jedis", "hello 2", "hello 3");

	private static final String[] MECHANISMS = { "plain", "login", "xoauth2", "oauthbearer", "ntlm", "gssapi",
			"cram-md5", "digest-md5", "scram-sha-1", "scram-sha-256", "external", "tls", "ssl", "anonymous" };

	private final SensitiveKeys keys;

	CommandLineDetector(SensitiveKeys keys) {
		super("-U@", Rule.CREDENTIALS);
		this.keys = keys;
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return switch (c) {
			case '-' -> isSpace(before) || isQuote(before) || before == '-' || before == LAST_OF_PROXY;
			case 'U' -> before == 'A';
			default -> c == '@';
		};
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return switch (c) {
			case '-' -> (before == '-' || before == LAST_OF_PROXY) ? after == 'u' : OPTIONS.indexOf(after) >= 0;
			case 'U' -> after == 'T';
			default -> true;
		};
	}

	@Override
	AsciiSet second(char before, char c, char after) {
		if (c != '-') {
			return (c == 'U') ? AsciiSet.of("H") : AsciiSet.ALL;
		}
		return switch (after) {
			case 's' -> AsciiSet.of("tr");
			case 'k' -> AsciiSet.of("e ");
			case 'd' -> AsciiSet.of("e");
			case 'K', 'N' -> AsciiSet.of(" ");
			default -> (before == '-' || before == LAST_OF_PROXY) ? AsciiSet.of("s") : AsciiSet.ALL;
		};
	}

	@Override
	long find(String text, int floor, int at) {
		if (text.charAt(at) == '-') {
			return (at + 1 < text.length()) ? option(text, at + 1) : NONE;
		}
		if (text.charAt(at) == '@') {
			return oracle(text, floor, at);
		}
		return (at - 1 < floor) ? NONE : authentication(text, at - 1);
	}

	private static long option(String text, int at) {
		boolean proxy = text.startsWith(PROXY, at - PROXY.length());
		boolean word = proxy || (at >= 2 && text.charAt(at - 2) == '-');
		int option = proxy ? at - PROXY.length() : word ? at - 2 : at - 1;
		if (option <= 0 || !(isSpace(text.charAt(option - 1)) || isQuote(text.charAt(option - 1)))) {
			return NONE;
		}
		if (word) {
			return text.startsWith("user", at) ? user(text, option, at + 4) : NONE;
		}
		return switch (text.charAt(at)) {
			case 'u', 'U' -> user(text, option, at + 1);
			case 's', 'd' -> store(text, at);
			case 'k' -> text.startsWith("e", at + 1) ? store(text, at) : password(text, option, at + 1);
			default -> (OPTIONS.indexOf(text.charAt(at)) >= 0) ? password(text, option, at + 1) : NONE;
		};
	}

	private static long user(String text, int option, int from) {
		int start = valueStart(text, from);
		long password = passwordOf(text, start, judgedEnd(text, start));
		return (password != NONE && isBehind(text, option, CURL)) ? password : NONE;
	}

	// ann:x
	private static long passwordOf(String text, int start, int end) {
		int colon = start;
		while (colon < end && text.charAt(colon) != ':') {
			colon++;
		}
		return (colon + 1 < end && isValue(text, colon + 1, end))
				? span(colon + 1, SensitiveValue.bareEnd(text, end, false)) : NONE;
	}

	// sqlplus ann/x@db
	private static long oracle(String text, int floor, int at) {
		int slash = at;
		int limit = Math.max(floor, at - MAX_NAME);
		while (slash > limit && text.charAt(slash) != '/' && !isSpace(text.charAt(slash))) {
			slash--;
		}
		if (slash == limit || text.charAt(slash) != '/' || slash + 1 == at
				|| !isLetterOrDigit(text.charAt(slash - 1))) {
			return NONE;
		}
		int user = slash;
		while (user > limit
				&& (isLetterOrDigit(text.charAt(user - 1)) || "_$#[]".indexOf(text.charAt(user - 1)) >= 0)) {
			user--;
		}
		return (isFirstArgument(text, user) && !SensitiveValue.isHarmless(text, slash + 1, at)) ? span(slash + 1, at)
				: NONE;
	}

	// behind the name of a program of Oracle and its options
	private static boolean isFirstArgument(String text, int at) {
		int limit = Math.max(0, at - MAX_LINE);
		for (int i = at - 1; i >= limit && text.charAt(i) != '\n'; i--) {
			int end = ORACLE.endAt(text, i);
			if (end != -1) {
				end += text.regionMatches(true, end, EXECUTABLE, 0, EXECUTABLE.length()) ? EXECUTABLE.length() : 0;
				return text.charAt(end) == ' ' && areOptions(text, end, at);
			}
		}
		return false;
	}

	private static boolean areOptions(String text, int from, int to) {
		int start = from;
		while (start < to) {
			int end = start;
			while (end < to && !isSpace(text.charAt(end)) && text.charAt(end) != '=' && !isQuote(text.charAt(end))) {
				end++;
			}
			if (end == to && start < end) {
				return false;
			}
			if (start < end && text.charAt(start) != '-' && !isDigit(text.charAt(start))
					&& !isOneOf(BEFORE_USER, text, start, end)) {
				return false;
			}
			start = end + 1;
		}
		return true;
	}

	// -px, or the word behind -p and -a
	private static long password(String text, int option, int from) {
		int start = valueStart(text, from);
		int end = judgedEnd(text, start);
		if (start >= end || text.charAt(start) == '-' || !isValue(text, start, end) || isLongOption(text, from)) {
			return NONE;
		}
		if (text.charAt(from - 1) == 'a' && start > from && isBehind(text, option, HTTPIE)) {
			return passwordOf(text, start, end);
		}
		boolean found = switch (text.charAt(from - 1)) {
			case 'a' -> start > from && isBehind(text, option, REDIS_CLIENTS);
			case 'w' -> start > from && isBehind(text, option, LDAP);
			case 'P' -> start > from && isBehind(text, option, SQL_SERVER);
			case 'N' -> start > from && isBehind(text, option, KEY_GENERATOR);
			case 'k', 'K' -> start > from && isBehind(text, option, OPENSSL);
			default -> isBehind(text, option, (start > from && !isQuote(text.charAt(from))) ? LOGIN : MYSQL);
		};
		return found ? span(start, SensitiveValue.bareEnd(text, end, false)) : NONE;
	}

	// -password=x
	private static boolean isLongOption(String text, int from) {
		int end = from;
		while (end < text.length() && end - from < MAX_LINE && isAsciiLetter(text.charAt(end))) {
			end++;
		}
		return end > from && end < text.length() && text.charAt(end) == '=';
	}

	// whether it is a credential must not take a scan to the end of the text
	private static int judgedEnd(String text, int start) {
		return SensitiveValue.bareEnd(text, start, false, SensitiveValue.judgedEnd(text, start));
	}

	// -storepass x of keytool, also in a list of arguments
	private static long store(String text, int at) {
		for (String option : STORES) {
			int from = at + option.length();
			if (text.startsWith(option, at) && from < text.length()
					&& (text.charAt(from) == ' ' || text.startsWith(", ", from))) {
				int start = valueStart(text, from);
				int end = SensitiveValue.bareEnd(text, start, false);
				return (start < end && text.charAt(start) != '-' && isValue(text, start, end)) ? span(start, end)
						: NONE;
			}
		}
		return NONE;
	}

	private static boolean isValue(String text, int from, int to) {
		if ("$%<{".indexOf(text.charAt(from)) >= 0 || SensitiveValue.isHarmless(text, from, to)) {
			return false;
		}
		for (int i = from; i < to; i++) {
			if (!isDigit(text.charAt(i)) && text.charAt(i) != ':') {
				return true;
			}
		}
		return false;
	}

	private long authentication(String text, int at) {
		int from = at + (text.startsWith(AUTHENTICATE, at) ? AUTHENTICATE.length() : 4);
		boolean alone = isWordStart(text, at) && (at == 0 || "_-.$/".indexOf(text.charAt(at - 1)) < 0);
		if (!alone || !text.startsWith("AUTH", at) || from + 1 >= text.length()) {
			return NONE;
		}
		long argument = LoginDialogueDetector.argument(text, from);
		if (argument != NONE) {
			return SensitiveValue.isHarmless(text, start(argument), end(argument)) ? NONE : argument;
		}
		boolean quoted = isQuote(text.charAt(from));
		int first = valueStart(text, from);
		int firstEnd = wordEnd(text, first);
		if (first == firstEnd || first == from) {
			return NONE;
		}
		int second = valueStart(text, firstEnd);
		int secondEnd = (second > firstEnd) ? wordEnd(text, second) : firstEnd;
		boolean two = secondEnd > second && second > firstEnd && (!quoted || isQuote(text.charAt(second - 1)));
		if (isMechanism(text, first, firstEnd)) {
			return (two && isEncoded(text, second, secondEnd)) ? checked(text, second, secondEnd)
					: LoginDialogueDetector.answered(text, firstEnd);
		}
		int start = two ? second : first;
		int end = two ? secondEnd : firstEnd;
		if (!quoted && !isLast(text, end) && !text.startsWith(" SETNAME", end)) {
			return NONE;
		}
		boolean redis = isBehind(text, at, REDIS);
		if (two && !redis) {
			return NONE;
		}
		boolean certain = redis && (quoted || (!two && isBehind(text, at, REDIS_CLIENTS)));
		boolean likely = SensitiveValue.isMixed(text, start, end) && (redis || end - start >= MIN_CREDENTIAL);
		return (certain || likely) ? checked(text, start, end) : NONE;
	}

	private long checked(String text, int start, int end) {
		boolean word = SensitiveValue.isProse(text, start, end)
				|| (!SensitiveValue.isMixed(text, start, end) && this.keys.matches(text, start, end, start));
		return word || SensitiveValue.isHarmless(text, start, end) || text.charAt(start) == '<' ? NONE
				: span(start, SensitiveValue.sentenceEnd(text, start, SensitiveValue.bareEnd(text, end, false)));
	}

	private static boolean isMechanism(String text, int from, int to) {
		return isOneOf(MECHANISMS, text, from, to);
	}

	private static boolean isOneOf(String[] words, String text, int from, int to) {
		for (String word : words) {
			if (word.length() == to - from && text.regionMatches(true, from, word, 0, to - from)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isEncoded(String text, int from, int to) {
		return to - from >= MIN_CREDENTIAL && !isMechanism(text, from, to)
				&& (SensitiveValue.isMixed(text, from, to) || text.charAt(to - 1) == '=');
	}

	// no word follows on the line
	private static boolean isLast(String text, int end) {
		int next = valueStart(text, end);
		return next == end || next >= text.length() || !isLetterOrDigit(text.charAt(next));
	}

	// behind the spaces, quotes and commas that part arguments
	private static int valueStart(String text, int from) {
		int start = from;
		int limit = Math.min(text.length(), from + MAX_SEPARATOR);
		while (start < limit && (text.charAt(start) == ' ' || text.charAt(start) == ',' || text.charAt(start) == '='
				|| isQuote(text.charAt(start)))) {
			start++;
		}
		return start;
	}

	private static int wordEnd(String text, int from) {
		return SensitiveValue.sentenceEnd(text, from, judgedEnd(text, from));
	}

	private static boolean isBehind(String text, int at, Programs programs) {
		int limit = Math.max(0, at - MAX_LINE);
		for (int i = at - 1; i >= limit && text.charAt(i) != '\n'; i--) {
			if (programs.endAt(text, i) != -1) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What programs are called.
	 *
	 * @param names the names, in lower case
	 * @param initials the letters they begin with, by bit
	 */
	private record Programs(List<String> names, int initials) {

		static Programs of(String... names) {
			int initials = 0;
			for (String name : names) {
				initials |= 1 << name.charAt(0);
			}
			return new Programs(List.of(names), initials);
		}

		// where the name of a program ends that begins there, and no word before it
		int endAt(String text, int at) {
			if ((this.initials >>> text.charAt(at) & 1) == 0) {
				return -1;
			}
			for (String name : this.names) {
				if (name.charAt(0) == (text.charAt(at) | 0x20) && text.regionMatches(true, at, name, 0, name.length())
						&& isWordStart(text, at)) {
					return at + name.length();
				}
			}
			return -1;
		}

	}

}
