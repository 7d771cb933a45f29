package io.github.sentryinsights.scrub;

import org.jspecify.annotations.Nullable;

/**
 * Finds the secrets among the elements of a list, each of which is replaced by itself.
 */
final class ValueList {

	private static final int MAX_ELEMENTS = 8;

	private ValueList() {
	}

	/**
	 * Go through the elements of a list, and write what stands in their place when told
	 * where to. One stands for many.
	 */
	static long elements(String text, int open, int close, @Nullable StringBuilder out, @Nullable Redaction redaction) {
		long all = Detector.NONE;
		int count = 0;
		for (int at = open + 1; at < close; count++) {
			int end = elementEnd(text, at, close);
			long element = element(text, at, end);
			if (!SensitiveValue.isHarmless(text, Detector.start(element), Detector.end(element))) {
				if (count >= MAX_ELEMENTS) {
					return Detector.span(open, close + 1);
				}
				if (out != null && redaction != null) {
					out.append(text, (all != Detector.NONE) ? Detector.end(all) : Detector.start(element),
							Detector.start(element));
					redaction.append(out, text, Detector.start(element), Detector.end(element));
				}
				all = Detector.span((all != Detector.NONE) ? Detector.start(all) : Detector.start(element),
						Detector.end(element));
			}
			at = end + 1;
		}
		return all;
	}

	private static int elementEnd(String text, int from, int close) {
		int at = from;
		int depth = 0;
		while (at < close && (depth > 0 || text.charAt(at) != ',')) {
			char c = text.charAt(at);
			if (c == '"') {
				at = SensitiveValue.closingQuote(text, at, close);
			}
			else {
				depth += (c == '(' || c == '[' || c == '{') ? 1 : (c == ')' || c == ']' || c == '}') ? -1 : 0;
			}
			at++;
		}
		return Math.min(at, close);
	}

	// without the spaces and quotes around it
	private static long element(String text, int from, int to) {
		int start = from;
		while (start < to && Detector.isSpace(text.charAt(start))) {
			start++;
		}
		int quote = start;
		while (quote < to && text.charAt(quote) == '\\') {
			quote++;
		}
		if (quote == to || !Detector.isQuote(text.charAt(quote))) {
			return Detector.span(start, to);
		}
		int end = SensitiveValue.quotedEnd(text, quote + 1, text.charAt(quote), quote - start);
		int behind = end + quote - start + 1;
		while (behind < to && Detector.isSpace(text.charAt(behind))) {
			behind++;
		}
		return (behind < to) ? Detector.span(start, to) : Detector.span(quote + 1, Math.min(end, to));
	}

}
