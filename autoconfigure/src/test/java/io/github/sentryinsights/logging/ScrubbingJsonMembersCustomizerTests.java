package io.github.sentryinsights.logging;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.json.JsonWriter;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScrubbingJsonMembersCustomizer} in the encoder of Spring Boot.
 */
class ScrubbingJsonMembersCustomizerTests {

	private final Map<String, Object> properties = new HashMap<>(
			Map.of("logging.structured.json.customizer", ScrubbingJsonMembersCustomizer.class.getName()));

	private final Environment environment = environment(this.properties);

	@ParameterizedTest
	@ValueSource(strings = { "ecs", "logstash", "gelf" })
	void everyFormatIsScrubbed(String format) {
		JsonNode logged = logged(format);
		assertThat(logged.toString()).doesNotContain("hunter2", "bob@example.com", "t0ken")
			.contains("mail [email] password=[Filtered]")
			.contains("IllegalStateException: no [email]")
			.contains("\"orders\"");
	}

	@Test
	void valuesUnderSensitiveKeysAreReplacedAndOthersStay() {
		JsonNode logged = logged("logstash");
		assertThat(logged.at("/apiToken").asText()).isEqualTo("[Filtered]");
		assertThat(logged.at("/order").asText()).isEqualTo("17");
		assertThat(logged.at("/level_value").isNumber()).isTrue();
		assertThat(logged.at("/logger_name").asText()).isEqualTo("orders");
		assertThat(logged.at("/@timestamp").asText()).startsWith("1970-01-01T");
	}

	@Test
	void itGoesByTheConfiguredRules() {
		this.properties.put("sentry.insights.pii.keys", "order");
		this.properties.put("sentry.insights.pii.strategies.email", "mask");
		JsonNode logged = logged("logstash");
		assertThat(logged.at("/order").asText()).isEqualTo("[Filtered]");
		assertThat(logged.at("/message").asText()).isEqualTo("mail ***@*******.*** password=[Filtered]");
	}

	@Test
	void valuesAtAnyDepthAreScrubbedAndKeepTheirForm() {
		ScrubbingJsonMembersCustomizer customizer = new ScrubbingJsonMembersCustomizer(this.environment);
		JsonWriter<Object> writer = JsonWriter.of((members) -> {
			members.add("outer", Map.of("password", "hunter2"));
			members.add("list", List.of("bob@example.com", 17, true));
			members.add("pin", 1234);
			members.add("count", 17);
			members.add("uri", URI.create("redis://:hunter2@cache"));
			customizer.customize(members);
		});
		assertThat(writer.writeToString(new Object())).isEqualTo(
				"""
						{"outer":{"password":"[Filtered]"},"list":["[email]",17,true],"pin":"[Filtered]","count":17,"uri":"redis://:[Filtered]@cache"}""");
	}

	private static Environment environment(Map<String, Object> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		return environment;
	}

	private JsonNode logged(String format) {
		LoggerContext logback = new LoggerContext();
		logback.putObject(Environment.class.getName(), this.environment);
		StructuredLogEncoder encoder = new StructuredLogEncoder();
		encoder.setContext(logback);
		encoder.setFormat(format);
		encoder.start();
		try {
			return new ObjectMapper().readTree(encoder.encode(event(logback)));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			encoder.stop();
			logback.stop();
		}
	}

	private static ILoggingEvent event(LoggerContext logback) {
		LoggingEvent event = new LoggingEvent(ScrubbingJsonMembersCustomizerTests.class.getName(),
				logback.getLogger("orders"), Level.ERROR, "mail {} password={}",
				new IllegalStateException("no bob@example.com"), new Object[] { "bob@example.com", "hunter2" });
		event.setMDCPropertyMap(Map.of("apiToken", "t0ken", "order", "17"));
		event.setInstant(Instant.EPOCH);
		return event;
	}

}
