package io.github.sentryinsights.sentry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

import io.sentry.DateUtils;
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

	private final double earliest;

	private final double latest;

	private final SpanStatus unfinished;

	private @Nullable SpanId parentId;

	private @Nullable SentrySpan parent;

	private CapturedLeaves(LeafBuffer buffer, SentryTransaction transaction) {
		Double end = transaction.getTimestamp();
		this.buffer = buffer;
		this.branches = transaction.getSpans();
		this.earliest = transaction.getStartTimestamp();
		this.latest = (end != null) ? Math.max(this.earliest, end) : this.earliest;
		this.unfinished = unfinished(transaction.getStatus());
	}

	/**
	 * Turn the leaves of a buffer into spans of the captured transaction, each at the
	 * place that the SDK would have given it. Beyond the limit of the SDK the latest
	 * leaves go: nothing refers to them, while an ordinary span may be the parent of
	 * others, here or at a server that was called.
	 * @param buffer the buffer
	 * @param transaction the captured transaction
	 */
	static void add(LeafBuffer buffer, SentryTransaction transaction) {
		new CapturedLeaves(buffer, transaction).add();
	}

	private void add() {
		LeafOperation leaf = this.buffer.take();
		if (leaf == null) {
			return;
		}
		List<SentrySpan> spans = new ArrayList<>();
		int room = this.buffer.maxSpans() - this.branches.size();
		int branch = 0;
		while (leaf != null) {
			if (room-- > 0) {
				while (branch < Math.min(leaf.branches(), this.branches.size())) {
					spans.add(this.branches.get(branch++));
				}
				spans.add(span(leaf));
			}
			leaf = leaf.unlink();
		}
		spans.addAll(this.branches.subList(branch, this.branches.size()));
		this.branches.clear();
		this.branches.addAll(spans);
	}

	/**
	 * What is still under way ends with the transaction: the acknowledgement of a message
	 * often comes after the request has returned, and without an end Sentry would show a
	 * failure.
	 */
	private SentrySpan span(LeafOperation leaf) {
		boolean ended = leaf.endNanos() != 0;
		SentrySpan parent = parent(leaf.parentId());
		double earliest = (parent != null) ? Math.max(this.earliest, parent.getStartTimestamp()) : this.earliest;
		double latest = latest(leaf, parent);
		double start = within(earliest, latest, seconds(leaf.beginNanos()));
		double end = ended ? within(start, latest, seconds(leaf.endNanos())) : this.latest;
		SpanStatus status = leaf.status();
		return new SentrySpan(start, end, this.buffer.traceId(), leaf.spanId(), leaf.parentId(),
				leaf.target().operation(), leaf.description(), (status != null) ? status : this.unfinished,
				leaf.target().origin(), new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), LeafData.of(leaf));
	}

	/**
	 * Work that a thread has not handed over ends before what it runs under, whatever the
	 * clocks say.
	 */
	private double latest(LeafOperation leaf, @Nullable SentrySpan parent) {
		Double end = (parent != null && !leaf.isDetached()) ? parent.getTimestamp() : null;
		return (end != null) ? Math.min(this.latest, end) : this.latest;
	}

	private double seconds(long nanos) {
		return DateUtils.nanosToSeconds(this.buffer.epochNanos(nanos));
	}

	private static double within(double earliest, double latest, double time) {
		return Math.max(earliest, Math.min(latest, time));
	}

	/**
	 * Leaves of the same parent mostly follow each other.
	 */
	private @Nullable SentrySpan parent(SpanId id) {
		if (id != this.parentId) {
			this.parentId = id;
			this.parent = null;
			for (int i = this.branches.size() - 1; i >= 0 && this.parent == null; i--) {
				SentrySpan branch = this.branches.get(i);
				this.parent = (branch.getSpanId() == id) ? branch : null;
			}
		}
		return this.parent;
	}

	/**
	 * The SDK ends what is under way with its own reason when it ends a transaction by
	 * force.
	 */
	private static SpanStatus unfinished(@Nullable SpanStatus transaction) {
		return (transaction == SpanStatus.ABORTED || transaction == SpanStatus.DEADLINE_EXCEEDED) ? transaction
				: SpanStatus.OK;
	}

}
