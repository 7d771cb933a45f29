package io.github.sentryinsights.scrub;

/**
 * Finds the user in the path of a home directory.
 */
final class HomeDirectoryDetector extends Detector {

	HomeDirectoryDetector() {
		super("hU", Rule.HOME_DIRECTORY);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return (c == 'h' && before == '/') || (c == 'U' && (before == '/' || before == '\\'));
	}

	@Override
	long find(String text, int floor, int at) {
		String directory = (text.charAt(at) == 'h') ? "home" : "Users";
		int start = at + directory.length() + 1;
		if (at == 0 || start >= text.length() || !text.startsWith(directory, at)
				|| text.charAt(start - 1) != text.charAt(at - 1)) {
			return NONE;
		}
		while (start < text.length() && text.charAt(start) == '\\') {
			start++;
		}
		int end = start;
		while (end < text.length() && (SensitiveValue.isKeyPart(text.charAt(end)))) {
			end++;
		}
		boolean shared = text.regionMatches(true, start, "public", 0, 6) || text.startsWith("Shared", start);
		return (end == start || shared) ? NONE : span(start, end);
	}

}
