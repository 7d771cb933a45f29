package io.github.sentryinsights.scrub;

/**
 * Finds one kind of personal data or secret that only the application knows. Every bean
 * of this type is asked about every text, after the detectors of this library. It is
 * called by many threads, and what it throws makes the whole text be replaced.
 *
 * @since 0.1.0
 */
public interface PiiDetector {

	/**
	 * Return the name of what is found, which stands in its place, as in
	 * {@code [order-number]}, and by which it is given a strategy.
	 * @return the name, in lower case letters, digits and dashes
	 */
	String name();

	/**
	 * Look for what is to be replaced.
	 * @param text the text
	 * @param findings takes where it is
	 */
	void detect(String text, Findings findings);

	/**
	 * Takes where something was found.
	 */
	@FunctionalInterface
	interface Findings {

		/**
		 * Have a part of the text replaced. What overlaps an earlier part is ignored.
		 * @param start the index where it begins
		 * @param end the index behind it
		 */
		void add(int start, int end);

	}

}
