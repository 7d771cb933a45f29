package io.github.sentryinsights.scrub;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.InsightsProperties.Pii.Strategy;
import io.github.sentryinsights.key.KeyedHash;

/**
 * Writes what stands in the place of a secret. Safe for use by several threads.
 */
final class Redaction {

	private static final int SHORT = 8;

	private static final int KEPT = 4;

	private final Rule rule;

	private final String replacement;

	private final Strategy strategy;

	private final @Nullable KeyedHash hash;

	private Redaction(Rule rule, Strategy strategy, @Nullable KeyedHash hash) {
		this.rule = rule;
		this.replacement = "[" + rule.marker() + "]";
		this.strategy = strategy;
		this.hash = hash;
	}

	/**
	 * Return what replaces secrets by their kind.
	 * @param rule the kind
	 * @return the redaction
	 */
	static Redaction replacing(Rule rule) {
		return new Redaction(rule, Strategy.REPLACE, null);
	}

	/**
	 * Return what follows a strategy.
	 * @param rule the kind of secret
	 * @param strategy the strategy
	 * @param hash the hash, which only the strategy {@code HMAC} needs
	 * @return the redaction
	 */
	static Redaction of(Rule rule, Strategy strategy, @Nullable KeyedHash hash) {
		return new Redaction(rule, strategy, hash);
	}

	/**
	 * Write what stands in the place of a secret.
	 * @param out where to
	 * @param text the text that holds the secret
	 * @param start where the secret begins
	 * @param end where it ends
	 */
	void append(StringBuilder out, String text, int start, int end) {
		switch (this.strategy) {
			case REPLACE -> out.append(this.replacement);
			case REMOVE -> appendNothing(out, text, end, this.rule.marker().equals(Rule.KEY.marker()));
			case MASK -> mask(out, text, start, end, 0);
			case KEEP_LAST_FOUR -> mask(out, text, start, end, KEPT);
			case HMAC -> appendHash(out, text.substring(start, end));
		}
	}

	String redact(String secret) {
		StringBuilder out = new StringBuilder();
		append(out, secret, 0, secret.length());
		return out.toString();
	}

	// Without quotes, the next word would be the value of the key.
	private static void appendNothing(StringBuilder out, String text, int end, boolean afterKey) {
		int last = out.length() - 1;
		if (afterKey && end < text.length() && text.charAt(end) == ' ' && last >= 0
				&& "=: \t".indexOf(out.charAt(last)) >= 0) {
			out.append("\"\"");
		}
	}

	private void appendHash(StringBuilder out, String secret) {
		if (this.hash == null) {
			out.append(this.replacement);
			return;
		}
		out.append('[').append(this.rule.marker()).append(':').append(this.hash.of(normalized(secret))).append(']');
	}

	/**
	 * Letter case and the separators of groups make no difference, so that one card or
	 * address has one hash.
	 */
	private static String normalized(String secret) {
		String decoded = secret.replace("%40", "@");
		StringBuilder normalized = new StringBuilder(decoded.length());
		for (int i = 0; i < decoded.length(); i++) {
			char c = decoded.charAt(i);
			if (c != ' ' && c != '-') {
				normalized.append(c);
			}
		}
		return normalized.toString().toLowerCase(Locale.ROOT);
	}

	private static void mask(StringBuilder out, String text, int start, int end, int kept) {
		int masked = Integer.MAX_VALUE;
		if (kept > 0) {
			int count = 0;
			for (int i = start; i < end; i++) {
				count += Detector.isLetterOrDigit(text.charAt(i)) ? 1 : 0;
			}
			masked = (count > SHORT) ? count - kept : count;
		}
		for (int i = start; i < end; i++) {
			char c = text.charAt(i);
			boolean shape = !Detector.isLetterOrDigit(c);
			out.append((shape || masked-- <= 0) ? c : '*');
		}
	}

}
