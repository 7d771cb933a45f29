package io.github.sentryinsights.scrub;

/**
 * Finds social security numbers of the United States of areas that were given out.
 */
final class SocialSecurityDetector extends Detector {

	SocialSecurityDetector() {
		super("-", Rule.US_SSN);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return c == '-' && isDigit(before);
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
		return (area > 0 && area < 900 && area != 666 && group > 0 && serial > 0) ? span(start, end) : NONE;
	}

	private static boolean isJoined(char c) {
		return isLetterOrDigit(c) || c == '-' || c == '_';
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
