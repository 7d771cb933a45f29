package io.github.sentryinsights.sample.insights;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A span as it was sent.
 *
 * @param spanId the identity
 * @param parentSpanId the identity of the span it ran in
 * @param op the operation, such as {@code db.query}
 * @param description what was done
 * @param status how it went, or {@code null} when the SDK did not say
 * @param origin what made the span
 * @param start the start, in seconds since the epoch
 * @param end the end, in seconds since the epoch
 * @param data the attributes
 */
record Span(String spanId, @Nullable String parentSpanId, String op, @Nullable String description,
		@Nullable String status, @Nullable String origin, double start, double end, JsonNode data) {

	static Span of(JsonNode span) {
		return new Span(span.path("span_id").asText(), text(span, "parent_span_id"), span.path("op").asText(),
				text(span, "description"), text(span, "status"), text(span, "origin"),
				span.path("start_timestamp").asDouble(), span.path("timestamp").asDouble(), span.path("data"));
	}

	/**
	 * Return the span that a transaction is itself.
	 * @param transaction the payload of a transaction
	 * @return the span, described by the name of the transaction
	 */
	static Span ofTransaction(JsonNode transaction) {
		JsonNode trace = transaction.path("contexts").path("trace");
		return new Span(trace.path("span_id").asText(), text(trace, "parent_span_id"), trace.path("op").asText(),
				text(transaction, "transaction"), text(trace, "status"), text(trace, "origin"),
				transaction.path("start_timestamp").asDouble(), transaction.path("timestamp").asDouble(),
				trace.path("data"));
	}

	public double durationMillis() {
		return (this.end - this.start) * 1000;
	}

	@JsonIgnore
	public boolean isOk() {
		return "ok".equals(this.status);
	}

	private static @Nullable String text(JsonNode node, String name) {
		return node.path(name).isTextual() ? node.path(name).textValue() : null;
	}

}
