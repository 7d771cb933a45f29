package io.github.sentryinsights;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class MessageRecordersTests {

	private static final String AGENT = "io.sentry.opentelemetry.agent.AgentMarker";

	private final Map<String, Object> properties = new HashMap<>();

	private final Environment environment = environment();

	@Test
	void nobodyRecordsWithoutTheAgent() {
		assertThat(MessageRecorders.of(this.environment, name -> false, "rabbitmq")).isNull();
		assertThat(MessageRecorders.of(this.environment, "rabbitmq")).isNull();
	}

	@Test
	void agentRecordsWhatItIsNotToldToLeave() {
		assertThat(MessageRecorders.of(this.environment, AGENT::equals, "rabbitmq", "spring-rabbit"))
			.isEqualTo("recorded by Sentry's OpenTelemetry agent");
		this.properties.put("otel.instrumentation.rabbitmq.enabled", "false");
		assertThat(MessageRecorders.of(this.environment, AGENT::equals, "rabbitmq", "spring-rabbit")).isNotNull();
		this.properties.put("otel.instrumentation.spring-rabbit.enabled", "false");
		assertThat(MessageRecorders.of(this.environment, AGENT::equals, "rabbitmq", "spring-rabbit")).isNull();
	}

	private Environment environment() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", this.properties));
		return environment;
	}

}
