package io.github.sentryinsights.sentry;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.sentry.FilterString;
import io.sentry.ILogger;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.JsonSerializable;
import io.sentry.ObjectWriter;
import io.sentry.SentryLevel;
import io.sentry.SentryOptions;
import io.sentry.SentryTraceHeader;
import io.sentry.SentryTracer;
import io.sentry.Span;
import io.sentry.SpanDataConvention;
import io.sentry.SpanId;
import io.sentry.SpanOptions;
import io.sentry.TransactionContext;
import io.sentry.protocol.SentryId;
import io.sentry.util.SpanUtils;
import io.sentry.util.thread.IThreadChecker;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.OperationTarget;

/**
 * The leaf operations of one transaction, kept in the data of its root span until the
 * transaction is captured.
 * <p>
 * A stack without a lock: the latest leaf refers to the one before it. Safe for use by
 * several threads. Every field is transient, as the SDK serializes an unknown object that
 * holds this one by its fields.
 */
final class LeafBuffer implements JsonSerializable {

	private static final AtomicReferenceFieldUpdater<LeafBuffer, @Nullable LeafOperation> LATEST = AtomicReferenceFieldUpdater
		.newUpdater(LeafBuffer.class, LeafOperation.class, "latest");

	private static final long MAX_READING_NANOS = 1000;

	private final transient SentryTracer transaction;

	private final transient IScopes scopes;

	private final transient List<Span> branches;

	private final transient int maxSpans;

	private final transient @Nullable List<FilterString> ignoredOrigins;

	private final transient IThreadChecker threads;

	private final transient @Nullable Supplier<SentryId> profiler;

	private final transient long clockOffset = clockOffset();

	private final transient Queue<Span> failures = new ConcurrentLinkedQueue<>();

	private transient @Nullable LeafThread thread;

	private transient volatile @Nullable LeafOperation latest;

	LeafBuffer(SentryTracer transaction, IScopes scopes, @Nullable Supplier<SentryId> profiler) {
		SentryOptions options = scopes.getOptions();
		this.transaction = transaction;
		this.scopes = scopes;
		this.branches = transaction.getSpans();
		this.maxSpans = options.getMaxSpans();
		this.ignoredOrigins = options.getIgnoredSpanOrigins();
		this.threads = options.getThreadChecker();
		this.profiler = profiler;
	}

	/**
	 * Begin a leaf.
	 * @param target the target of the operation
	 * @param parentId the span or the leaf that it runs under
	 * @return the leaf, or {@code null} when the SDK would not record a span either
	 */
	@Nullable LeafOperation start(OperationTarget target, SpanId parentId) {
		if (this.transaction.isFinished() || isIgnored(target.origin())) {
			return null;
		}
		if (!hasRoom(target)) {
			return null;
		}
		LeafOperation leaf = new LeafOperation(this, target, parentId);
		if (this.profiler != null) {
			profile(leaf, this.profiler.get());
		}
		LeafOperation previous;
		do {
			previous = this.latest;
			leaf.follow(previous, this.branches.size());
		}
		while (!LATEST.compareAndSet(this, previous, leaf));
		return leaf;
	}

	/**
	 * Return whether the transaction can take one more span, leaf or not.
	 * @param target the target of the operation
	 * @return whether the limit of the SDK is not reached
	 */
	boolean hasRoom(OperationTarget target) {
		LeafOperation latest = this.latest;
		int leaves = (latest != null) ? latest.index() + 1 : 0;
		if (leaves + this.branches.size() < this.maxSpans) {
			return true;
		}
		this.scopes.getOptions()
			.getLogger()
			.log(SentryLevel.WARNING,
					"Span operation: %s, description: %s dropped due to limit reached. Returning NoOpSpan.",
					target.operation(), target.name());
		return false;
	}

	private boolean isIgnored(String origin) {
		return this.ignoredOrigins != null && SpanUtils.isIgnored(this.ignoredOrigins, origin);
	}

	private static void profile(LeafOperation leaf, SentryId profilerId) {
		if (!profilerId.equals(SentryId.EMPTY_ID)) {
			leaf.put(SpanDataConvention.PROFILER_ID, profilerId.toString());
		}
	}

	/**
	 * Return the thread at hand, which is mostly the one of the leaf before.
	 */
	LeafThread currentThread() {
		long number = this.threads.currentThreadSystemId();
		String name = this.threads.getCurrentThreadName();
		LeafThread thread = this.thread;
		if (thread == null || thread.number() != number || !thread.name().equals(name)) {
			thread = LeafThread.of(number, name);
			this.thread = thread;
		}
		return thread;
	}

	/**
	 * Return the leaf that this thread is at.
	 * @param parentId the span that work of this thread runs under, but for leaves
	 * @return the innermost leaf below that span, or {@code null} without any
	 */
	@Nullable LeafOperation current(SpanId parentId) {
		long number = this.threads.currentThreadSystemId();
		for (LeafOperation leaf = this.latest; leaf != null; leaf = leaf.previous()) {
			if (isOpen(leaf) && leaf.thread().number() == number && isBelow(leaf, parentId)) {
				return leaf;
			}
		}
		return null;
	}

	private static boolean isOpen(LeafOperation leaf) {
		return leaf.endNanos() == 0 && !leaf.isDetached();
	}

	private static boolean isBelow(LeafOperation leaf, SpanId parentId) {
		SpanId ancestor = leaf.parentId();
		for (LeafOperation other = leaf.previous(); other != null; other = other.previous()) {
			if (isOpen(other) && ancestor == other.spanId()) {
				ancestor = other.parentId();
			}
		}
		return ancestor.equals(parentId);
	}

	/**
	 * Let the SDK find the leaf by the error that it failed with, as it finds a span.
	 * @param leaf the leaf
	 * @param error the error
	 */
	void link(LeafOperation leaf, Throwable error) {
		SpanOptions options = new SpanOptions();
		options.setOrigin(leaf.target().origin());
		// The SDK would give a thread without scopes some of its own for good.
		ISentryLifecycleToken token = this.scopes.makeCurrent();
		try {
			Span span = new Span(context(leaf), this.transaction, this.scopes, options);
			// The SDK refers to it weakly.
			this.failures.add(span);
			this.scopes.setSpanContext(error, span, this.transaction.getName());
		}
		finally {
			token.close();
		}
	}

	void propagate(LeafOperation leaf, BiConsumer<String, String> headers) {
		SentryTraceHeader trace = new SentryTraceHeader(traceId(), leaf.spanId(), this.transaction.isSampled());
		TraceHeaders.write(trace, this.transaction.toBaggageHeader(null), headers);
	}

	/**
	 * Return a leaf as the trace context of an event.
	 * @param leaf the leaf
	 * @return the context
	 */
	TransactionContext context(LeafOperation leaf) {
		TransactionContext context = new TransactionContext(traceId(), leaf.spanId(), leaf.parentId(), null, null);
		context.setSamplingDecision(this.transaction.getSamplingDecision());
		context.setOperation(leaf.target().operation());
		context.setOrigin(leaf.target().origin());
		context.setDescription(leaf.description());
		context.setStatus(leaf.status());
		context.setData(SpanDataConvention.THREAD_ID, leaf.thread().id());
		context.setData(SpanDataConvention.THREAD_NAME, leaf.thread().name());
		return context;
	}

	SentryId traceId() {
		return this.transaction.getSpanContext().getTraceId();
	}

	int maxSpans() {
		return this.maxSpans;
	}

	/**
	 * Return a time as the SDK would tell it.
	 * @param nanos the time by {@link System#nanoTime}
	 * @return nanoseconds since the epoch
	 */
	long epochNanos(long nanos) {
		return this.clockOffset + nanos;
	}

	/**
	 * The clock of the SDK is asked once, as asking the other one costs less and can be
	 * shared with metrics. What interrupts the two readings would set all times off.
	 */
	private static long clockOffset() {
		long shortest = Long.MAX_VALUE;
		long offset = 0;
		for (int i = 0; i < 3 && shortest > MAX_READING_NANOS; i++) {
			long before = System.nanoTime();
			Instant now = Instant.now();
			long duration = System.nanoTime() - before;
			if (duration < shortest) {
				shortest = duration;
				offset = now.getEpochSecond() * 1_000_000_000 + now.getNano() - before - duration / 2;
			}
		}
		return offset;
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

	@Override
	public void serialize(ObjectWriter writer, ILogger logger) throws IOException {
		writer.nullValue();
	}

	@Override
	public String toString() {
		return "leaf spans";
	}

}
