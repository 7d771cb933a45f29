package io.github.sentryinsights.sample.insights;

import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What Sentry's Queries, Caches and Queues pages would show, and the traces behind them.
 *
 * @param note why there is nothing to see, when there is a reason
 * @param queries the rows of the Queries page
 * @param caches the rows of the Caches page
 * @param queues the rows of the Queues page
 * @param traces the traces, newest first
 */
record Insights(@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String note, List<QueryRow> queries,
		List<CacheRow> caches, List<QueueRow> queues, List<Trace> traces) {

	/**
	 * Return what the pages would show of envelopes.
	 * @param envelopes the envelopes
	 * @return the pages
	 */
	static Insights of(List<Envelope> envelopes) {
		List<Transaction> transactions = payloads(envelopes, "transaction").map(Transaction::of).toList();
		List<Measured> spans = Measured.of(transactions);
		return new Insights(null, QueryRow.of(spans), CacheRow.of(spans), QueueRow.of(spans), Trace.of(transactions));
	}

	/**
	 * Return empty pages.
	 * @param note why they are empty
	 * @return the pages
	 */
	static Insights empty(String note) {
		return new Insights(note, List.of(), List.of(), List.of(), List.of());
	}

	private static Stream<JsonNode> payloads(List<Envelope> envelopes, String type) {
		return envelopes.stream()
			.flatMap((envelope) -> envelope.items().stream())
			.filter((item) -> item.type().equals(type))
			.map(Envelope.Item::payload);
	}

}
