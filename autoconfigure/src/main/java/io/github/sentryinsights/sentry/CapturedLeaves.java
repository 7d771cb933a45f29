package io.github.sentryinsights.sentry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

import io.sentry.DateUtils;
import io.sentry.SpanContext;
import io.sentry.SpanId;
import io.sentry.SpanStatus;
import io.sentry.protocol.SentrySpan;
import io.sentry.protocol.SentryTransaction;
import org.jspecify.annotations.Nullable;

/**
 * The leaves of one captured transaction on their way to become spans of it.
 */
final class CapturedLeaves {

	private final LeafBuffer buffer;

	private final List<SentrySpan> branches;

	private final List<SentrySpan> spans = new ArrayList<>();

	private final @Nullable SpanId rootId;

	private final double transactionStart;

	private final double transactionEnd;

	private final SpanStatus unfinished;

	private @Nullable SpanId parentId;

	private @Nullable SentrySpan parent;

	private boolean belowBranch;

	private CapturedLeaves(LeafBuffer buffer, SentryTransaction transaction) {
		SpanContext trace = transaction.getContexts().getTrace();
		Double end = transaction.getTimestamp();
		this.buffer = buffer;
		this.branches = transaction.getSpans();
		this.rootId = (trace != null) ? trace.getSpanId() : null;
		this.transactionStart = transaction.getStartTimestamp();
		this.transactionEnd = (end != null) ? Math.max(this.transactionStart, end) : this.transactionStart;
		// The SDK sets it when the application crashes, on all that is under way.
		this.unfinished = (transaction.getStatus() == SpanStatus.ABORTED) ? SpanStatus.ABORTED : SpanStatus.OK;
	}

	/**
	 * Turn the leaves of a buffer into spans of the captured transaction, each at the
	 * place that the SDK would have given it. Beyond the limit of the SDK the latest
	 * leaves go: an ordinary span may be the parent of others, here or at a server that
	 * was called, while of the leaves only a published message can be.
	 * @param buffer the buffer
	 * @param transaction the captured transaction
	 */
	static void add(LeafBuffer buffer, SentryTransaction transaction) {
		new CapturedLeaves(buffer, transaction).add();
	}

	private void add() {
		LeafOperation leaf = this.buffer.takeAll();
		if (leaf == null) {
			return;
		}
		int room = this.buffer.maxSpans() - this.branches.size();
		int branch = 0;
		while (leaf != null) {
			if (room-- > 0) {
				while (branch < Math.min(leaf.branches(), this.branches.size())) {
					this.spans.add(this.branches.get(branch++));
				}
				this.spans.add(span(leaf));
			}
			leaf = leaf.unlink();
		}
		this.spans.addAll(this.branches.subList(branch, this.branches.size()));
		this.branches.clear();
		this.branches.addAll(this.spans);
	}

	/**
	 * What is still under way ends with the transaction: the acknowledgement of a message
	 * often comes after the request has returned, and without an end Sentry would show a
	 * failure.
	 */
	private SentrySpan span(LeafOperation leaf) {
		long endNanos = leaf.endNanos();
		SentrySpan parent = parent(leaf.parentId());
		double earliest = (parent != null) ? Math.max(this.transactionStart, parent.getStartTimestamp())
				: this.transactionStart;
		double begin = seconds(leaf.beginNanos());
		double start = Math.max(earliest, begin);
		double end = Math.max(start, this.transactionEnd);
		if (endNanos != 0) {
			// Where the clocks disagree the leaf is moved, and keeps its duration.
			end = seconds(endNanos) + (start - begin);
			double overhang = Math.max(0, end - Math.max(earliest, latest(leaf, parent)));
			start = Math.max(earliest, start - overhang);
			end = Math.max(start, end - overhang);
		}
		SpanStatus status = leaf.status();
		return new SentrySpan(start, end, this.buffer.traceId(), leaf.spanId(), leaf.parentId(),
				leaf.target().operation(), leaf.description(), (status != null) ? status : this.unfinished,
				leaf.target().origin(), new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), LeafData.of(leaf));
	}

	/**
	 * Work that a thread has not handed over ends before the branch that it runs under. A
	 * leaf below another one is timed by the same clock.
	 */
	private double latest(LeafOperation leaf, @Nullable SentrySpan parent) {
		Double end = (parent != null && this.belowBranch && !leaf.isDetached()) ? parent.getTimestamp() : null;
		return (end != null) ? Math.min(this.transactionEnd, end) : this.transactionEnd;
	}

	private double seconds(long nanos) {
		return DateUtils.nanosToSeconds(this.buffer.epochNanos(nanos));
	}

	/**
	 * Leaves of the same parent mostly follow each other, and their parent, be it a leaf
	 * or not, came before them.
	 */
	private @Nullable SentrySpan parent(SpanId id) {
		if (id != this.parentId) {
			this.parentId = id;
			this.parent = null;
			for (int i = this.spans.size() - 1; i >= 0 && id != this.rootId && this.parent == null; i--) {
				SentrySpan span = this.spans.get(i);
				this.parent = (span.getSpanId() == id) ? span : null;
			}
			this.belowBranch = this.parent != null && this.branches.contains(this.parent);
		}
		return this.parent;
	}

}
