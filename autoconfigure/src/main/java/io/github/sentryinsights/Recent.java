package io.github.sentryinsights;

import org.jspecify.annotations.Nullable;

/**
 * What each thread has used last, to be used again.
 * <p>
 * Has a fixed number of places, which threads may share, and no order between threads:
 * whoever finds what is not its own makes that anew. Safe for use by several threads, as
 * long as what is kept is immutable.
 *
 * @param <T> the type of what is kept
 * @since 0.1.0
 */
public final class Recent<T> {

	/** A power of two. */
	private static final int PLACES = 256;

	private final @Nullable Object[] kept = new Object[PLACES];

	/**
	 * Return what was kept last in the place of this thread.
	 * @return what was kept, or {@code null} when nothing was
	 */
	@SuppressWarnings("unchecked")
	public @Nullable T get() {
		return (T) this.kept[place()];
	}

	/**
	 * Keep something in the place of this thread.
	 * @param used what to keep
	 */
	public void keep(T used) {
		this.kept[place()] = used;
	}

	private static int place() {
		return (int) Thread.currentThread().getId() & (PLACES - 1);
	}

}
