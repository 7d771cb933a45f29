package io.github.sentryinsights;

import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Tells whether Sentry's OpenTelemetry agent sends messages of a broker to Sentry
 * already, which are then left to it: Sentry would count each of them twice.
 *
 * @since 0.1.0
 */
public final class MessageRecorders {

	private MessageRecorders() {
	}

	/**
	 * Look for the agent.
	 * @param environment tells what is switched off
	 * @param libraries the names that the agent has for the libraries of the broker, such
	 * as {@code rabbitmq}
	 * @return the reason to leave all messages alone, or {@code null} without one
	 */
	public static @Nullable String of(Environment environment, String... libraries) {
		return of(environment, name -> ClassUtils.isPresent(name, null), libraries);
	}

	static @Nullable String of(Environment environment, Predicate<String> classes, String... libraries) {
		StatementRecorders.Presence presence = new StatementRecorders.Presence(classes, environment);
		return List.of(libraries).stream().map(presence::agent).filter(Objects::nonNull).findFirst().orElse(null);
	}

}
