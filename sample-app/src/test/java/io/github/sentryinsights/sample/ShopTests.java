package io.github.sentryinsights.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import io.sentry.Sentry;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.annotation.DirtiesContext;

import io.github.sentryinsights.sample.insights.Envelope;
import io.github.sentryinsights.sample.insights.EnvelopeReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ShopApplication} with all its embedded servers.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
@DirtiesContext
class ShopTests {

	private static final String EMAIL = "ada.lovelace@example.com";

	private static final String ORDER = "{\"productId\":1,\"quantity\":2,\"email\":\"" + EMAIL + "\"}";

	/** How long after an order the insights may take to show it. */
	private static final Duration PROMISED_TIME = Duration.ofSeconds(5);

	private final ShopClient shop;

	private final EnvelopeReceiver receiver;

	ShopTests(@LocalServerPort int port, @Autowired EnvelopeReceiver receiver) {
		this.shop = new ShopClient(port);
		this.receiver = receiver;
	}

	@Test
	void anOrderIsOneTraceFromTheRequestToTheFulfilment() {
		this.shop.get("/products/1");
		this.shop.get("/products/1");
		assertThat(this.shop.order(ORDER).getStatusCode()).isEqualTo(HttpStatus.CREATED);
		awaitInsights((insights) -> {
			JsonNode trace = newestTrace(insights, "POST /orders");
			JsonNode request = transaction(trace, "http.server");
			assertThat(request.path("status").asText()).isEqualTo("ok");
			assertThat(spans(request, "db.query")).hasSizeGreaterThanOrEqualTo(5);
			assertThat(spans(request, "cache.get").map((span) -> span.at("/data/cache.hit"))
				.map(JsonNode::booleanValue)
				.toList()).endsWith(false, true);
			JsonNode method = spans(request, "function").findFirst().orElseThrow();
			assertThat(method.path("description").asText()).isEqualTo("OrderService.place");
			JsonNode publish = spans(request, "queue.publish").findFirst().orElseThrow();
			assertThat(publish.path("parentSpanId")).isEqualTo(method.path("spanId"));
			JsonNode process = transaction(trace, "queue.process");
			assertThat(process.path("status").asText()).isEqualTo("ok");
			assertThat(process.path("parentSpanId")).isEqualTo(publish.path("spanId"));
			assertThat(spans(process, "db.query")).isNotEmpty();
		});
	}

	@Test
	void theReceiptIsInTheSameTrace() {
		this.shop.order(ORDER);
		awaitInsights((insights) -> {
			JsonNode trace = newestTrace(insights, "POST /orders");
			List<JsonNode> published = spans(transaction(trace, "queue.process"), "queue.publish").toList();
			assertThat(published).hasSize(1);
			JsonNode publish = published.get(0);
			List<JsonNode> processed = rows(trace, "transactions")
				.filter((transaction) -> transaction.path("parentSpanId").equals(publish.path("spanId")))
				.toList();
			assertThat(processed).hasSize(1);
			JsonNode process = processed.get(0);
			assertThat(process.at("/data/messaging.system").asText()).isEqualTo("redis");
			assertThat(process.at("/data/messaging.destination.name").asText()).isEqualTo("receipts");
			assertThat(process.at("/data/messaging.message.id")).isEqualTo(publish.at("/data/messaging.message.id"));
			assertThat(process.path("status").asText()).isEqualTo("ok");
		});
	}

	@Test
	void theConsumerTellsTheLatencyAsANumber() {
		this.shop.order(ORDER);
		awaitInsights((insights) -> {
			JsonNode data = transaction(newestTrace(insights, "POST /orders"), "queue.process").path("data");
			assertThat(data.path("messaging.message.receive.latency").isNumber()).isTrue();
			assertThat(data.path("messaging.message.receive.latency").asDouble()).isNotNegative();
			assertThat(data.path("messaging.destination.name").asText()).isEqualTo("orders");
			assertThat(data.path("messaging.system").asText()).isEqualTo("kafka");
			assertThat(data.path("messaging.message.id").asText()).isNotEmpty();
		});
	}

	@Test
	void cacheSpansCarryWhatTheCachesPageReads() {
		this.shop.order(ORDER);
		awaitInsights((insights) -> {
			JsonNode request = transaction(newestTrace(insights, "POST /orders"), "http.server");
			assertThat(spans(request, "cache.get")).hasSize(3).allSatisfy((span) -> {
				assertThat(span.at("/data/cache.hit").isBoolean()).isTrue();
				assertThat(span.at("/data/cache.key/0").asText()).isEqualTo("product:{id}");
			});
			assertThat(spans(request, "cache.get").filter((span) -> span.at("/data/cache.hit").asBoolean()))
				.isNotEmpty()
				.allSatisfy((span) -> assertThat(span.at("/data/cache.item_size").asInt()).isPositive());
			assertThat(spans(request, "cache.put")).isNotEmpty()
				.allSatisfy((span) -> assertThat(span.at("/data/cache.ttl").asInt()).isEqualTo(600));
			assertThat(spans(request, "cache.remove")).hasSize(1);
		});
	}

	@Test
	void thePagesShowTheOrder() {
		this.shop.order(ORDER);
		awaitInsights((insights) -> {
			assertThat(rows(insights, "queries")).anySatisfy((row) -> {
				assertThat(row.path("description").asText()).startsWith("insert into customer_order");
				assertThat(row.path("system").asText()).isEqualTo("h2");
			});
			assertThat(rows(insights, "caches")).anySatisfy((row) -> {
				assertThat(row.path("transaction").asText()).isEqualTo("POST /orders");
				assertThat(row.path("missRate").asDouble()).isBetween(0.01, 0.99);
			});
			assertThat(rows(insights, "queues")).anySatisfy((row) -> {
				assertThat(row.path("destination").asText()).isEqualTo("orders");
				assertThat(row.path("published").asInt()).isPositive();
				assertThat(row.path("processed")).isEqualTo(row.path("published"));
				assertThat(row.path("errorRate").asDouble()).isZero();
			});
		});
	}

	@Test
	void noStatementHoldsALiteral() {
		this.shop.order(ORDER);
		awaitInsights((insights) -> {
			JsonNode process = transaction(newestTrace(insights, "POST /orders"), "queue.process");
			assertThat(spans(process, "db.query").map((span) -> span.path("description").asText()))
				.anyMatch((sql) -> sql.startsWith("update customer_order set status = ?"));
		});
		assertThat(rows(this.shop.insights(), "queries").filter((row) -> row.path("system").asText().equals("h2"))
			.map((row) -> row.path("description").asText())).isNotEmpty()
			.noneMatch((sql) -> sql.matches("(?s).*('|\\b\\d).*"));
	}

	@Test
	void theAddressOfTheCustomerIsNowhere(CapturedOutput output) {
		this.shop.order(ORDER);
		this.shop.order(ORDER.replace("\"quantity\":2", "\"quantity\":0"));
		this.shop.order(ORDER.replace("example.com", "example com"));
		this.shop.order(ORDER.replace("}", ""));
		awaitInsights((insights) -> assertThat(
				transaction(newestTrace(insights, "POST /orders", "ok"), "queue.process").path("status").asText())
			.isEqualTo("ok"));
		assertThat(this.receiver.envelopes()).isNotEmpty()
			.noneMatch((envelope) -> envelope.text().contains("lovelace"));
		assertThat(this.shop.insights().toString()).doesNotContain("lovelace");
		assertThat(this.shop.page()).contains("POST /orders").doesNotContain("lovelace");
		assertThat(output).doesNotContain("lovelace");
	}

	@Test
	void anOrderIsFulfilled() {
		long id = this.shop.order(ORDER).getBody().path("orderId").asLong();
		Awaitility.await().atMost(PROMISED_TIME).untilAsserted(() -> {
			JsonNode order = this.shop.get("/orders/" + id).getBody();
			assertThat(order.path("status").asText()).isEqualTo("FULFILLED");
			assertThat(order.path("quantity").asInt()).isEqualTo(2);
		});
	}

	@Test
	void anOrderTakesFromTheStock() {
		int before = this.shop.get("/products/2").getBody().path("stock").asInt();
		JsonNode receipt = this.shop.order("{\"productId\":2,\"quantity\":3,\"email\":\"" + EMAIL + "\"}").getBody();
		assertThat(receipt.path("remaining").asInt()).isEqualTo(before - 3);
		assertThat(receipt.path("total").decimalValue()).isEqualByComparingTo("388.50");
		assertThat(this.shop.get("/products/2").getBody().path("stock").asInt()).isEqualTo(before - 3);
	}

	@Test
	void theListOfProductsIsReadFromTheCacheTheSecondTime() {
		assertThat(this.shop.get("/products").getBody()).hasSize(3);
		assertThat(this.shop.get("/products").getBody()).hasSize(3);
		awaitInsights((insights) -> {
			JsonNode request = transaction(newestTrace(insights, "GET /products"), "http.server");
			assertThat(spans(request, "cache.get")).singleElement()
				.satisfies((span) -> assertThat(span.at("/data/cache.hit").booleanValue()).isTrue());
			assertThat(spans(request, "db.query")).isEmpty();
		});
	}

	@Test
	void whatCannotBeDoneIsAProblemAndNoErrorEvent() {
		assertProblem(this.shop.get("/products/4711"), HttpStatus.NOT_FOUND, "There is no product 4711");
		assertProblem(this.shop.get("/products/abc"), HttpStatus.BAD_REQUEST,
				"Failed to convert 'id' with value: 'abc'");
		assertProblem(this.shop.get("/orders/4711"), HttpStatus.NOT_FOUND, "There is no order 4711");
		assertProblem(this.shop.get("/nowhere"), HttpStatus.NOT_FOUND, "No static resource nowhere.");
		assertProblem(this.shop.order("{\"productId\":"), HttpStatus.BAD_REQUEST, "Failed to read request");
		assertProblem(this.shop.order(ORDER.replace(":1", ":4711")), HttpStatus.NOT_FOUND, "There is no product 4711");
		assertProblem(this.shop.order(ORDER.replace(":2", ":0")), HttpStatus.BAD_REQUEST, "Invalid request content.");
		assertProblem(this.shop.order(ORDER.replace(EMAIL, "nobody")), HttpStatus.BAD_REQUEST,
				"Invalid request content.");
		assertProblem(this.shop.order("{\"productId\":3,\"quantity\":3,\"email\":\"" + EMAIL + "\"}"),
				HttpStatus.CONFLICT, "Only 2 of product 3 left");
		Sentry.captureMessage("the only event");
		Awaitility.await().atMost(PROMISED_TIME).until(() -> events().findAny().isPresent());
		assertThat(events().map((event) -> event.at("/message/formatted").asText())).containsExactly("the only event");
	}

	@Test
	void aProblemNamesTheInvalidFields() {
		JsonNode problem = this.shop.order("{\"productId\":1,\"quantity\":-1,\"email\":\"nobody\"}").getBody();
		assertThat(rows(problem, "errors").map((error) -> error.path("field").asText()))
			.containsExactlyInAnyOrder("quantity", "email");
		assertThat(problem.toString()).doesNotContain("nobody");
	}

	@Test
	void healthIsNotTraced() {
		assertThat(this.shop.get("/health").getBody().path("status").asText()).isEqualTo("UP");
		this.shop.insights();
		this.shop.get("/products/2");
		awaitInsights((insights) -> {
			newestTrace(insights, "GET /products/{id}");
			assertThat(rows(insights, "traces").flatMap((trace) -> rows(trace, "transactions"))
				.map((transaction) -> transaction.path("name").asText()))
				.noneMatch((name) -> name.contains("/health") || name.contains("/insights"));
		});
	}

	@Test
	void thePageEscapesWhatWasSent() throws Exception {
		String hostile = "<script>alert('x')</script>";
		String transaction = """
				{"transaction":"%1$s","start_timestamp":1,"timestamp":2,"contexts":{"trace":{"trace_id":"%1$s",\
				"span_id":"\\"onload=x","op":"queue.process","status":"%1$s","data":{"messaging.destination.name":\
				"%1$s"}}},"spans":[{"op":"db.\\"onload=x","description":"%1$s","data":{"db.system":"%1$s"}}]}"""
			.formatted(hostile);
		URI dsn = URI.create(this.receiver.dsn());
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://" + dsn.getAuthority().split("@")[1] + "/api/1/envelope/"))
			.POST(HttpRequest.BodyPublishers.ofString("{}\n{\"type\":\"transaction\"}\n" + transaction))
			.build();
		int status = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
		assertThat(status).isEqualTo(200);
		assertThat(this.shop.page()).contains("&lt;script&gt;alert").doesNotContain("<script", "\"onload");
	}

	private void awaitInsights(ThrowingConsumer<JsonNode> assertions) {
		Awaitility.await().atMost(PROMISED_TIME).untilAsserted(() -> assertions.accept(this.shop.insights()));
	}

	private Stream<JsonNode> events() {
		List<Envelope> envelopes = this.receiver.envelopes();
		return envelopes.stream()
			.flatMap((envelope) -> envelope.items().stream())
			.filter((item) -> item.type().equals("event"))
			.map(Envelope.Item::payload);
	}

	private static void assertProblem(ResponseEntity<JsonNode> response, HttpStatus status, String detail) {
		assertThat(response.getStatusCode()).isEqualTo(status);
		assertThat(response.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(response.getBody().path("status").asInt()).isEqualTo(status.value());
		assertThat(response.getBody().path("detail").asText()).isEqualTo(detail);
	}

	private static JsonNode newestTrace(JsonNode insights, String transaction) {
		return newestTrace(insights, transaction, "");
	}

	private static JsonNode newestTrace(JsonNode insights, String name, String status) {
		return rows(insights, "traces")
			.filter((trace) -> rows(trace, "transactions")
				.anyMatch((transaction) -> transaction.path("name").asText().equals(name)
						&& transaction.path("status").asText().startsWith(status)))
			.findFirst()
			.orElseThrow(() -> new AssertionError("No trace with " + name));
	}

	private static JsonNode transaction(JsonNode trace, String op) {
		return rows(trace, "transactions").filter((transaction) -> transaction.path("op").asText().equals(op))
			.findFirst()
			.orElseThrow(() -> new AssertionError("No transaction " + op + " in " + trace));
	}

	private static Stream<JsonNode> spans(JsonNode transaction, String op) {
		return rows(transaction, "spans").filter((span) -> span.path("op").asText().equals(op));
	}

	private static Stream<JsonNode> rows(JsonNode node, String name) {
		return StreamSupport.stream(node.path(name).spliterator(), false);
	}

}
