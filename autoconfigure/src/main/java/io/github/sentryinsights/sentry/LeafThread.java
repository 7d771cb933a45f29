package io.github.sentryinsights.sentry;

/**
 * The thread that began a leaf, as Sentry wants to know it.
 *
 * @param number the id of the thread
 * @param id the same as text
 * @param name the name of the thread
 */
record LeafThread(long number, String id, String name) {

	static LeafThread of(long number, String name) {
		return new LeafThread(number, String.valueOf(number), name);
	}

}
