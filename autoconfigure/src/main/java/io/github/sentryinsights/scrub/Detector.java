package io.github.sentryinsights.scrub;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Finds one kind of secret in text. Detectors keep no state, so one instance serves all
 * threads, and look at a bounded stretch of text, or at one they then consume, so that a
 * scan stays linear.
 */
abstract class Detector {

	static final long NONE = -1;

	private final String triggers;

	private final Rule rule;

	/**
	 * Create a new detector.
	 * @param triggers the ASCII characters at which {@link #find} is asked, unless told
	 * otherwise
	 * @param rule the kind of secret
	 */
	Detector(String triggers, Rule rule) {
		this.triggers = triggers;
		this.rule = rule;
	}

	/**
	 * Whether {@link #find} may be asked at a character.
	 * @param before the character before it, which is 0 at the start of a text and for
	 * all that is not ASCII
	 * @param c the character
	 * @return whether it may be asked
	 */
	boolean isTriggeredBy(char before, char c) {
		return this.triggers.indexOf(c) >= 0;
	}

	/**
	 * Whether what follows a trigger leaves {@link #find} something to look for. Asking
	 * costs several times as much as passing over a character.
	 * @param before the character before the trigger, as above
	 * @param c the trigger
	 * @param after the character after it, which is 0 at the end of a text and for all
	 * that is not ASCII
	 * @return whether it is asked
	 */
	boolean isFollowedBy(char before, char c, char after) {
		return true;
	}

	/**
	 * What must be the second character behind a trigger for {@link #find} to have
	 * something to look for.
	 * @param before the character before the trigger, as above
	 * @param c the trigger
	 * @param after the character after it, as above
	 * @return the characters, which is the one with the code 0 for the end of a text and
	 * for all that is not ASCII
	 */
	AsciiSet second(char before, char c, char after) {
		return AsciiSet.ALL;
	}

	/**
	 * Cues of which one stands no more than {@link Cues#REACH} characters before the
	 * trigger, or at it, wherever {@link #find} finds something.
	 * @return the cues, which are none when it is to be asked everywhere
	 */
	List<Cue> cues() {
		return List.of();
	}

	final Rule rule() {
		return this.rule;
	}

	/**
	 * Look for a secret around a trigger.
	 * @param text the text
	 * @param floor the first index that may be replaced
	 * @param at the index of the trigger
	 * @return the {@link #span} of the secret, or {@link #NONE}
	 */
	abstract long find(String text, int floor, int at);

	/**
	 * Write what stands in the place of a secret.
	 * @param out where to
	 * @param text the text
	 * @param at the index of the trigger
	 * @param span what {@link #find} has returned
	 * @param redaction what to put in the place of secrets of this kind
	 * @param around scrubs what lies between several secrets
	 */
	void append(StringBuilder out, String text, int at, long span, Redaction redaction, UnaryOperator<String> around) {
		redaction.append(out, text, start(span), end(span));
	}

	static long span(int start, int end) {
		return ((long) start << 32) | end;
	}

	static int start(long span) {
		return (int) (span >>> 32);
	}

	static int end(long span) {
		return (int) span;
	}

	static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

	static boolean isAsciiLetter(char c) {
		char folded = (char) (c | 0x20);
		return folded >= 'a' && folded <= 'z';
	}

	static boolean isLetter(char c) {
		return (c < 128) ? isAsciiLetter(c) : Character.isLetter(c);
	}

	static boolean isLetterOrDigit(char c) {
		return isDigit(c) || isLetter(c);
	}

	static boolean isBase64Url(char c) {
		return isDigit(c) || isAsciiLetter(c) || c == '-' || c == '_';
	}

	static boolean isSpace(char c) {
		return c <= ' ' || c == '\u00a0';
	}

	static boolean isLineEnd(char c) {
		return c == '\n' || c == '\r';
	}

	static boolean isQuote(char c) {
		return c == '"' || c == '\'' || c == '`';
	}

	/**
	 * Whether a word can begin at an index: at the start, after something that is no
	 * letter or digit, or after a percent-encoded character.
	 * @param text the text
	 * @param at the index
	 * @return whether a word can begin there
	 */
	static boolean isWordStart(String text, int at) {
		return at == 0 || !isLetterOrDigit(text.charAt(at - 1)) || (at >= 3 && text.charAt(at - 3) == '%');
	}

}
