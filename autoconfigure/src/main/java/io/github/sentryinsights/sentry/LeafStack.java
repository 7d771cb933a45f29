package io.github.sentryinsights.sentry;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import org.jspecify.annotations.Nullable;

/**
 * The leaves that one thread, or several that share a stack, began in a transaction.
 * <p>
 * A stack without a lock: the latest leaf refers to the one before it. A stack with an
 * owner is written to by that thread alone, besides the one that takes the leaves away,
 * after which nobody looks for the order of those that still come.
 */
final class LeafStack {

	private static final AtomicReferenceFieldUpdater<LeafStack, @Nullable LeafOperation> LATEST = AtomicReferenceFieldUpdater
		.newUpdater(LeafStack.class, LeafOperation.class, "latest");

	private static final long NOBODY = -1;

	private final long owner;

	private LeafThread thread;

	private volatile @Nullable LeafOperation latest;

	private LeafStack(long owner, LeafThread thread) {
		this.owner = owner;
		this.thread = thread;
	}

	/**
	 * Create a stack for one thread.
	 * @param owner the thread
	 * @return the stack
	 */
	static LeafStack ownedBy(LeafThread owner) {
		return new LeafStack(owner.number(), owner);
	}

	/**
	 * Create a stack for several threads.
	 * @param first one of them
	 * @return the stack
	 */
	static LeafStack sharedBy(LeafThread first) {
		return new LeafStack(NOBODY, first);
	}

	boolean isOwnedBy(long number) {
		return this.owner == number;
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
		LeafOperation previous = this.latest;
		leaf.follow(previous, branches);
		if (this.owner != NOBODY) {
			LATEST.lazySet(this, leaf);
			return;
		}
		while (!LATEST.compareAndSet(this, previous, leaf)) {
			previous = this.latest;
			leaf.follow(previous, branches);
		}
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
