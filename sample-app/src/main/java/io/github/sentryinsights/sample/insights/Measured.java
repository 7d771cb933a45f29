package io.github.sentryinsights.sample.insights;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A span together with what Sentry copies to it from its transaction.
 *
 * @param span the span
 * @param transaction the name of its transaction
 * @param traceStatus the status of its transaction
 */
record Measured(Span span, String transaction, String traceStatus) {

	/**
	 * Return all spans of transactions.
	 * @param transactions the transactions
	 * @return the spans
	 */
	static List<Measured> of(List<Transaction> transactions) {
		return transactions.stream()
			.flatMap((transaction) -> transaction.allSpans()
				.map((span) -> new Measured(span, transaction.name(), statusOf(transaction))))
			.toList();
	}

	/**
	 * Return one row of a page for each group of spans, the one that took most time
	 * first.
	 * @param <K> the type of what a group has in common
	 * @param <R> the type of the rows
	 * @param spans all spans
	 * @param filter which spans the page shows
	 * @param key what a group has in common
	 * @param row what makes a row of a group
	 * @return the rows
	 */
	static <K, R> List<R> rows(List<Measured> spans, Predicate<Measured> filter, Function<Measured, K> key,
			BiFunction<K, List<Measured>, R> row) {
		return spans.stream()
			.filter(filter)
			.collect(Collectors.groupingBy(key))
			.entrySet()
			.stream()
			.sorted((one, other) -> Double.compare(totalDuration(other.getValue()), totalDuration(one.getValue())))
			.map((group) -> row.apply(group.getKey(), group.getValue()))
			.toList();
	}

	static double totalDuration(List<Measured> spans) {
		return spans.stream().mapToDouble(Measured::durationMillis).sum();
	}

	/**
	 * Return the average of an attribute over the spans where it is a number.
	 * @param spans the spans
	 * @param name the name of the attribute
	 * @return the average, or {@code null} without any number
	 */
	static @Nullable Double average(List<Measured> spans, String name) {
		return average(spans.stream()
			.map((measured) -> measured.data(name))
			.filter(JsonNode::isNumber)
			.map(JsonNode::asDouble)
			.toList());
	}

	static @Nullable Double averageDuration(List<Measured> spans) {
		return average(spans.stream().map(Measured::durationMillis).toList());
	}

	private static @Nullable Double average(List<Double> values) {
		return values.isEmpty() ? null : values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
	}

	String op() {
		return this.span.op();
	}

	double durationMillis() {
		return this.span.durationMillis();
	}

	JsonNode data(String name) {
		return this.span.data().path(name);
	}

	/**
	 * Relay makes {@code unknown} of a missing status.
	 */
	private static String statusOf(Transaction transaction) {
		String status = transaction.status();
		return (status != null) ? status : "unknown";
	}

}
