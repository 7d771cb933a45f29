package io.github.sentryinsights.scrub;

/**
 * Finds addresses of network interfaces.
 */
final class MacAddressDetector extends Detector {

	private static final int LENGTH = 17;

	MacAddressDetector() {
		super(":-", Rule.MAC_ADDRESS);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return (c == ':' || c == '-') && VendorTokenDetector.isHex(before);
	}

	@Override
	long find(String text, int floor, int at) {
		int start = at - 2;
		int end = start + LENGTH;
		if (start < floor || end > text.length() || (start > floor && isJoined(text.charAt(start - 1)))
				|| (end < text.length() && isJoined(text.charAt(end)))) {
			return NONE;
		}
		for (int i = start; i < end; i++) {
			char c = text.charAt(i);
			if (((i - start) % 3 == 2) ? c != text.charAt(at) : !VendorTokenDetector.isHex(c)) {
				return NONE;
			}
		}
		return span(start, end);
	}

	private static boolean isJoined(char c) {
		return isLetterOrDigit(c) || c == ':' || c == '-';
	}

}
