package io.github.sentryinsights.sentry;

import java.lang.ref.WeakReference;

import io.sentry.ITransaction;
import org.jspecify.annotations.Nullable;

/**
 * The buffer that a thread used last, found without asking the data of its transaction
 * for it.
 * <p>
 * Without any order between threads, as one that sees an old buffer here only asks the
 * transaction. Keeps no transaction alive.
 */
final class RecentBuffers {

	/** A power of two. */
	private static final int THREADS = 256;

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private final @Nullable WeakReference<LeafBuffer>[] buffers = new WeakReference[THREADS];

	/**
	 * Return the buffer that a transaction has already.
	 * @param transaction the transaction
	 * @return the buffer, or {@code null} without one
	 */
	@Nullable LeafBuffer existing(ITransaction transaction) {
		int place = (int) Thread.currentThread().getId() & (THREADS - 1);
		WeakReference<LeafBuffer> recent = this.buffers[place];
		LeafBuffer buffer = (recent != null) ? recent.get() : null;
		if (buffer != null && buffer.isOf(transaction)) {
			return buffer;
		}
		buffer = LeafSpans.existing(transaction);
		if (buffer != null) {
			this.buffers[place] = buffer.reference();
		}
		return buffer;
	}

}
