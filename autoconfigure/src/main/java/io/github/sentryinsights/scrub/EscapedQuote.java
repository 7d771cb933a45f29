package io.github.sentryinsights.scrub;

/**
 * Quotes that are escaped as in HTML or by their code point.
 */
final class EscapedQuote {

	private static final String[] FORMS = { "&quot;", "&#34;", "&#39;", "&apos;", "&#x22;", "&#x27;", "&amp;quot;",
			"\\u0022", "\\u0027" };

	private EscapedQuote() {
	}

	/**
	 * Skip an escaped quote.
	 * @param text the text
	 * @param from where it would begin
	 * @return the index behind it, or {@code from} when there is none
	 */
	static int after(String text, int from) {
		if (from < text.length() && (text.charAt(from) == '&' || text.charAt(from) == '\\')) {
			for (String form : FORMS) {
				if (text.startsWith(form, from)) {
					return from + form.length();
				}
			}
		}
		return from;
	}

	/**
	 * Step back over an escaped quote.
	 * @param text the text
	 * @param end where it would end
	 * @return the index at which it begins, or {@code end} when there is none
	 */
	static int before(String text, int end) {
		for (String form : FORMS) {
			if (end >= form.length() && text.startsWith(form, end - form.length())) {
				return (form.equals("&quot;") && text.startsWith("&amp;", end - 10)) ? end - 10 : end - form.length();
			}
		}
		return end;
	}

	/**
	 * Find the end of a value in escaped quotes.
	 * @param text the text
	 * @param from where the value begins, behind the quote
	 * @return its end, which is the end of the text when the closing quote is missing
	 */
	static int valueEnd(String text, int from) {
		int end = from;
		while (end < text.length() && after(text, end) == end) {
			end++;
		}
		return end;
	}

}
