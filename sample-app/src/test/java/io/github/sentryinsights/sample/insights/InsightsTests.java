package io.github.sentryinsights.sample.insights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Insights}.
 */
class InsightsTests {

	private static final String OK = "\"status\":\"ok\"";

	private final ObjectMapper json = new ObjectMapper();

	@Test
	void queriesAreGroupedByStatementAndSystem() {
		Insights insights = insights(transaction("GET /a", OK, db("db.query", "select ?", 0, 2, "h2"),
				db("db.query", "select ?", 2, 6, "h2"), db("db.query", "select ?", 6, 7, "postgresql")));
		assertThat(insights.queries()).hasSize(2);
		QueryRow row = insights.queries().get(0);
		assertThat(row.description()).isEqualTo("select ?");
		assertThat(row.system()).isEqualTo("h2");
		assertThat(row.operation()).isEqualTo("SELECT");
		assertThat(row.count()).isEqualTo(2);
		assertThat(row.averageDuration()).isCloseTo(3000, within(0.1));
		assertThat(row.totalDuration()).isCloseTo(6000, within(0.1));
	}

	@Test
	void queriesAreAllSpansOfCategoryDb() {
		Insights insights = insights(transaction("GET /a", OK, db("db", "COMMIT", 0, 1, "h2"),
				db("db.sql.query", "select 1", 0, 1, "h2"), db("db.redis", "GET", 0, 1, "redis"),
				db("dbase.query", "select 2", 0, 1, "h2"), db("db.sql.room", "select 3", 0, 1, "sqlite")));
		assertThat(insights.queries()).extracting(QueryRow::description)
			.containsExactlyInAnyOrder("COMMIT", "select 1", "GET", "select 3");
	}

	@Test
	void queriesWithoutDescriptionAreNotShown() {
		assertThat(insights(transaction("GET /a", OK, span("db.query", null, 0, 1, "{}"))).queries()).isEmpty();
	}

	@Test
	void missRateIsTheShareOfReadsThatSayTheyMissed() {
		Insights insights = insights(transaction("GET /a", OK, cache("cache.get", "false"), cache("cache.get", "true"),
				cache("cache.get_item", "true"), cache("cache.get", "true")));
		assertThat(insights.caches()).singleElement().satisfies((row) -> {
			assertThat(row.transaction()).isEqualTo("GET /a");
			assertThat(row.count()).isEqualTo(4);
			assertThat(row.missRate()).isEqualTo(0.25);
		});
	}

	@Test
	void aHitThatIsMissingOrNoBooleanIsNotAMiss() {
		Insights insights = insights(
				transaction("GET /a", OK, cache("cache.get", "\"false\""), span("cache.get", "k", 0, 1, "{}")));
		assertThat(insights.caches()).singleElement().satisfies((row) -> {
			assertThat(row.count()).isEqualTo(2);
			assertThat(row.missRate()).isZero();
		});
	}

	@Test
	void otherCacheOperationsThanReadsAreNotShown() {
		assertThat(insights(transaction("GET /a", OK, cache("cache.put", "false"), cache("cache.remove", "false"),
				cache("cache.retrieve", "false")))
			.caches()).isEmpty();
	}

	@Test
	void itemSizeIsAveragedOverNumbersAlone() {
		Insights insights = insights(
				transaction("GET /a", OK, span("cache.get", "k", 0, 1, "{\"cache.hit\":true,\"cache.item_size\":10}"),
						span("cache.get", "k", 0, 1, "{\"cache.hit\":true,\"cache.item_size\":\"90\"}"),
						span("cache.get", "k", 0, 1, "{\"cache.hit\":false}")));
		assertThat(insights.caches()).singleElement().extracting(CacheRow::averageItemSize).isEqualTo(10.0);
	}

	@Test
	void cachesAreShownByTransaction() {
		Insights insights = insights(transaction("GET /a", OK, cache("cache.get", "true")),
				transaction("GET /b", OK, cache("cache.get", "false")));
		assertThat(insights.caches()).extracting(CacheRow::transaction).containsExactlyInAnyOrder("GET /a", "GET /b");
	}

	@Test
	void queuesCountBothSidesOfADestination() {
		Insights insights = insights(transaction("POST /a", OK, queue("queue.publish", "orders")),
				consumer("queue.process", OK, "\"messaging.message.receive.latency\":30"),
				consumer("queue.process", OK, "\"messaging.message.receive.latency\":10"));
		assertThat(insights.queues()).singleElement().satisfies((row) -> {
			assertThat(row.destination()).isEqualTo("orders");
			assertThat(row.published()).isEqualTo(1);
			assertThat(row.processed()).isEqualTo(2);
			assertThat(row.averageLatency()).isEqualTo(20);
			assertThat(row.averageProcessingTime()).isCloseTo(10_000, within(0.1));
			assertThat(row.errorRate()).isZero();
		});
	}

	@Test
	void aTransactionWithoutStatusIsAnError() {
		Insights insights = insights(consumer("queue.process", "\"x\":0", ""), consumer("queue.process", OK, ""));
		assertThat(insights.queues()).singleElement().extracting(QueueRow::errorRate).isEqualTo(0.5);
	}

	@Test
	void theErrorRateOfPublishingIsThatOfTheTransactionAround() {
		Insights insights = insights(
				transaction("POST /a", "\"status\":\"internal_error\"", queue("queue.publish", "orders")));
		assertThat(insights.queues()).singleElement().extracting(QueueRow::errorRate).isEqualTo(1.0);
	}

	@Test
	void aLatencyThatIsNoNumberIsNotShown() {
		Insights insights = insights(consumer("queue.process", OK, "\"messaging.message.receive.latency\":\"30\""));
		assertThat(insights.queues()).singleElement().extracting(QueueRow::averageLatency).isNull();
	}

	@Test
	void otherQueueOperationsAreNotShown() {
		assertThat(insights(consumer("queue.process.batch", OK, ""), consumer("queue.receive", OK, "")).queues())
			.isEmpty();
	}

	@Test
	void aMessageWithoutDestinationIsShownWithoutValue() {
		Insights insights = insights(transaction("POST /a", OK, span("queue.publish", "orders", 0, 1, "{}")));
		assertThat(insights.queues()).singleElement().extracting(QueueRow::destination).isEqualTo("(no value)");
	}

	@Test
	void transactionsOfOneTraceAreJoined() {
		Insights insights = insights(transaction("POST /a", OK, queue("queue.publish", "orders")),
				consumer("queue.process", OK, ""));
		assertThat(insights.traces()).singleElement()
			.satisfies((trace) -> assertThat(trace.transactions()).extracting(Transaction::op)
				.containsExactly("http.server", "queue.process"));
	}

	@Test
	void aTraceIsDrawnWithChildrenBelowTheirParent() {
		Insights insights = insights(transaction("POST /a", OK, cache("cache.get", "true")));
		Waterfall waterfall = Waterfall.of(insights.traces().get(0));
		assertThat(waterfall.durationMillis()).isCloseTo(10_000, within(0.1));
		assertThat(waterfall.bars()).extracting(Waterfall.Bar::depth).containsExactly(0, 1);
		assertThat(waterfall.bars()).extracting(Waterfall.Bar::transaction).containsExactly(true, false);
		assertThat(waterfall.bars().get(1).width()).isCloseTo(10, within(0.1));
	}

	@Test
	void aTraceIsWrittenAsDocumented() throws IOException {
		Insights insights = insights(transaction("POST /a", OK, cache("cache.get", "true")));
		String written = this.json.writeValueAsString(insights);
		assertThat(this.json.readTree(written).at("/traces/0/transactions/0").fieldNames()).toIterable()
			.containsExactlyInAnyOrder("name", "op", "status", "origin", "start", "end", "spanId", "parentSpanId",
					"data", "spans");
		assertThat(this.json.readTree(written).at("/traces/0/transactions/0/spans/0").fieldNames()).toIterable()
			.containsExactlyInAnyOrder("spanId", "parentSpanId", "op", "description", "status", "origin", "start",
					"end", "data");
	}

	private Insights insights(String... transactions) {
		List<Envelope> envelopes = new ArrayList<>();
		for (String transaction : transactions) {
			String text = "{}\n{\"type\":\"transaction\"}\n" + transaction + "\n";
			try {
				envelopes.add(Envelope.read(text.getBytes(StandardCharsets.UTF_8), this.json));
			}
			catch (IOException ex) {
				throw new IllegalArgumentException(text, ex);
			}
		}
		return Insights.of(envelopes);
	}

	private static String transaction(String name, String status, String... spans) {
		return """
				{"transaction":"%s","start_timestamp":0,"timestamp":10,"contexts":{"trace":{"trace_id":"t1",\
				"span_id":"root","op":"http.server",%s,"data":{}}},"spans":[%s]}""".formatted(name, status,
				String.join(",", spans));
	}

	private static String consumer(String op, String status, String attribute) {
		String separator = attribute.isEmpty() ? "" : ",";
		return """
				{"transaction":"orders","start_timestamp":10,"timestamp":20,"contexts":{"trace":{"trace_id":"t1",\
				"span_id":"consumer","op":"%s",%s,"data":{"messaging.destination.name":"orders"%s%s}}},"spans":[]}"""
			.formatted(op, status, separator, attribute);
	}

	private static String db(String op, String description, double start, double end, String system) {
		return span(op, description, start, end,
				"{\"db.system\":\"" + system + "\",\"db.operation\":\"" + "SELECT" + "\"}");
	}

	private static String cache(String op, String hit) {
		return span(op, "key", 0, 1, "{\"cache.hit\":" + hit + "}");
	}

	private static String queue(String op, String destination) {
		return span(op, destination, 0, 1, "{\"messaging.destination.name\":\"" + destination + "\"}");
	}

	private static String span(String op, String description, double start, double end, String data) {
		String quoted = (description != null) ? "\"" + description + "\"" : "null";
		return """
				{"span_id":"%s","parent_span_id":"root","op":"%s","description":%s,"status":"ok",\
				"start_timestamp":%s,"timestamp":%s,"data":%s}""".formatted(op + start, op, quoted, start, end, data);
	}

}
