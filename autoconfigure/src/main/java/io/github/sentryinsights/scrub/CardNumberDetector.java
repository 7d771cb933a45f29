package io.github.sentryinsights.scrub;

/**
 * Finds payment card numbers: an issuer's prefix at a length this issuer uses, a correct
 * check digit, and either no separator or the grouping printed on cards. Timestamps,
 * identifiers, fractions and parts of UUIDs do not pass.
 */
final class CardNumberDetector extends Detector {

	private static final int MIN_DIGITS = 13;

	private static final int MAX_DIGITS = 19;

	CardNumberDetector() {
		super("23456", Rule.CREDIT_CARD);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return c >= '2' && c <= '6' && !isLetterOrDigit(before);
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
		if (at > floor && !isBoundaryBefore(text, floor, at)) {
			return NONE;
		}
		int end = at;
		while (end < text.length() && end - at <= MAX_DIGITS && isDigit(text.charAt(end))) {
			end++;
		}
		int digits = end - at;
		if (digits == 4 && end < text.length()) {
			return grouped(text, at, text.charAt(end));
		}
		if (digits < MIN_DIGITS || digits > MAX_DIGITS || !isBoundaryAfter(text, end)) {
			return NONE;
		}
		return isCardNumber(text, at, end, digits) ? span(at, end) : NONE;
	}

	private static boolean isBoundaryBefore(String text, int floor, int at) {
		char before = text.charAt(at - 1);
		if (before == '.') {
			return at - 2 < floor || !isDigit(text.charAt(at - 2));
		}
		return isWordStart(text, at);
	}

	private static boolean isBoundaryAfter(String text, int end) {
		return end == text.length() || !isLetterOrDigit(text.charAt(end));
	}

	private static long grouped(String text, int at, char separator) {
		if (separator != ' ' && separator != '-' && separator != '.' && separator != '+') {
			return NONE;
		}
		int groups = 1;
		int digits = 4;
		int end = at + 4;
		long found = NONE;
		while (groups < 5 && end < text.length() && text.charAt(end) == separator) {
			int groupEnd = end + 1;
			while (groupEnd < text.length() && groupEnd - end <= 7 && isDigit(text.charAt(groupEnd))) {
				groupEnd++;
			}
			int size = groupEnd - end - 1;
			if (size == 0) {
				break;
			}
			groups++;
			digits += size;
			end = groupEnd;
			if (isCardShape(groups, digits, size) && isBoundaryAfter(text, end) && !goesOn(text, end, separator)
					&& isCardNumber(text, at, end, digits)) {
				found = span(at, end);
			}
		}
		return found;
	}

	private static boolean goesOn(String text, int end, char separator) {
		return separator != ' ' && end + 1 < text.length() && text.charAt(end) == separator
				&& isDigit(text.charAt(end + 1));
	}

	private static boolean isCardShape(int groups, int digits, int lastSize) {
		return switch (groups) {
			case 3 -> (digits == 15 && lastSize == 5) || (digits == 14 && lastSize == 4);
			case 4 -> digits == 16 && lastSize == 4;
			case 5 -> digits == 19 && lastSize == 3;
			default -> false;
		};
	}

	private static boolean isCardNumber(String text, int from, int to, int digits) {
		int prefix = 0;
		int sum = 0;
		int seen = 0;
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			if (!isDigit(c)) {
				continue;
			}
			int digit = c - '0';
			if (seen < 4) {
				prefix = prefix * 10 + digit;
			}
			if ((digits - seen) % 2 == 0) {
				digit = (digit < 5) ? digit * 2 : digit * 2 - 9;
			}
			sum += digit;
			seen++;
		}
		return sum % 10 == 0 && isIssued(prefix, digits);
	}

	private static boolean isIssued(int prefix, int digits) {
		int two = prefix / 100;
		int three = prefix / 10;
		if (two / 10 == 4) {
			return digits == 13 || digits == 16 || digits == 19;
		}
		if ((two >= 51 && two <= 55) || (prefix >= 2221 && prefix <= 2720)) {
			return digits == 16;
		}
		if (two == 34 || two == 37) {
			return digits == 15;
		}
		if ((three >= 300 && three <= 305) || three == 309 || two == 36 || two == 38 || two == 39) {
			return digits == 14 || digits == 16;
		}
		if (prefix >= 3528 && prefix <= 3589) {
			return digits >= 16;
		}
		if (prefix == 6011 || (three >= 644 && three <= 649) || two == 65 || two == 62) {
			return digits >= 16;
		}
		return digits >= 16 && (prefix == 5018 || prefix == 5020 || prefix == 5038 || prefix == 5893 || prefix == 6304
				|| prefix == 6759 || (prefix >= 6761 && prefix <= 6763));
	}

}
