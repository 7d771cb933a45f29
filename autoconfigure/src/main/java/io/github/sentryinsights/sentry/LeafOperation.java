package io.github.sentryinsights.sentry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import io.sentry.SpanId;
import io.sentry.SpanStatus;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.AttributeKey;
import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;

/**
 * An operation that is kept in the buffer of its transaction, and becomes a span when the
 * transaction is captured.
 * <p>
 * Told of its attributes by one thread at a time. The thread that captures the
 * transaction may read it at any moment: everything said before the end is visible once
 * the end is.
 */
final class LeafOperation extends Operation implements Attributes {

	private static final VarHandle END;

	static {
		try {
			END = MethodHandles.lookup().findVarHandle(LeafOperation.class, "end", long.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final LeafBuffer buffer;

	private final OperationTarget target;

	private final SpanId parentId;

	private final LeafThread thread;

	private String description;

	private @Nullable LeafAttributes attributes;

	private boolean detached;

	private volatile @Nullable SpanId spanId;

	/** The time by {@link System#nanoTime}, or 0 until the end. */
	private volatile long end;

	private @Nullable LeafOperation previous;

	private int index;

	private final int branches;

	/**
	 * Create a leaf.
	 * @param buffer the buffer of the transaction
	 * @param target the target of the operation
	 * @param parentId the span or the leaf that it runs under
	 * @param thread the thread that begins it
	 * @param previous the leaf that began before this one
	 * @param branches the number of ordinary spans that began before this one
	 * @param beginNanos when it began, by {@link System#nanoTime}
	 */
	LeafOperation(LeafBuffer buffer, OperationTarget target, SpanId parentId, LeafThread thread,
			@Nullable LeafOperation previous, int branches, long beginNanos) {
		super(beginNanos);
		this.buffer = buffer;
		this.target = target;
		this.parentId = parentId;
		this.description = target.name();
		this.thread = thread;
		this.branches = branches;
		this.previous = previous;
		this.index = following(previous);
	}

	private static int following(@Nullable LeafOperation previous) {
		return (previous != null) ? previous.index + 1 : 0;
	}

	/**
	 * Take another place in the order of the leaves.
	 * @param previous the leaf that began before this one
	 */
	void follow(@Nullable LeafOperation previous) {
		this.previous = previous;
		this.index = following(previous);
	}

	LeafBuffer buffer() {
		return this.buffer;
	}

	OperationTarget target() {
		return this.target;
	}

	String description() {
		return this.description;
	}

	SpanId parentId() {
		return this.parentId;
	}

	SpanId spanId() {
		SpanId spanId = this.spanId;
		if (spanId == null) {
			synchronized (this) {
				spanId = this.spanId;
				if (spanId == null) {
					spanId = new SpanId();
					this.spanId = spanId;
				}
			}
		}
		return spanId;
	}

	boolean isKnownAs(SpanId id) {
		return this.spanId == id;
	}

	LeafThread thread() {
		return this.thread;
	}

	/**
	 * Return when the operation began.
	 * @return the time by {@link System#nanoTime}
	 */
	long beginNanos() {
		return startNanos();
	}

	/**
	 * Return when the operation ended.
	 * @return the time by {@link System#nanoTime}, or 0 when it is still under way
	 */
	long endNanos() {
		return this.end;
	}

	/**
	 * Return how the operation went.
	 * @return the status, or {@code null} while nothing is known
	 */
	@Nullable SpanStatus status() {
		return (this.end == 0 && outcome() == Outcome.SUCCESS) ? null : SpanOperation.status(outcome());
	}

	/**
	 * Return the attributes set so far.
	 * @return attributes that nothing changes any more, or {@code null} without any
	 */
	@Nullable LeafAttributes attributes() {
		boolean ended = this.end != 0;
		LeafAttributes attributes = this.attributes;
		return (attributes == null || ended) ? attributes : attributes.without(null);
	}

	/**
	 * Return whether the thread that began this operation has gone on without it.
	 * @return whether it was handed over
	 */
	boolean isDetached() {
		return this.detached;
	}

	@Nullable LeafOperation previous() {
		return this.previous;
	}

	void previous(@Nullable LeafOperation previous) {
		this.previous = previous;
	}

	/**
	 * Refer to no other leaf any more, so that one which is never ended keeps no other.
	 * @return the leaf that it referred to
	 */
	@Nullable LeafOperation unlink() {
		LeafOperation other = this.previous;
		this.previous = null;
		return other;
	}

	int index() {
		return this.index;
	}

	int branches() {
		return this.branches;
	}

	@Override
	public boolean isRecording() {
		return true;
	}

	@Override
	public void describe(String description) {
		this.description = description;
	}

	@Override
	public <T> void set(AttributeKey<T> key, T value) {
		put(key.name(), value);
	}

	void put(String name, @Nullable Object value) {
		LeafAttributes attributes = this.attributes;
		if (value == null) {
			// As the SDK does. Another object, as somebody may be reading this one.
			this.attributes = (attributes != null) ? attributes.without(name) : null;
			return;
		}
		if (this.end != 0 && attributes != null) {
			attributes = attributes.without(name);
			attributes.put(name, value);
			// Whoever captures the transaction now sees the old object or all of this
			// one.
			VarHandle.releaseFence();
			this.attributes = attributes;
			return;
		}
		if (attributes == null) {
			attributes = new LeafAttributes();
			this.attributes = attributes;
		}
		attributes.put(name, value);
	}

	@Override
	protected Attributes recorded() {
		return this;
	}

	@Override
	protected void error(Throwable error) {
		this.buffer.link(this, error);
	}

	@Override
	protected void leave() {
		this.detached = true;
	}

	@Override
	protected boolean isConfined() {
		return !this.detached;
	}

	@Override
	protected void finish(Outcome outcome, long endNanos) {
		// Nobody waits for the end, so nothing said later has to wait for it to be seen.
		END.setRelease(this, (endNanos != 0) ? endNanos : 1);
	}

}
