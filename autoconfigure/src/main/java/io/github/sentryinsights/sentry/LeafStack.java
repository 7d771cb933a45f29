package io.github.sentryinsights.sentry;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import org.jspecify.annotations.Nullable;

/**
 * The leaves that one thread, or a few that share a stack, began in a transaction.
 * <p>
 * A stack without a lock: the latest leaf refers to the one before it. Safe for use by
 * several threads.
 */
final class LeafStack {

	private static final AtomicReferenceFieldUpdater<LeafStack, @Nullable LeafOperation> LATEST = AtomicReferenceFieldUpdater
		.newUpdater(LeafStack.class, LeafOperation.class, "latest");

	private LeafThread thread;

	private volatile @Nullable LeafOperation latest;

	LeafStack(LeafThread thread) {
		this.thread = thread;
	}

	/**
	 * Return a thread, which is mostly the one of the leaf before.
	 * @param number the id of the thread
	 * @param name the name of the thread
	 * @return the thread
	 */
	LeafThread thread(long number, String name) {
		LeafThread thread = this.thread;
		if (thread.number() != number || !thread.name().equals(name)) {
			thread = LeafThread.of(number, name);
			this.thread = thread;
		}
		return thread;
	}

	void push(LeafOperation leaf, int branches) {
		LeafOperation previous;
		do {
			previous = this.latest;
			leaf.follow(previous, branches);
		}
		while (!LATEST.compareAndSet(this, previous, leaf));
	}

	@Nullable LeafOperation latest() {
		return this.latest;
	}

	int size() {
		LeafOperation latest = this.latest;
		return (latest != null) ? latest.index() + 1 : 0;
	}

	/**
	 * Give away the leaves.
	 * @return the oldest leaf, which now refers to the one after it
	 */
	@Nullable LeafOperation take() {
		LeafOperation oldest = null;
		LeafOperation leaf = LATEST.getAndSet(this, null);
		while (leaf != null) {
			LeafOperation previous = leaf.previous();
			leaf.previous(oldest);
			oldest = leaf;
			leaf = previous;
		}
		return oldest;
	}

}
