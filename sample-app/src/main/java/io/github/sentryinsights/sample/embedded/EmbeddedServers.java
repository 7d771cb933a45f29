package io.github.sentryinsights.sample.embedded;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

import io.github.sentryinsights.sample.insights.EnvelopeReceiver;

/**
 * Starts the servers nobody has pointed the shop at, and points it at them: Redis, Kafka,
 * and a receiver in Sentry's place. They stop after everything else of the context.
 */
public final class EmbeddedServers implements ApplicationContextInitializer<GenericApplicationContext> {

	private static final Logger log = LoggerFactory.getLogger(EmbeddedServers.class);

	@Override
	public void initialize(GenericApplicationContext context) {
		Binder binder = Binder.get(context.getEnvironment());
		Map<String, Object> properties = new LinkedHashMap<>();
		if (isAbsent(binder, "spring.data.redis.url", "spring.data.redis.host", "spring.data.redis.port",
				"spring.data.redis.sentinel.nodes", "spring.data.redis.cluster.nodes")) {
			EmbeddedRedis redis = stopWith(context, EmbeddedRedis.start());
			properties.put("spring.data.redis.host", redis.host());
			properties.put("spring.data.redis.port", redis.port());
		}
		if (isAbsent(binder, "spring.kafka.bootstrap-servers")) {
			EmbeddedKafka kafka = stopWith(context, EmbeddedKafka.start());
			properties.put("spring.kafka.bootstrap-servers", kafka.bootstrapServers());
		}
		if (isAbsent(binder, "sentry.dsn")) {
			EnvelopeReceiver receiver = stopWith(context, EnvelopeReceiver.start());
			properties.put("sentry.dsn", receiver.dsn());
		}
		if (!properties.isEmpty()) {
			context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("embeddedServers", properties));
			log.info("Started embedded servers: {}", properties);
		}
	}

	private static boolean isAbsent(Binder binder, String... names) {
		return Stream.of(names)
			.allMatch((name) -> binder.bind(name, Bindable.listOf(String.class))
				.orElseGet(List::of)
				.stream()
				.allMatch(String::isBlank));
	}

	/**
	 * A bean that is registered for destruction before all others is destroyed after
	 * them.
	 */
	private static <T extends AutoCloseable> T stopWith(GenericApplicationContext context, T server) {
		DefaultListableBeanFactory beans = context.getDefaultListableBeanFactory();
		beans.registerSingleton(server.getClass().getName(), server);
		beans.registerDisposableBean(server.getClass().getName(), server::close);
		return server;
	}

}
