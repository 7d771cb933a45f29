package io.github.sentryinsights.sentry;

import java.util.Arrays;
import java.util.function.BiConsumer;

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

	/** Enough for the names and values of four attributes. */
	private static final int INITIAL_CAPACITY = 8;

	private static final @Nullable Object[] NONE = {};

	private final LeafBuffer buffer;

	private final OperationTarget target;

	private final SpanId parentId;

	private final LeafThread thread;

	private String description;

	private @Nullable Object @Nullable [] attributes;

	private boolean detached;

	private volatile @Nullable SpanId spanId;

	/** The time by {@link System#nanoTime}, or 0 until the end. */
	private volatile long end;

	private @Nullable LeafOperation previous;

	private int index;

	private int branches;

	LeafOperation(LeafBuffer buffer, OperationTarget target, SpanId parentId) {
		super(System.nanoTime());
		this.buffer = buffer;
		this.target = target;
		this.parentId = parentId;
		this.description = target.name();
		this.thread = buffer.currentThread();
	}

	/**
	 * Take a place in the order of the spans of the transaction.
	 * @param previous the leaf that began before this one
	 * @param branches the number of ordinary spans that began before this one
	 */
	void follow(@Nullable LeafOperation previous, int branches) {
		this.previous = previous;
		this.index = (previous != null) ? previous.index + 1 : 0;
		this.branches = branches;
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
	 * Return the names and values of the attributes set so far.
	 * @return names and values in turn, then maybe {@code null}, an array that nothing
	 * changes any more
	 */
	@Nullable Object[] attributes() {
		boolean ended = this.end != 0;
		@Nullable Object[] attributes = this.attributes;
		if (attributes == null) {
			return NONE;
		}
		return ended ? attributes : attributes.clone();
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
		@Nullable Object[] attributes = this.attributes;
		if (value == null) {
			this.attributes = (attributes != null) ? without(attributes, name) : null;
			return;
		}
		if (attributes == null) {
			attributes = new Object[INITIAL_CAPACITY];
			this.attributes = attributes;
		}
		int i = 0;
		while (i < attributes.length && attributes[i] != null) {
			if (name.equals(attributes[i])) {
				attributes[i + 1] = value;
				return;
			}
			i += 2;
		}
		if (i == attributes.length) {
			attributes = Arrays.copyOf(attributes, i * 2);
			this.attributes = attributes;
		}
		attributes[i + 1] = value;
		attributes[i] = name;
	}

	/**
	 * As the SDK removes what is set to nothing. In another array, as the thread that
	 * captures the transaction may be reading this one.
	 */
	private static @Nullable Object[] without(@Nullable Object[] attributes, String name) {
		@Nullable Object[] rest = new Object[attributes.length];
		int size = 0;
		for (int i = 0; i < attributes.length; i += 2) {
			if (!name.equals(attributes[i])) {
				rest[size++] = attributes[i];
				rest[size++] = attributes[i + 1];
			}
		}
		return rest;
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
	protected void finish(Outcome outcome, long endNanos) {
		this.end = (endNanos != 0) ? endNanos : 1;
	}

	@Override
	protected void propagate(BiConsumer<String, String> headers) {
		this.buffer.propagate(this, headers);
	}

}
