package io.github.sentryinsights.sentry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.sentry.DateUtils;
import io.sentry.FilterString;
import io.sentry.ILogger;
import io.sentry.IScopes;
import io.sentry.JsonSerializable;
import io.sentry.ObjectWriter;
import io.sentry.SentryLevel;
import io.sentry.SentryOptions;
import io.sentry.SentryTraceHeader;
import io.sentry.SentryTracer;
import io.sentry.Span;
import io.sentry.SpanContext;
import io.sentry.SpanDataConvention;
import io.sentry.SpanId;
import io.sentry.SpanOptions;
import io.sentry.SpanStatus;
import io.sentry.TransactionContext;
import io.sentry.protocol.SentryId;
import io.sentry.protocol.SentrySpan;
import io.sentry.protocol.SentryTransaction;
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

	private final transient SentryTracer transaction;

	private final transient IScopes scopes;

	private final transient List<Span> branches;

	private final transient int maxSpans;

	private final transient @Nullable List<FilterString> ignoredOrigins;

	private final transient IThreadChecker threads;

	private final transient @Nullable Supplier<SentryId> profiler;

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
		if (isFull(this.latest)) {
			overflow(target);
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

	private boolean isFull(@Nullable LeafOperation latest) {
		int leaves = (latest != null) ? latest.index() + 1 : 0;
		return leaves + this.branches.size() >= this.maxSpans;
	}

	private boolean isIgnored(String origin) {
		return this.ignoredOrigins != null && SpanUtils.isIgnored(this.ignoredOrigins, origin);
	}

	private void overflow(OperationTarget target) {
		this.scopes.getOptions()
			.getLogger()
			.log(SentryLevel.WARNING,
					"Span operation: %s, description: %s dropped due to limit reached. Returning NoOpSpan.",
					target.operation(), target.name());
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
	 * Return the leaf that a thread is at.
	 * @param threadId the id of the thread
	 * @param spanId the span that the leaf is below, directly or with other leaves
	 * between
	 * @return the innermost such leaf, or {@code null} without any
	 */
	@Nullable LeafOperation current(long threadId, SpanId spanId) {
		for (LeafOperation leaf = this.latest; leaf != null; leaf = leaf.previous()) {
			if (leaf.isCurrent() && leaf.thread().number() == threadId && isBelow(leaf, spanId)) {
				return leaf;
			}
		}
		return null;
	}

	private static boolean isBelow(LeafOperation leaf, SpanId spanId) {
		SpanId ancestor = leaf.parentId();
		for (LeafOperation other = leaf.previous(); other != null; other = other.previous()) {
			if (other.isCurrent() && ancestor.equals(other.spanId())) {
				ancestor = other.parentId();
			}
		}
		return ancestor.equals(spanId);
	}

	/**
	 * Let the SDK find the leaf by the error that it failed with, as it finds a span.
	 * @param leaf the leaf
	 * @param error the error
	 */
	void failed(LeafOperation leaf, Throwable error) {
		SpanOptions options = new SpanOptions();
		options.setOrigin(leaf.target().origin());
		Span span = new Span(context(leaf), this.transaction, this.scopes, options);
		// The SDK refers to it weakly.
		this.failures.add(span);
		this.scopes.setSpanContext(error, span, this.transaction.getName());
	}

	void propagate(LeafOperation leaf, BiConsumer<String, String> headers) {
		SentryTraceHeader trace = new SentryTraceHeader(this.transaction.getSpanContext().getTraceId(), leaf.spanId(),
				this.transaction.isSampled());
		TraceHeaders.write(trace, this.transaction.toBaggageHeader(null), headers);
	}

	/**
	 * Return a leaf as the trace context of an event.
	 * @param leaf the leaf
	 * @return the context
	 */
	TransactionContext context(LeafOperation leaf) {
		SpanContext root = this.transaction.getSpanContext();
		TransactionContext context = new TransactionContext(root.getTraceId(), leaf.spanId(), leaf.parentId(), null,
				null);
		context.setSamplingDecision(root.getSamplingDecision());
		context.setOperation(leaf.target().operation());
		context.setOrigin(leaf.target().origin());
		context.setDescription(leaf.description());
		context.setStatus(leaf.status());
		context.setData(SpanDataConvention.THREAD_ID, leaf.thread().id());
		context.setData(SpanDataConvention.THREAD_NAME, leaf.thread().name());
		return context;
	}

	/**
	 * Turn the leaves into spans of the captured transaction, each at the place that the
	 * SDK would have given it, and keep them no longer. What the SDK would have dropped
	 * for the limit is dropped.
	 * @param captured the captured transaction
	 */
	void moveTo(SentryTransaction captured) {
		LeafOperation leaf = oldestFirst(LATEST.getAndSet(this, null));
		if (leaf == null) {
			return;
		}
		List<SentrySpan> spans = captured.getSpans();
		List<SentrySpan> branches = new ArrayList<>(spans);
		spans.clear();
		int branch = 0;
		while (leaf != null && spans.size() < this.maxSpans) {
			if (branch < leaf.branches() && branch < branches.size()) {
				spans.add(branches.get(branch++));
			}
			else {
				spans.add(span(leaf, captured));
				leaf = leaf.unlink();
			}
		}
		while (branch < branches.size() && spans.size() < this.maxSpans) {
			spans.add(branches.get(branch++));
		}
	}

	/**
	 * Turn the order of the leaves round.
	 */
	private static @Nullable LeafOperation oldestFirst(@Nullable LeafOperation latest) {
		LeafOperation oldest = null;
		LeafOperation leaf = latest;
		while (leaf != null) {
			LeafOperation previous = leaf.previous();
			leaf.previous(oldest);
			oldest = leaf;
			leaf = previous;
		}
		return oldest;
	}

	/**
	 * What is still under way ends with the transaction: the acknowledgement of a message
	 * often comes after the request has returned, and without an end Sentry would show a
	 * failure.
	 */
	private SentrySpan span(LeafOperation leaf, SentryTransaction captured) {
		double earliest = captured.getStartTimestamp();
		Double timestamp = captured.getTimestamp();
		double start = Math.max(earliest, DateUtils.nanosToSeconds(leaf.startTime()));
		double latest = (timestamp != null) ? Math.max(start, timestamp) : start;
		long ended = leaf.endTime();
		double end = (ended != 0) ? Math.min(latest, DateUtils.nanosToSeconds(ended)) : latest;
		SpanStatus status = leaf.status();
		return new SentrySpan(start, Math.max(start, end), this.transaction.getSpanContext().getTraceId(),
				leaf.spanId(), leaf.parentId(), leaf.target().operation(), leaf.description(),
				(status != null) ? status : SpanStatus.OK, leaf.target().origin(), new ConcurrentHashMap<>(),
				new ConcurrentHashMap<>(), LeafData.of(leaf));
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
