package io.github.sentryinsights.sample.insights;

import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as it was sent.
 *
 * @param traceId the identity of the trace it is part of
 * @param root the span it is itself
 * @param spans the spans in it
 */
record Transaction(@JsonIgnore String traceId, @JsonIgnore Span root, List<Span> spans) {

	static Transaction of(JsonNode transaction) {
		List<Span> spans = StreamSupport.stream(transaction.path("spans").spliterator(), false).map(Span::of).toList();
		return new Transaction(transaction.path("contexts").path("trace").path("trace_id").asText(),
				Span.ofTransaction(transaction), spans);
	}

	@JsonProperty
	public String name() {
		return String.valueOf(this.root.description());
	}

	@JsonProperty
	public String op() {
		return this.root.op();
	}

	@JsonProperty
	public @Nullable String status() {
		return this.root.status();
	}

	@JsonProperty
	public @Nullable String origin() {
		return this.root.origin();
	}

	@JsonProperty
	public String spanId() {
		return this.root.spanId();
	}

	@JsonProperty
	public @Nullable String parentSpanId() {
		return this.root.parentSpanId();
	}

	@JsonProperty
	public double start() {
		return this.root.start();
	}

	@JsonProperty
	public double end() {
		return this.root.end();
	}

	@JsonProperty
	public JsonNode data() {
		return this.root.data();
	}

	/**
	 * Return the spans, the one that the transaction is itself among them, as Sentry
	 * stores them.
	 */
	Stream<Span> allSpans() {
		return Stream.concat(Stream.of(this.root), this.spans.stream());
	}

}
