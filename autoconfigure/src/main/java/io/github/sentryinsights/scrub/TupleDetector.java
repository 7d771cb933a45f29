package io.github.sentryinsights.scrub;

/**
 * Finds the value beside a sensitive key in a pair such as {@code (password,x)}, as
 * tuples and lists of parameters are written. Lists of columns and of arguments stay, so
 * the value has to look like none of their names.
 */
final class TupleDetector extends KeyDetector {

	private static final int MAX_VALUE = 128;

	TupleDetector(SensitiveKeys keys, Redactions redactions) {
		super(",", keys, redactions);
	}

	@Override
	boolean isTriggeredBy(char before, char c) {
		return c == ',' && isAsciiLetter(before);
	}

	@Override
	boolean isFollowedBy(char before, char c, char after) {
		return after == 0 || after > ' ';
	}

	@Override
	long find(String text, int floor, int at) {
		long key = key(text, at);
		if (key == NONE || start(key) <= floor) {
			return NONE;
		}
		int end = at + 1;
		int limit = Math.min(text.length(), at + MAX_VALUE);
		boolean name = true;
		while (end < limit && text.charAt(end) != ')') {
			char c = text.charAt(end);
			if (c == ',' || c == '(' || isSpace(c)) {
				return NONE;
			}
			name &= isDigit(c) || c == '_' || (c >= 'a' && c <= 'z');
			end++;
		}
		return (end == limit || name || !SensitiveValue.isMixed(text, at + 1, end)
				|| SensitiveValue.isHarmless(text, at + 1, end)) ? NONE : span(at + 1, end);
	}

	@Override
	long key(String text, int at) {
		int start = SensitivePairDetector.keyStart(text, 0, at);
		boolean tuple = start > 0 && text.charAt(start - 1) == '('
				&& (start == 1 || !isLetterOrDigit(text.charAt(start - 2)));
		return (tuple && keys().matches(text, start, at, start)) ? span(start, at) : NONE;
	}

}
