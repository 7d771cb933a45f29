package io.github.sentryinsights.sentry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

/**
 * The leaves that one thread, or several that share a stack, began in a transaction.
 * <p>
 * A stack without a lock: the latest leaf refers to the one before it. A stack with an
 * owner is written to by that thread alone, besides the one that takes the leaves away,
 * after which nobody looks for the order of those that still come.
 */
class LeafStack {

	/** The owner of a stack that threads share. */
	static final long NOBODY = -1;

	private static final VarHandle LATEST;

	static {
		try {
			LATEST = MethodHandles.lookup().findVarHandle(LeafStack.class, "latest", LeafOperation.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final transient long owner;

	private transient volatile @Nullable LeafOperation latest;

	/**
	 * Create a stack.
	 * @param owner the number of its thread, or {@link #NOBODY}
	 */
	LeafStack(long owner) {
		this.owner = owner;
	}

	final boolean isOwnedBy(long number) {
		return this.owner == number;
	}

	/**
	 * Add a leaf that follows what was the latest one when it was made.
	 * @param leaf the leaf
	 */
	final void push(LeafOperation leaf) {
		if (this.owner != NOBODY) {
			LATEST.setRelease(this, leaf);
			return;
		}
		while (!LATEST.compareAndSet(this, leaf.previous(), leaf)) {
			leaf.follow(this.latest);
		}
	}

	final @Nullable LeafOperation latest() {
		return this.latest;
	}

	final int size() {
		LeafOperation latest = this.latest;
		return (latest != null) ? latest.index() + 1 : 0;
	}

	/**
	 * Give away the leaves.
	 * @return the oldest leaf, which now refers to the one after it
	 */
	final @Nullable LeafOperation take() {
		LeafOperation oldest = null;
		LeafOperation leaf = (LeafOperation) LATEST.getAndSet(this, null);
		while (leaf != null) {
			LeafOperation previous = leaf.previous();
			leaf.previous(oldest);
			oldest = leaf;
			leaf = previous;
		}
		return oldest;
	}

}
