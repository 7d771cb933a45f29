package io.github.sentryinsights.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Sentry's Insights pages read of a span, written down apart from the code that
 * produces it (see {@code insights-contract.json}).
 */
public final class InsightsContract {

	private static final JsonNode contract = read();

	private InsightsContract() {
	}

	public static JsonNode operations() {
		return contract.path("operations");
	}

	public static JsonNode types() {
		return contract.path("types");
	}

	/**
	 * Check the op, the required attributes, the type of each attribute, the status and
	 * the origin of a span.
	 * @param span the span, or the root span of a transaction
	 */
	public static void verify(ReceivedSpan span) {
		JsonNode rules = contract.path("operations").path(span.op());
		assertThat(rules.isMissingNode()).as("op %s is known to the contract", span.op()).isFalse();
		rules.path("required")
			.forEach(name -> assertThat(span.data().has(name.asText())).as("%s of %s", name.asText(), span.json())
				.isTrue());
		for (Map.Entry<String, JsonNode> attribute : span.data().properties()) {
			String type = contract.path("types").path(attribute.getKey()).asText("");
			assertThat(type).as("attribute %s is known to the contract", attribute.getKey()).isNotEmpty();
			assertThat(matches(type, attribute.getValue()))
				.as("%s = %s is a %s", attribute.getKey(), attribute.getValue(), type)
				.isTrue();
		}
		assertThat(span.status()).as("status of %s", span.json()).isNotEmpty();
		assertThat(span.origin()).matches("(auto|manual)(\\.[A-Za-z0-9_]+){0,3}");
	}

	private static boolean matches(String type, JsonNode value) {
		return switch (type) {
			case "string" -> value.isTextual();
			case "integer" -> value.isIntegralNumber() && value.asLong() >= 0;
			case "boolean" -> value.isBoolean();
			case "string[]" -> value.isArray() && value.size() > 0 && value.get(0).isTextual();
			default -> throw new IllegalArgumentException(type);
		};
	}

	private static JsonNode read() {
		try (InputStream in = InsightsContract.class.getResourceAsStream("/insights-contract.json")) {
			return new ObjectMapper().readTree(in);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
