package io.github.sentryinsights.testing;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A transaction as it arrived.
 *
 * @param json the transaction
 */
public record ReceivedTransaction(JsonNode json) {

	public String name() {
		return this.json.path("transaction").asText();
	}

	/**
	 * Return the root span: op, status, origin and data of the trace context.
	 * @return the root span
	 */
	public ReceivedSpan root() {
		return new ReceivedSpan(this.json.path("contexts").path("trace"));
	}

	/**
	 * Return how long it took, in seconds.
	 * @return the duration
	 */
	public double seconds() {
		return this.json.path("timestamp").asDouble() - this.json.path("start_timestamp").asDouble();
	}

	public List<ReceivedSpan> spans() {
		List<ReceivedSpan> spans = new ArrayList<>();
		this.json.path("spans").forEach(span -> spans.add(new ReceivedSpan(span)));
		return spans;
	}

	public List<ReceivedSpan> spans(String op) {
		return spans().stream().filter(span -> span.op().equals(op)).toList();
	}

	/**
	 * Return the only span with an op.
	 * @param op the op
	 * @return the span
	 */
	public ReceivedSpan span(String op) {
		List<ReceivedSpan> spans = spans(op);
		if (spans.size() != 1) {
			throw new AssertionError("Expected one " + op + " among " + this.json.path("spans"));
		}
		return spans.get(0);
	}

}
