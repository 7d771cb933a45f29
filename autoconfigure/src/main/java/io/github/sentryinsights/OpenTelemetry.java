package io.github.sentryinsights;

import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * Tells what OpenTelemetry brings to Sentry, be it by Sentry's agent, by OpenTelemetry's
 * starter or by a tracer of Micrometer. Without one of Sentry's bridges nothing of it
 * reaches Sentry.
 *
 * @param classes tells whether a class is present
 * @param environment tells what is switched off
 */
record OpenTelemetry(Predicate<String> classes, Environment environment) {

	private static final String SENTRY_AGENT = "io.sentry.opentelemetry.agent.AgentMarker";

	private static final List<String> SENTRY_BRIDGES = List.of(SENTRY_AGENT,
			"io.sentry.opentelemetry.agent.AgentlessMarker", "io.sentry.opentelemetry.agent.AgentlessSpringMarker");

	private static final String MICROMETER_BRIDGE = "io.micrometer.tracing.otel.bridge.OtelTracer";

	private static final String STARTER = "io.opentelemetry.instrumentation.spring.autoconfigure.internal.instrumentation.";

	private static final String OBSERVATIONS = "management.observations.enable.";

	boolean isPresent(String name) {
		return this.classes.test(name);
	}

	boolean isAnyPresent(List<String> names) {
		return names.stream().anyMatch(this.classes);
	}

	/**
	 * Return whether spans of OpenTelemetry reach Sentry.
	 */
	boolean isBridged() {
		return isAnyPresent(SENTRY_BRIDGES);
	}

	/**
	 * Return whether observations of Micrometer reach Sentry.
	 */
	boolean isMicrometerBridged() {
		return isPresent(MICROMETER_BRIDGE) && isBridged();
	}

	/**
	 * Return who records by an instrumentation of OpenTelemetry.
	 * @param library the name of the instrumentation in OpenTelemetry's properties
	 * @param starter the classes of the starter that do the same, any of which will do
	 * @return who records, or {@code null} when nobody does
	 */
	@Nullable String recorder(String library, List<String> starter) {
		if (!isEnabled("otel.instrumentation." + library + ".enabled")) {
			return null;
		}
		if (isPresent(SENTRY_AGENT)) {
			return "recorded by Sentry's OpenTelemetry agent";
		}
		return (isBridged() && starter.stream().anyMatch(name -> isPresent(STARTER + name)))
				? "recorded by OpenTelemetry" : null;
	}

	/**
	 * Return whether an observation is on, by the property of the longest beginning of
	 * its name that has one, as Spring Boot does.
	 * @param name the name of the observation
	 */
	boolean isObserved(String name) {
		String prefix = name;
		while (!prefix.isEmpty()) {
			String enabled = this.environment.getProperty(OBSERVATIONS + prefix);
			if (enabled != null) {
				return Boolean.parseBoolean(enabled);
			}
			prefix = prefix.substring(0, Math.max(0, prefix.lastIndexOf('.')));
		}
		return isEnabled(OBSERVATIONS + "all");
	}

	boolean isEnabled(String property) {
		return !"false".equalsIgnoreCase(this.environment.getProperty(property));
	}

	boolean isSwitchedOn(String property) {
		return "true".equalsIgnoreCase(this.environment.getProperty(property));
	}

}
