package io.github.sentryinsights.sentry;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

import io.sentry.FilterString;
import io.sentry.ILogger;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ITransaction;
import io.sentry.JsonSerializable;
import io.sentry.ObjectWriter;
import io.sentry.SentryLevel;
import io.sentry.SentryOptions;
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
 * It is the stack of the thread that made it, as most transactions know no other one, and
 * holds those of further threads. Safe for use by several threads, which neither wait for
 * each other nor write what another one reads, as long as each has a stack of its own.
 * Every field is transient, as the SDK serializes an unknown object that holds this one
 * by its fields.
 */
final class LeafBuffer extends LeafStack implements JsonSerializable {

	/** A power of two. */
	private static final int OWNED_STACKS = 8;

	/** The one of all threads that meet the stack of another thread in their place. */
	private static final int SHARED_STACK = OWNED_STACKS;

	private static final int STACKS = OWNED_STACKS + 1;

	private final transient SentryTracer transaction;

	private final transient WeakReference<LeafBuffer> reference = new WeakReference<>(this);

	/** The thread that made this buffer, and owns its own stack. */
	private final transient LeafThread thread;

	private final transient IScopes scopes;

	private final transient SentryOptions options;

	private final transient @Nullable Supplier<SentryId> profiler;

	private final transient LateFailures lateFailures;

	private final transient long clockOffset;

	private transient volatile @Nullable Queue<Span> failures;

	/** By the number of the thread, so that threads of one request rarely meet. */
	private transient volatile @Nullable AtomicReferenceArray<@Nullable LeafStack> others;

	/**
	 * How many leaves a stack may hold while no thread has to count the leaves of others.
	 */
	private transient volatile int freeLeaves;

	/**
	 * Create a buffer whose own stack is that of this thread.
	 * @param transaction the transaction
	 * @param scopes the scopes of this thread
	 * @param profiler tells which profile the spans belong to, {@code null} without one
	 * @param clock the clock by which the SDK would tell times
	 * @param lateFailures reports what fails when the transaction has ended
	 */
	LeafBuffer(SentryTracer transaction, IScopes scopes, @Nullable Supplier<SentryId> profiler, EpochClock clock,
			LateFailures lateFailures) {
		this(transaction, scopes, profiler, clock, lateFailures,
				LeafThread.current(scopes.getOptions().getThreadChecker()));
	}

	private LeafBuffer(SentryTracer transaction, IScopes scopes, @Nullable Supplier<SentryId> profiler,
			EpochClock clock, LateFailures lateFailures, LeafThread thread) {
		super(thread.number());
		this.thread = thread;
		this.transaction = transaction;
		this.scopes = scopes;
		this.options = scopes.getOptions();
		this.profiler = profiler;
		this.lateFailures = lateFailures;
		this.clockOffset = clock.offset(System.nanoTime());
		this.freeLeaves = maxSpans() - freeBranches();
	}

	boolean isOf(ITransaction transaction) {
		return this.transaction == transaction;
	}

	/**
	 * Return what refers to this buffer without keeping it.
	 * @return the same for all who ask
	 */
	WeakReference<LeafBuffer> reference() {
		return this.reference;
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
		IThreadChecker threads = this.options.getThreadChecker();
		long number = threads.currentThreadSystemId();
		LeafStack stack = isOwnedBy(number) ? this : otherStack(number);
		int branches = branches();
		if (!hasRoom(stack, branches)) {
			warnOfLimit(target);
			return null;
		}
		LeafThread thread = thread(stack, number, threads.getCurrentThreadName());
		LeafOperation previous = stack.latest();
		// Before the leaf is made, as nothing then comes between its creation and its
		// fields.
		long beginNanos = System.nanoTime();
		LeafOperation leaf = new LeafOperation(this, target, parentId, thread, previous, branches, beginNanos);
		if (this.profiler != null) {
			profile(leaf, this.profiler.get());
		}
		stack.push(leaf);
		return leaf;
	}

	/**
	 * A thread answers with the same text as long as nobody gives it another name.
	 */
	private LeafThread thread(LeafStack stack, long number, String name) {
		return (stack == this && this.thread.name() == name) ? this.thread : LeafThread.of(number, name);
	}

	private LeafStack otherStack(long number) {
		LeafStack stack = findOther(number);
		return (stack != null) ? stack : create(number);
	}

	private @Nullable LeafStack findOther(long number) {
		AtomicReferenceArray<@Nullable LeafStack> others = this.others;
		LeafStack stack = (others != null) ? others.get(place(number)) : null;
		return (others == null || stack == null || stack.isOwnedBy(number)) ? stack : others.get(SHARED_STACK);
	}

	private static int place(long number) {
		return (int) number & (OWNED_STACKS - 1);
	}

	private synchronized LeafStack create(long number) {
		AtomicReferenceArray<@Nullable LeafStack> others = this.others;
		if (others == null) {
			others = new AtomicReferenceArray<>(STACKS);
			this.others = others;
		}
		int place = place(number);
		long owner = number;
		LeafStack stack = others.get(place);
		if (stack != null && !stack.isOwnedBy(number)) {
			place = SHARED_STACK;
			owner = NOBODY;
			stack = others.get(place);
		}
		if (stack == null) {
			stack = new LeafStack(owner);
			others.set(place, stack);
			share(others);
		}
		return stack;
	}

	/**
	 * Give every stack the same part of the leaves that may come, or nothing once one of
	 * them holds more.
	 */
	private void share(AtomicReferenceArray<@Nullable LeafStack> others) {
		int used = 1;
		int largest = size();
		for (int i = 0; i < STACKS; i++) {
			LeafStack stack = others.get(i);
			if (stack != null) {
				used++;
				largest = Math.max(largest, stack.size());
			}
		}
		int part = (maxSpans() - freeBranches()) / used;
		this.freeLeaves = (largest <= part && this.freeLeaves != 0) ? part : 0;
	}

	/**
	 * Counting the leaves of other threads takes what they are writing out of their
	 * caches, so it is done only when the limit may be near.
	 */
	private boolean hasRoom(LeafStack stack, int branches) {
		if (branches < freeBranches()) {
			int free = this.freeLeaves;
			if (stack.size() < free) {
				return true;
			}
			if (free != 0) {
				this.freeLeaves = 0;
			}
		}
		return spans() < maxSpans();
	}

	/**
	 * How many ordinary spans there may be while no thread has to count the leaves of
	 * others.
	 */
	private int freeBranches() {
		return maxSpans() / 10;
	}

	/**
	 * Return whether the transaction can take one more ordinary span.
	 * @param target the target of the operation
	 * @return whether the limit of the SDK is not reached
	 */
	boolean hasRoom(OperationTarget target) {
		if (spans() < maxSpans()) {
			return true;
		}
		warnOfLimit(target);
		return false;
	}

	private int spans() {
		int spans = branches() + size();
		AtomicReferenceArray<@Nullable LeafStack> others = this.others;
		for (int i = 0; others != null && i < STACKS; i++) {
			LeafStack stack = others.get(i);
			spans += (stack != null) ? stack.size() : 0;
		}
		return spans;
	}

	private int branches() {
		return this.transaction.getSpans().size();
	}

	private void warnOfLimit(OperationTarget target) {
		this.options.getLogger()
			.log(SentryLevel.WARNING,
					"Span operation: %s, description: %s dropped due to limit reached. Returning NoOpSpan.",
					target.operation(), target.name());
	}

	private boolean isIgnored(String origin) {
		List<FilterString> ignoredOrigins = this.options.getIgnoredSpanOrigins();
		return ignoredOrigins != null && SpanUtils.isIgnored(ignoredOrigins, origin);
	}

	private static void profile(LeafOperation leaf, SentryId profilerId) {
		if (!profilerId.equals(SentryId.EMPTY_ID)) {
			leaf.put(SpanDataConvention.PROFILER_ID, profilerId.toString());
		}
	}

	/**
	 * Return the leaf that this thread is at.
	 * @param parentId the span that work of this thread runs under, but for leaves
	 * @return the innermost leaf below that span, or {@code null} without any
	 */
	@Nullable LeafOperation current(SpanId parentId) {
		long number = this.options.getThreadChecker().currentThreadSystemId();
		LeafStack stack = isOwnedBy(number) ? this : findOther(number);
		for (LeafOperation leaf = (stack != null) ? stack.latest() : null; leaf != null; leaf = leaf.previous()) {
			if (isOpen(leaf) && leaf.thread().number() == number && isBelow(leaf, parentId)) {
				return leaf;
			}
		}
		return null;
	}

	private static boolean isOpen(LeafOperation leaf) {
		return leaf.endNanos() == 0 && !leaf.isDetached();
	}

	private boolean isBelow(LeafOperation leaf, SpanId parentId) {
		LeafOperation ancestor = leaf;
		LeafOperation next = leaf;
		while (next != null) {
			ancestor = next;
			next = open(ancestor.parentId());
		}
		return ancestor.parentId().equals(parentId);
	}

	/**
	 * A leaf is rarely the parent of another one, and then of one on its own thread.
	 */
	private @Nullable LeafOperation open(SpanId id) {
		LeafOperation leaf = open(id, this);
		AtomicReferenceArray<@Nullable LeafStack> others = this.others;
		for (int i = 0; others != null && leaf == null && i < STACKS; i++) {
			LeafStack stack = others.get(i);
			leaf = (stack != null) ? open(id, stack) : null;
		}
		return leaf;
	}

	private static @Nullable LeafOperation open(SpanId id, LeafStack stack) {
		for (LeafOperation leaf = stack.latest(); leaf != null; leaf = leaf.previous()) {
			if (isOpen(leaf) && leaf.isKnownAs(id)) {
				return leaf;
			}
		}
		return null;
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
			failures().add(span);
			this.scopes.setSpanContext(error, span, this.transaction.getName());
			this.lateFailures.report(leaf.target(), error, this.transaction, span, this.scopes);
		}
		finally {
			token.close();
		}
	}

	private Queue<Span> failures() {
		Queue<Span> failures = this.failures;
		return (failures != null) ? failures : createFailures();
	}

	private synchronized Queue<Span> createFailures() {
		Queue<Span> failures = this.failures;
		if (failures == null) {
			failures = new ConcurrentLinkedQueue<>();
			this.failures = failures;
		}
		return failures;
	}

	ITransaction transaction() {
		return this.transaction;
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
		return this.options.getMaxSpans();
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
	 * Give away the leaves of all threads.
	 * @return the oldest leaf, which now refers to the one after it
	 */
	@Nullable LeafOperation takeAll() {
		LeafOperation oldest = take();
		AtomicReferenceArray<@Nullable LeafStack> others = this.others;
		for (int i = 0; others != null && i < STACKS; i++) {
			LeafStack stack = others.get(i);
			if (stack != null) {
				oldest = merge(oldest, stack.take());
			}
		}
		return oldest;
	}

	/**
	 * Put two chains of leaves, each oldest first, into the order in which they began.
	 */
	private static @Nullable LeafOperation merge(@Nullable LeafOperation one, @Nullable LeafOperation other) {
		LeafOperation oldest = null;
		LeafOperation latest = null;
		while (one != null && other != null) {
			LeafOperation next;
			if (one.beginNanos() - other.beginNanos() <= 0) {
				next = one;
				one = one.previous();
			}
			else {
				next = other;
				other = other.previous();
			}
			if (latest == null) {
				oldest = next;
			}
			else {
				latest.previous(next);
			}
			latest = next;
		}
		LeafOperation rest = (one != null) ? one : other;
		if (latest == null) {
			return rest;
		}
		latest.previous(rest);
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
