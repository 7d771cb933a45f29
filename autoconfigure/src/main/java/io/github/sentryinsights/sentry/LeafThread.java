package io.github.sentryinsights.sentry;

import io.sentry.util.thread.IThreadChecker;

/**
 * The thread that began a leaf, as Sentry wants to know it.
 *
 * @param number the id of the thread
 * @param id the same as text
 * @param name the name of the thread
 */
record LeafThread(long number, String id, String name) {

	/** A power of two. */
	private static final int KNOWN = 256;

	/**
	 * The thread that was asked for last at each place. Without any order between
	 * threads, as one that sees an old thread here only makes its own again.
	 */
	private static final LeafThread[] KNOWN_THREADS = new LeafThread[KNOWN];

	static LeafThread current(IThreadChecker threads) {
		return of(threads.currentThreadSystemId(), threads.getCurrentThreadName());
	}

	static LeafThread of(long number, String name) {
		int place = (int) number & (KNOWN - 1);
		LeafThread thread = KNOWN_THREADS[place];
		if (thread == null || thread.number != number || !thread.name.equals(name)) {
			thread = new LeafThread(number, String.valueOf(number), name);
			KNOWN_THREADS[place] = thread;
		}
		return thread;
	}

}
