package io.github.sentryinsights.sample;

import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.sentryinsights.sample.insights.EnvelopeReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ShopApplication} with a DSN.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@DirtiesContext
class GivenDsnTests {

	private static final EnvelopeReceiver sentry = EnvelopeReceiver.start();

	private final ShopClient shop;

	private final ObjectProvider<EnvelopeReceiver> receiver;

	GivenDsnTests(@LocalServerPort int port, @Autowired ObjectProvider<EnvelopeReceiver> receiver) {
		this.shop = new ShopClient(port);
		this.receiver = receiver;
	}

	@DynamicPropertySource
	static void dsn(DynamicPropertyRegistry registry) {
		registry.add("sentry.dsn", sentry::dsn);
	}

	@AfterAll
	static void close() {
		sentry.close();
	}

	@Test
	void envelopesGoThereAndTheReceiverIsNotStarted() {
		this.shop.get("/products/1");
		Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat(sentry.envelopes())
				.anyMatch((envelope) -> envelope.text().contains("GET /products/{id}")));
		assertThat(this.receiver.getIfAvailable()).isNull();
	}

	@Test
	void theInsightsSaySo() {
		JsonNode insights = this.shop.insights();
		assertThat(insights.path("note").asText()).startsWith("A DSN is set");
		assertThat(insights.path("traces")).isEmpty();
	}

}
