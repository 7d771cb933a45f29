package io.github.sentryinsights.scrub;

/**
 * Finds JSON Web Tokens: signed, encrypted and cut short.
 */
final class JwtDetector extends Detector {

	private static final int MIN_LENGTH = 16;

	JwtDetector() {
		// The J of eyJ, as the other letters are frequent.
		super("J", Rule.JWT);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return before == 'y' && c == 'J';
	}

	@Override
	long find(String text, int floor, int at) {
		int start = at - 2;
		if (start < floor || !text.startsWith("ey", start) || (start > floor && isWithinToken(text, start))) {
			return NONE;
		}
		boolean dotted = false;
		int end = at;
		while (end < text.length()) {
			char c = text.charAt(end);
			if (c == '.') {
				dotted = true;
			}
			else if (!isBase64Url(c)) {
				break;
			}
			end++;
		}
		while (text.charAt(end - 1) == '.') {
			end--;
		}
		return (dotted && end - start >= MIN_LENGTH) ? span(start, end) : NONE;
	}

	private static boolean isWithinToken(String text, int at) {
		char before = text.charAt(at - 1);
		return before == '-' || before == '_' || !isWordStart(text, at);
	}

}
