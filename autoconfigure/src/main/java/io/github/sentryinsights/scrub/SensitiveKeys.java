package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.key.KeyWords;
import io.github.sentryinsights.key.WordTable;

/**
 * Tells from a key whether its value is sensitive. Keys are read word by word, whether
 * written in camel, snake, kebab or dotted case, so that {@code dbPassword} and
 * {@code X-Api-Key} match and {@code author} and {@code tokenCount} do not. Matching
 * allocates nothing and a key is never looked at beyond its own length.
 */
final class SensitiveKeys {

	private static final String[] SECRETS = { "password", "passwords", "passwd", "pwd", "passphrase", "passcode",
			"secret", "secrets", "token", "access tokens", "refresh tokens", "auth tokens", "api tokens", "id tokens",
			"bearer tokens", "session tokens", "csrf", "xsrf", "api key", "api keys", "apikey", "apikeys", "access key",
			"access keys", "accesskey", "access key id", "private key", "private keys", "privatekey", "encryption key",
			"signing key", "authorization", "auth", "bearer", "credential", "credentials", "cookie", "cookies",
			"session id", "sessionid", "sessid", "jsessionid", "phpsessid", "session key", "jwt", "otp", "totp", "pin",
			"pincode", "cvv", "cvc", "cvn", "security code", "ssn", "social security number", "iban", "card number",
			"card no", "cardnumber", "account key", "access signature", "shared access key", "amz signature",
			"amz credential", "remember me", "saml response", "pass", "sid", "pw", "password hash", "two factor code",
			"verification code", "one time code", "login code", "sms code", "access code", "secret id",
			"security answer", "hmac key", "passwort", "kennwort", "contraseña", "contrasena", "mot de passe", "senha",
			"secret key", "subscription key", "master key", "shared key", "auth key", "authkey", "passkey",
			"requirepass", "masterauth", "recovery code", "backup code", "recovery codes", "backup codes", "fa code",
			"mfa code", "auth code", "authentication code", "authorization code", "code verifier", "activation code",
			"wachtwoord", "passord", "adgangskode", "salasana", "heslo", "hasło", "lösenord", "şifre", "jelszó",
			"пароль", "密码", "パスワード", "creditcard", "credit card", "debit card", "cc number", "ccnumber" };

	private static final String[] ADDRESSES = { "remote addr", "remote address", "forwarded", "forwarded for",
			"real ip", "client ip", "connecting ip", "cluster client ip", "ip address", "client address" };

	// A key that ends in one of these speaks about the secret and does not hold it.
	private static final String[] ABOUT = { "id", "count", "counts", "type", "kind", "limit", "length", "size", "usage",
			"budget", "exception", "error", "errors", "expired", "expires", "expiry", "expiration", "at", "url", "uri",
			"endpoint", "path", "policy", "enabled", "disabled", "required", "valid", "status", "ttl", "strength",
			"method", "provider", "scheme", "mode", "realm", "failed", "failure", "success", "encoder", "format",
			"algorithm", "age", "name", "present", "version", "manager", "ref", "rotation", "region", "domain",
			"service", "store", "class", "bean", "filter", "handler", "parser", "generator", "validator", "repository",
			"factory", "issuer", "audience", "max", "min", "secure", "timeout", "reset", "rule", "rules", "strategy",
			"source", "mechanism", "site", "in", "changed", "updated", "created", "modified", "lifetime", "lifespan",
			"validity", "used", "file", "files", "providers", "chain", "days", "hours", "minutes", "seconds",
			"attempts", "retries", "interval", "period", "duration", "arn", "label", "placeholder", "description",
			"hint", "title", "form", "page", "button", "link", "message", "prefix", "header", "field", "column",
			"param", "parameter", "config", "ms", "millis", "time", "live", "job", "task", "controller", "listener",
			"client", "resolver", "event", "command", "scheduler", "processor", "interceptor", "mismatch", "missing",
			"invalid", "incorrect", "wrong", "blank", "empty", "reuse", "complexity", "entropy", "score", "stats",
			"capacity", "metrics", "threshold", "quota", "rate", "regex", "pattern", "charset", "visible", "visibility",
			"locked", "supported", "allowed", "exists", "java", "kt", "scala", "groovy", "json", "yml", "yaml", "xml",
			"html", "properties", "consent", "banner", "notice", "country", "paths", "skew", "leeway", "props" };

	// A key that ends in one of these may hold the secret or speak about it.
	private static final String[] HOLDERS = { "history", "state", "cache", "table", "bucket", "pool", "topic", "window",
			"settings", "options" };

	// Keys that hold names and numbers of things as often as secrets.
	private static final List<String> LIKELY = List.of("device code", "user code", "service key", "server key");

	// Words that only tell something at the end of a key.
	private static final String[] WEAK = { "pass", "sid" };

	// Words of parsers and of public data.
	private static final String[] HARMLESS = { "unexpected token", "expected token", "unrecognized token",
			"illegal token", "current token", "username token", "oracle sid", "account sid", "message sid", "call sid",
			"service sid", "http authentication code" };

	// Ends of words written without a separator, such as accesstoken.
	private static final String[] ENDINGS = { "password", "passwd", "passphrase", "secret", "token", "apikey",
			"credentials", "sessionid" };

	private static final String LAST_OF_ENDINGS = "detnys";

	private static final int SHORTEST_ENDING = 5;

	private static final int HISTORY = 4;

	private static final int UNKNOWN = -1;

	private final WordTable words;

	/**
	 * Word numbers of each phrase but its last word, from last to first, by last word.
	 */
	private final int[][][] phrases;

	private final boolean[] about;

	private final boolean[] holders;

	private final boolean[] weak;

	private final boolean compounds;

	private final WordEndings endings = new WordEndings();

	private final List<Cue> cues;

	private final @Nullable SensitiveKeys allowed;

	private final @Nullable SensitiveKeys likely;

	private SensitiveKeys(Collection<String> phrases, String[] about, String[] holders, boolean compounds,
			@Nullable SensitiveKeys allowed, @Nullable SensitiveKeys likely) {
		Map<String, Integer> numbers = new HashMap<>();
		List<List<int[]>> byLastWord = new ArrayList<>();
		Set<Cue> found = new LinkedHashSet<>();
		for (String phrase : phrases) {
			List<String> words = KeyWords.split(phrase);
			int[] sequence = words.stream().mapToInt((word) -> number(word, numbers, byLastWord)).toArray();
			if (sequence.length != 0) {
				byLastWord.get(sequence[sequence.length - 1]).add(reversedWithoutLast(sequence));
				this.endings.addLastWord(phrase);
				found.add(Cue.ofWords(words.subList(Math.max(0, words.size() - 1 - HISTORY), words.size())));
			}
		}
		boolean[] aboutWords = new boolean[numbers.size() + about.length + holders.length];
		for (String word : about) {
			aboutWords[number(word, numbers, byLastWord)] = true;
		}
		boolean[] holderWords = new boolean[numbers.size() + holders.length];
		for (String word : holders) {
			holderWords[number(word, numbers, byLastWord)] = true;
		}
		boolean[] weakWords = new boolean[numbers.size()];
		for (String word : WEAK) {
			Integer number = numbers.get(word);
			if (number != null) {
				weakWords[number] = true;
			}
		}
		this.words = new WordTable(numbers);
		this.phrases = byLastWord.stream().map((list) -> list.toArray(new int[0][])).toArray(int[][][]::new);
		this.about = aboutWords;
		this.holders = holderWords;
		this.weak = weakWords;
		this.compounds = compounds;
		if (compounds) {
			for (String ending : ENDINGS) {
				this.endings.addLastWord(ending);
				found.add(Cue.ofWords(List.of(ending)));
			}
		}
		this.allowed = allowed;
		this.likely = likely;
		if (likely != null) {
			found.addAll(likely.cues);
		}
		this.cues = List.copyOf(found);
	}

	/**
	 * Keys of secrets.
	 * @param additional further words or phrases, of which blank ones count for nothing
	 * @return the keys
	 */
	static SensitiveKeys secrets(Collection<String> additional) {
		return secrets(additional, List.of());
	}

	/**
	 * Keys of secrets.
	 * @param additional further words or phrases, of which blank ones count for nothing
	 * @param allowed words or phrases at the end of a key by which it is no such key
	 * @return the keys
	 */
	static SensitiveKeys secrets(Collection<String> additional, Collection<String> allowed) {
		List<String> phrases = new ArrayList<>(List.of(SECRETS));
		phrases.addAll(additional);
		List<String> harmless = new ArrayList<>(List.of(HARMLESS));
		harmless.addAll(allowed);
		return new SensitiveKeys(phrases, ABOUT, HOLDERS, true, of(harmless), of(LIKELY));
	}

	/**
	 * Keys that end with certain words or phrases.
	 * @param phrases the words or phrases
	 * @return the keys
	 */
	static SensitiveKeys of(Collection<String> phrases) {
		return new SensitiveKeys(phrases, new String[0], new String[0], false, null, null);
	}

	/**
	 * Keys of the network addresses of users.
	 * @return the keys
	 */
	static SensitiveKeys addresses() {
		return of(List.of(ADDRESSES));
	}

	/**
	 * Return cues of which at least one is in every key that is sensitive or
	 * {@linkplain #isLikely likely} is.
	 * @return the cues
	 */
	List<Cue> cues() {
		return this.cues;
	}

	boolean matches(String key) {
		return matches(key, 0, key.length(), 0);
	}

	/**
	 * Whether a part of a text is a sensitive key.
	 * @param text the text
	 * @param from where the key begins
	 * @param to where it ends
	 * @param identifier where its last identifier begins: what is sensitive before it
	 * must reach to the end of the key
	 * @return whether the key is sensitive
	 */
	boolean matches(String text, int from, int to, int identifier) {
		return matches(text, from, to, identifier, false);
	}

	/**
	 * Whether a part of a text is a key that holds a secret or speaks about it, such as a
	 * history of passwords.
	 * @param text the text
	 * @param from where the key begins
	 * @param to where it ends
	 * @return whether the value tells what it is, as the key does not
	 */
	boolean mayHold(String text, int from, int to) {
		return matches(text, from, to, from, true);
	}

	/**
	 * Whether a part of a text is a key that is sensitive when its value looks like a
	 * secret.
	 * @param text the text
	 * @param from where the key begins
	 * @param to where it ends
	 * @return whether only a long value of letters and digits is one
	 */
	boolean isLikely(String text, int from, int to) {
		return this.likely != null && this.likely.isAtEnd(text, from, to)
				&& (this.allowed == null || !this.allowed.isAtEnd(text, from, to));
	}

	/**
	 * Whether a value is a secret under a key that {@linkplain #mayHold may hold} one or
	 * {@linkplain #isLikely likely} does.
	 * @param text the text
	 * @param from where the key begins
	 * @param to where it ends
	 * @param start where the value begins
	 * @param end where it ends
	 * @return whether it is one
	 */
	boolean isSecret(String text, int from, int to, int start, int end) {
		return mayHold(text, from, to) ? !SensitiveValue.isPlain(text, start, end)
				: isLikely(text, from, to) && SensitiveValue.isLong(text, start, end);
	}

	private boolean matches(String text, int from, int to, int identifier, boolean holder) {
		long history = -1;
		boolean matched = false;
		int word = UNKNOWN;
		boolean matchedLast = false;
		for (int start = KeyWords.start(text, from, to); start < to;) {
			int end = KeyWords.end(text, start, to);
			word = this.words.find(text, start, end);
			matchedLast = (word != UNKNOWN) ? isPhraseEnd(word, history)
					: this.compounds && hasSensitiveEnding(text, start, end);
			matched |= matchedLast && start >= identifier && (word == UNKNOWN || !this.weak[word]);
			history = (history << 16) | (word & 0xffff);
			start = KeyWords.start(text, end, to);
		}
		boolean held = !matchedLast && matched && word != UNKNOWN && this.holders[word];
		boolean sensitive = holder ? held : matchedLast || (matched && !held && (word == UNKNOWN || !this.about[word]));
		return sensitive && (this.allowed == null || !this.allowed.isAtEnd(text, from, to));
	}

	/**
	 * Find the identifier that ends at an index.
	 * @param text the text
	 * @param floor the first index to look at
	 * @param end where the identifier ends
	 * @return where it {@linkplain WordEndings#start begins}, and whether it holds a word
	 * that {@linkplain WordEndings#mayBeIn may} make it sensitive, which is cheaper to
	 * tell than whether it is
	 */
	long identifier(String text, int floor, int end) {
		return this.endings.identifier(text, floor, end);
	}

	/**
	 * Whether a part of an identifier holds a word that could make it sensitive.
	 * @param text the text
	 * @param from where the part begins
	 * @param to where it ends
	 * @return {@code false} only when no key that ends with it is sensitive
	 */
	boolean mayMatch(String text, int from, int to) {
		long identifier = identifier(text, from, to);
		return WordEndings.start(identifier) != from || WordEndings.mayBeIn(identifier);
	}

	private boolean isAtEnd(String text, int from, int to) {
		return matches(text, from, to, to);
	}

	private boolean isPhraseEnd(int word, long history) {
		for (int[] preceding : this.phrases[word]) {
			if (endsWith(history, preceding)) {
				return true;
			}
		}
		return false;
	}

	private static boolean endsWith(long history, int[] preceding) {
		for (int i = 0; i < preceding.length; i++) {
			if (((history >>> (16 * i)) & 0xffff) != preceding[i]) {
				return false;
			}
		}
		return true;
	}

	private static boolean hasSensitiveEnding(String text, int from, int to) {
		if (to - from <= SHORTEST_ENDING || LAST_OF_ENDINGS.indexOf(text.charAt(to - 1) | 0x20) == -1) {
			return false;
		}
		for (String ending : ENDINGS) {
			int length = ending.length();
			if (to - from > length && text.regionMatches(true, to - length, ending, 0, length)) {
				return true;
			}
		}
		return false;
	}

	private static int number(String word, Map<String, Integer> numbers, List<List<int[]>> byLastWord) {
		return numbers.computeIfAbsent(word, (key) -> {
			byLastWord.add(new ArrayList<>());
			return numbers.size();
		});
	}

	private static int[] reversedWithoutLast(int[] sequence) {
		int[] preceding = new int[Math.min(sequence.length - 1, HISTORY)];
		for (int i = 0; i < preceding.length; i++) {
			preceding[i] = sequence[sequence.length - 2 - i];
		}
		return preceding;
	}

}
