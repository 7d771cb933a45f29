package io.github.sentryinsights.scrub;

/**
 * Finds telephone numbers: international ones, and those written as in North America.
 */
final class PhoneNumberDetector extends Detector {

	private static final int MIN_DIGITS = 8;

	private static final int MAX_DIGITS = 15;

	PhoneNumberDetector() {
		super("+(-", Rule.PHONE_NUMBER);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return (c == '+' && !isLetterOrDigit(before)) || c == '(' || (c == '-' && isDigit(before));
	}

	@Override
	long find(String text, int floor, int at) {
		return switch (text.charAt(at)) {
			case '+' -> international(text, at);
			case '(' -> matches(text, at, "(ddd) ddd-dddd") ? span(at, at + 14) : NONE;
			default -> {
				int start = at - 3;
				boolean found = start >= floor && (start == 0 || !isJoined(text.charAt(start - 1)))
						&& matches(text, start, "ddd-ddd-dddd");
				yield found ? span(start, start + 12) : NONE;
			}
		};
	}

	private static long international(String text, int at) {
		int digits = 0;
		int end = at + 1;
		int i = at + 1;
		while (i < text.length() && digits <= MAX_DIGITS) {
			char c = text.charAt(i);
			if (isDigit(c)) {
				digits++;
				end = i + 1;
			}
			else if (" -./()".indexOf(c) < 0 || i - end > 1) {
				break;
			}
			i++;
		}
		boolean joined = end < text.length() && isLetterOrDigit(text.charAt(end));
		return (digits >= MIN_DIGITS && digits <= MAX_DIGITS && text.charAt(at + 1) != '0'
				&& isDigit(text.charAt(at + 1)) && !joined) ? span(at, end) : NONE;
	}

	private static boolean matches(String text, int from, String shape) {
		int end = from + shape.length();
		if (end > text.length() || (end < text.length() && isJoined(text.charAt(end)))) {
			return false;
		}
		for (int i = 0; i < shape.length(); i++) {
			char c = text.charAt(from + i);
			if ((shape.charAt(i) == 'd') ? !isDigit(c) : c != shape.charAt(i)) {
				return false;
			}
		}
		return true;
	}

	private static boolean isJoined(char c) {
		return isLetterOrDigit(c) || c == '-' || c == '_';
	}

}
