package io.github.sentryinsights.sample;

import com.fasterxml.jackson.databind.JsonNode;

import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.http.MediaType;
import org.springframework.http.RequestEntity;
import org.springframework.http.ResponseEntity;

/**
 * A customer of the shop, from outside: one that Sentry does not customize, so that each
 * request is a trace of its own.
 */
public final class ShopClient {

	private final TestRestTemplate rest;

	/**
	 * Create a client.
	 * @param port the port of the shop
	 */
	public ShopClient(int port) {
		this.rest = new TestRestTemplate(new RestTemplateBuilder().rootUri("http://localhost:" + port));
	}

	/**
	 * Get JSON.
	 * @param path what to get
	 * @return the response
	 */
	public ResponseEntity<JsonNode> get(String path) {
		RequestEntity<Void> request = RequestEntity.get(path).accept(MediaType.APPLICATION_JSON).build();
		return this.rest.exchange(request, JsonNode.class);
	}

	/**
	 * Place an order.
	 * @param body the order, not necessarily JSON
	 * @return the response
	 */
	public ResponseEntity<JsonNode> order(String body) {
		RequestEntity<String> request = RequestEntity.post("/orders")
			.contentType(MediaType.APPLICATION_JSON)
			.body(body);
		return this.rest.exchange(request, JsonNode.class);
	}

	/**
	 * Return what the Insights pages would show.
	 * @return the insights
	 */
	public JsonNode insights() {
		return get("/insights").getBody();
	}

	/**
	 * Return the Insights pages as a browser sees them.
	 * @return the page
	 */
	public String page() {
		RequestEntity<Void> request = RequestEntity.get("/insights").accept(MediaType.TEXT_HTML).build();
		return this.rest.exchange(request, String.class).getBody();
	}

}
