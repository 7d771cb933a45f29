package io.github.sentryinsights.testing;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A span as it arrived.
 *
 * @param json the span
 */
public record ReceivedSpan(JsonNode json) {

	public String op() {
		return this.json.path("op").asText();
	}

	public String description() {
		return this.json.path("description").asText();
	}

	public String status() {
		return this.json.path("status").asText();
	}

	public String origin() {
		return this.json.path("origin").asText();
	}

	public String spanId() {
		return this.json.path("span_id").asText();
	}

	public String parentSpanId() {
		return this.json.path("parent_span_id").asText();
	}

	public String traceId() {
		return this.json.path("trace_id").asText();
	}

	public boolean isFinished() {
		return this.json.path("timestamp").isNumber();
	}

	public JsonNode data() {
		return this.json.path("data");
	}

	public JsonNode data(String name) {
		return data().path(name);
	}

	public boolean isChildOf(ReceivedSpan other) {
		return parentSpanId().equals(other.spanId());
	}

}
