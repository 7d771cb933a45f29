package io.github.sentryinsights.sample.embedded;

import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
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

import io.github.sentryinsights.sample.ShopClient;
import io.github.sentryinsights.sample.insights.EnvelopeReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the shop when a server it depends on is gone.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
@DirtiesContext(classMode = DirtiesContext.ClassMode.AFTER_EACH_TEST_METHOD)
class ServerFailureTests {

	private static final String ORDER = "{\"productId\":1,\"quantity\":1,\"email\":\"a@example.com\"}";

	private final ShopClient shop;

	@Autowired
	private EmbeddedRedis redis;

	@Autowired
	private EmbeddedKafka kafka;

	@Autowired
	private EnvelopeReceiver receiver;

	ServerFailureTests(@LocalServerPort int port) {
		this.shop = new ShopClient(port);
	}

	@Test
	void withoutRedisAProductIsUnavailable(CapturedOutput output) throws Exception {
		this.shop.get("/products/1");
		this.redis.close();
		ResponseEntity<JsonNode> response = this.shop.get("/products/1");
		assertUnavailable(response);
		assertFailedSpan("cache.get");
		assertThat(output).doesNotContain("InstrumentationErrors");
	}

	@Test
	void withoutKafkaAnOrderIsStoredAndUnavailable(CapturedOutput output) {
		assertThat(this.shop.order(ORDER).getStatusCode()).isEqualTo(HttpStatus.CREATED);
		this.kafka.close();
		ResponseEntity<JsonNode> response = this.shop.order(ORDER);
		assertUnavailable(response);
		assertThat(response.getBody().path("detail").asText()).startsWith("Order 2 is stored");
		assertThat(this.shop.get("/orders/2").getBody().path("status").asText()).isEqualTo("PLACED");
		assertFailedSpan("queue.publish");
		assertThat(output).doesNotContain("InstrumentationErrors");
	}

	@Test
	void withoutTheReceiverNothingChanges(CapturedOutput output) {
		this.receiver.close();
		assertThat(this.shop.order(ORDER).getStatusCode()).isEqualTo(HttpStatus.CREATED);
		assertThat(this.shop.get("/products/1").getStatusCode()).isEqualTo(HttpStatus.OK);
		Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat(this.shop.get("/orders/1").getBody().path("status").asText())
				.isEqualTo("FULFILLED"));
		assertThat(output).doesNotContain("InstrumentationErrors", "io.sentry");
	}

	private static void assertUnavailable(ResponseEntity<JsonNode> response) {
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(response.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
	}

	private void assertFailedSpan(String op) {
		Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
			JsonNode insights = this.shop.insights();
			assertThat(insights.path("traces"))
				.anySatisfy((trace) -> assertThat(trace.path("transactions")).anySatisfy((transaction) -> {
					assertThat(transaction.path("status").asText()).isEqualTo("unavailable");
					assertThat(transaction.path("spans")).anySatisfy((span) -> {
						assertThat(span.path("op").asText()).isEqualTo(op);
						assertThat(span.path("status").asText()).isNotEmpty().isNotEqualTo("ok");
					});
				}));
		});
	}

}
