package io.github.sentryinsights.scrub;

import java.util.Collection;
import java.util.List;

import io.github.sentryinsights.key.KeyWords;

/**
 * Finds social security numbers of the United States of areas that were given out, unless
 * they are numbers of something else by the word before them, or round.
 */
final class SocialSecurityDetector extends Detector {

	private static final int MAX_DISTANCE = 32;

	private static final int MAX_WORDS = 2;

	private static final int MAX_SEPARATOR = 4;

	private static final String SEPARATORS = " .:=#\"'/";

	private static final Collection<String> THINGS = List.of("order", "orders", "part", "parts", "invoice", "sku",
			"ticket", "item", "items", "article", "lot", "batch", "serial", "tracking", "shipment", "model", "range",
			"rows", "pages", "version", "build", "release", "product", "stock", "catalog", "phone", "fax", "tel",
			"mobile", "isbn", "po", "rma");

	private final SensitiveKeys things = SensitiveKeys.of(THINGS);

	private final SensitiveKeys numbers = SensitiveKeys
		.of(List.of("number", "no", "nr", "num", "id", "ref", "reference", "code", "key"));

	SocialSecurityDetector() {
		super("-", Rule.US_SSN);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return c == '-' && isDigit(before);
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return isDigit(after);
	}

	@Override
	AsciiSet second(char before, char c, char after) {
		return AsciiSet.DIGITS;
	}

	@Override
	long find(String text, int floor, int at) {
		int start = at - 3;
		int end = at + 8;
		if (start < floor || end > text.length() || text.charAt(at + 3) != '-') {
			return NONE;
		}
		if ((start > 0 && isJoined(text.charAt(start - 1))) || (end < text.length() && isJoined(text.charAt(end)))) {
			return NONE;
		}
		int area = number(text, start, at);
		int group = number(text, at + 1, at + 3);
		int serial = number(text, at + 4, end);
		boolean valid = area > 0 && area < 900 && area != 666 && group > 0 && serial > 0;
		boolean round = area % 100 == 0 && group % 10 == 0 && serial % 100 == 0;
		return (valid && !round && !isPartOfNumber(text, start, end) && !isOfThing(text, start)) ? span(start, end)
				: NONE;
	}

	private static boolean isJoined(char c) {
		return isLetterOrDigit(c) || c == '-' || c == '_';
	}

	// #123-45-6789, +123-45-6789 and 123-45-6789.5
	private static boolean isPartOfNumber(String text, int start, int end) {
		boolean prefix = start > 0 && (text.charAt(start - 1) == '#' || text.charAt(start - 1) == '+');
		boolean decimals = end + 1 < text.length() && text.charAt(end) == '.' && isDigit(text.charAt(end + 1));
		return prefix || decimals;
	}

	// order 123-45-6789, part no. 123-45-6789 and "orderId":"123-45-6789"
	private boolean isOfThing(String text, int number) {
		int limit = Math.max(0, number - MAX_DISTANCE);
		int end = number;
		for (int words = 0; words < MAX_WORDS; words++) {
			end = separatorStart(text, limit, end);
			int start = KeyText.keyStart(text, limit, end);
			if (start == end) {
				return false;
			}
			if (this.things.matches(text, start, end, start)) {
				return true;
			}
			if (!this.numbers.matches(text, start, end, start)) {
				return false;
			}
			if (isThingWithNumber(text, start, end)) {
				return true;
			}
			end = start;
		}
		return false;
	}

	// the words of one key, such as orderNumber
	private boolean isThingWithNumber(String text, int from, int to) {
		for (int start = KeyWords.start(text, from, to); start < to;) {
			int end = KeyWords.end(text, start, to);
			if (this.things.matches(text, start, end, start)) {
				return true;
			}
			start = KeyWords.start(text, end, to);
		}
		return false;
	}

	// what may stand between a word and its number, such as ": " and "\":\""
	private static int separatorStart(String text, int limit, int from) {
		int start = from;
		int spaces = 0;
		while (start > limit && from - start < MAX_SEPARATOR && SEPARATORS.indexOf(text.charAt(start - 1)) >= 0) {
			spaces += (text.charAt(start - 1) == ' ') ? 1 : 0;
			start--;
		}
		return (spaces <= 1) ? start : from;
	}

	private static int number(String text, int from, int to) {
		int number = 0;
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			if (!isDigit(c)) {
				return -1;
			}
			number = number * 10 + c - '0';
		}
		return number;
	}

}
