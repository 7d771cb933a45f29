package io.github.sentryinsights.sample.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.github.sentryinsights.sample.insights.EnvelopeReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EmbeddedServers}.
 */
class EmbeddedServersTests {

	private static final Map<String, Object> ALL_GIVEN = Map.of("SPRING_DATA_REDIS_HOST", "redis.example",
			"SPRING_KAFKA_BOOTSTRAP_SERVERS", "kafka.example:9092", "SENTRY_DSN", "http://key@sentry.example/1");

	@Test
	void nothingIsStartedWhenAllIsGivenByTheEnvironment() {
		try (GenericApplicationContext context = context(ALL_GIVEN)) {
			assertThat(context.getBeansOfType(AutoCloseable.class)).isEmpty();
			assertThat(context.getEnvironment().getPropertySources().contains("embeddedServers")).isFalse();
		}
	}

	@Test
	void redisIsNotStartedWhenItsUrlIsGiven() {
		Map<String, Object> given = without("SPRING_DATA_REDIS_HOST");
		given.put("SPRING_DATA_REDIS_URL", "redis://redis.example");
		try (GenericApplicationContext context = context(given)) {
			assertThat(context.getBeansOfType(EmbeddedRedis.class)).isEmpty();
		}
	}

	@Test
	void kafkaIsNotStartedWhenItsServersAreGivenAsAList() {
		Map<String, Object> given = without("SPRING_KAFKA_BOOTSTRAP_SERVERS");
		given.put("SPRING_KAFKA_BOOTSTRAP_SERVERS_0", "kafka.example:9092");
		try (GenericApplicationContext context = context(given)) {
			assertThat(context.getBeansOfType(EmbeddedKafka.class)).isEmpty();
		}
	}

	@Test
	void redisAnswersUntilTheContextCloses() throws Exception {
		int port;
		try (GenericApplicationContext context = context(without("SPRING_DATA_REDIS_HOST"))) {
			port = context.getEnvironment().getRequiredProperty("spring.data.redis.port", Integer.class);
			assertThat(context.getEnvironment().getProperty("spring.data.redis.host")).isEqualTo("127.0.0.1");
			assertThat(ping(port)).isEqualTo("+PONG");
		}
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> ping(port));
	}

	@Test
	void anEmptyDsnIsReplacedByTheOneOfTheReceiver() {
		Map<String, Object> given = without("SENTRY_DSN");
		given.put("SENTRY_DSN", "");
		try (GenericApplicationContext context = context(given)) {
			EnvelopeReceiver receiver = context.getBean(EnvelopeReceiver.class);
			assertThat(context.getEnvironment().getProperty("sentry.dsn")).isEqualTo(receiver.dsn())
				.matches("http://sample@127\\.0\\.0\\.1:\\d+/1");
		}
	}

	private static Map<String, Object> without(String name) {
		Map<String, Object> given = new HashMap<>(ALL_GIVEN);
		given.remove(name);
		return given;
	}

	private static GenericApplicationContext context(Map<String, Object> variables) {
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
		GenericApplicationContext context = new GenericApplicationContext();
		context.setEnvironment(environment);
		new EmbeddedServers().initialize(context);
		context.refresh();
		return context;
	}

	private static String ping(int port) throws IOException {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("127.0.0.1", port), 2000);
			socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
		}
	}

}
