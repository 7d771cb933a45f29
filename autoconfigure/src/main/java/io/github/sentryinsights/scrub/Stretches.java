package io.github.sentryinsights.scrub;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Lends {@linkplain Stretch stretches} to threads, so that scrubbing makes none each
 * time. A few are kept, however many threads there are. Safe for use by several threads.
 */
final class Stretches {

	// Two threads rarely ask at the same place.
	private static final int PLACES = 64;

	// References that are this far apart share no cache line.
	private static final int APART = 16;

	private final AtomicReferenceArray<Stretch> places = new AtomicReferenceArray<>(PLACES * APART);

	/**
	 * Take a stretch, which nobody else has until it is given back.
	 * @return the stretch, which is a new one when there is none
	 */
	Stretch take() {
		Stretch stretch = this.places.getAndSet(place(), null);
		return (stretch != null) ? stretch : new Stretch();
	}

	/**
	 * Give a stretch back. One that never is costs its memory only.
	 * @param stretch the stretch
	 */
	void giveBack(Stretch stretch) {
		this.places.set(place(), stretch);
	}

	private static int place() {
		return (int) (Thread.currentThread().getId() % PLACES) * APART;
	}

}
