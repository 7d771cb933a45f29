package io.github.sentryinsights.sentry;

import java.lang.ref.WeakReference;

import io.sentry.ITransaction;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.Recent;

/**
 * The buffer that a thread used last, found without asking the data of its transaction
 * for it.
 * <p>
 * One that finds another buffer only asks the transaction. Keeps no transaction alive.
 */
final class RecentBuffers {

	private final Recent<WeakReference<LeafBuffer>> buffers = new Recent<>();

	/**
	 * Return the buffer that a transaction has already.
	 * @param transaction the transaction
	 * @return the buffer, or {@code null} without one
	 */
	@Nullable LeafBuffer existing(ITransaction transaction) {
		WeakReference<LeafBuffer> recent = this.buffers.get();
		LeafBuffer buffer = (recent != null) ? recent.get() : null;
		if (buffer != null && buffer.isOf(transaction)) {
			return buffer;
		}
		buffer = LeafSpans.existing(transaction);
		if (buffer != null) {
			this.buffers.keep(buffer.reference());
		}
		return buffer;
	}

}
