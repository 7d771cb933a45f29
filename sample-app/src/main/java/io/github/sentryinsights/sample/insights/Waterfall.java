package io.github.sentryinsights.sample.insights;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A trace as bars under each other.
 *
 * @param trace the trace
 * @param durationMillis the time from its first start to its last end
 * @param bars a bar for each span, children below their parent
 */
record Waterfall(Trace trace, double durationMillis, List<Bar> bars) {

	static Waterfall of(Trace trace) {
		List<Span> spans = trace.transactions().stream().flatMap(Transaction::allSpans).toList();
		double start = spans.stream().mapToDouble(Span::start).min().orElse(0);
		double end = spans.stream().mapToDouble(Span::end).max().orElse(start);
		Set<String> transactions = new HashSet<>();
		trace.transactions().forEach((transaction) -> transactions.add(transaction.spanId()));
		List<Bar> bars = new Drawing(spans, start, end - start, transactions).bars();
		return new Waterfall(trace, (end - start) * 1000, bars);
	}

	/**
	 * One span.
	 *
	 * @param span the span
	 * @param transaction whether the span is a transaction
	 * @param depth the number of spans above it
	 * @param offset where the bar starts, in percent of the whole width
	 * @param width how wide the bar is, in percent of the whole width
	 */
	record Bar(Span span, boolean transaction, int depth, double offset, double width) {

		/**
		 * Return the first word of the operation, which decides on the colour.
		 */
		public String category() {
			String op = this.span.op();
			int dot = op.indexOf('.');
			return (dot < 0) ? op : op.substring(0, dot);
		}

		public String position() {
			return String.format(Locale.ROOT, "left:%.3f%%;width:%.3f%%", this.offset, this.width);
		}

		public String indent() {
			return "padding-left:" + (8 + this.depth * 16) + "px";
		}

	}

	private static final class Drawing {

		private final Map<String, List<Span>> children = new LinkedHashMap<>();

		private final List<Span> roots = new ArrayList<>();

		private final List<Bar> bars = new ArrayList<>();

		private final double start;

		private final double duration;

		private final Set<String> transactions;

		Drawing(List<Span> spans, double start, double duration, Set<String> transactions) {
			this.start = start;
			this.duration = duration;
			this.transactions = transactions;
			Set<String> known = new HashSet<>();
			spans.forEach((span) -> known.add(span.spanId()));
			spans.stream().sorted(Comparator.comparingDouble(Span::start)).forEach((span) -> {
				String parent = span.parentSpanId();
				List<Span> siblings = known.contains(parent)
						? this.children.computeIfAbsent(parent, (key) -> new ArrayList<>()) : this.roots;
				siblings.add(span);
			});
		}

		List<Bar> bars() {
			this.roots.forEach((root) -> draw(root, 0));
			return this.bars;
		}

		private void draw(Span span, int depth) {
			double offset = percent(span.start() - this.start);
			double width = Math.min(Math.max(percent(span.end() - span.start()), 0.2), 100);
			this.bars
				.add(new Bar(span, this.transactions.contains(span.spanId()), depth, Math.min(offset, 99.8), width));
			// Removed while drawing, so that spans that are their own ancestors end.
			List<Span> below = this.children.remove(span.spanId());
			if (below != null) {
				below.forEach((child) -> draw(child, depth + 1));
			}
		}

		private double percent(double seconds) {
			return (this.duration > 0) ? 100 * seconds / this.duration : 0;
		}

	}

}
