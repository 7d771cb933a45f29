package io.github.sentryinsights.scrub;

/**
 * Finds addresses of IP, version 4 and 6, but for the local host.
 */
final class IpAddressDetector extends Detector {

	private static final int MAX_LENGTH = 39;

	IpAddressDetector() {
		super(".:", Rule.IP_ADDRESS);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return (c == '.' && isDigit(before)) || (c == ':' && (VendorTokenDetector.isHex(before) || before == ':'));
	}

	@Override
	long find(String text, int floor, int at) {
		return (text.charAt(at) == '.') ? version4(text, floor, at) : version6(text, floor, at);
	}

	private static long version4(String text, int floor, int at) {
		int start = at;
		while (start > floor && isDigit(text.charAt(start - 1))) {
			start--;
		}
		if (start > floor && isJoined(text.charAt(start - 1))) {
			return NONE;
		}
		int end = start;
		for (int part = 0; part < 4; part++) {
			int from = (part == 0) ? start : end + 1;
			if (part > 0 && (end >= text.length() || text.charAt(end) != '.')) {
				return NONE;
			}
			int number = 0;
			end = from;
			while (end < text.length() && end - from < 3 && isDigit(text.charAt(end))) {
				number = number * 10 + text.charAt(end++) - '0';
			}
			if (end == from || number > 255) {
				return NONE;
			}
		}
		boolean goesOn = end < text.length() && (isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '-'
				|| (text.charAt(end) == '.' && end + 1 < text.length() && isDigit(text.charAt(end + 1))));
		boolean local = text.startsWith("127.", start) || text.startsWith("0.0.0.0", start);
		return (goesOn || local) ? NONE : span(start, end);
	}

	private static boolean isJoined(char c) {
		return isLetterOrDigit(c) || c == '.' || c == '-' || c == '_';
	}

	private static long version6(String text, int floor, int at) {
		int start = at;
		while (start > floor && at - start < 5 && isPart(text.charAt(start - 1))) {
			start--;
		}
		int end = at;
		while (end < text.length() && end - start <= MAX_LENGTH && isPart(text.charAt(end))) {
			end++;
		}
		if (text.charAt(end - 1) == ':' && !(end - start > 2 && text.charAt(end - 2) == ':')) {
			end--;
		}
		boolean joined = (start > floor && isLetterOrDigit(text.charAt(start - 1)))
				|| (end < text.length() && isLetterOrDigit(text.charAt(end)));
		return (!joined && isVersion6(text, start, end)) ? span(start, end) : NONE;
	}

	private static boolean isPart(char c) {
		return c == ':' || VendorTokenDetector.isHex(c);
	}

	private static boolean isVersion6(String text, int start, int end) {
		int groups = 0;
		int gaps = 0;
		int digits = 0;
		for (int i = start; i < end; i++) {
			if (text.charAt(i) == ':') {
				gaps += (i > start && text.charAt(i - 1) == ':') ? 1 : 0;
				digits = 0;
			}
			else {
				groups += (digits == 0) ? 1 : 0;
				if (++digits > 4) {
					return false;
				}
			}
		}
		return (gaps == 0 && groups == 8) || (gaps == 1 && groups >= 2 && groups < 8);
	}

}
