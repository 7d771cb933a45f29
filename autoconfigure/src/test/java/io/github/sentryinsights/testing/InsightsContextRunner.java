package io.github.sentryinsights.testing;

import java.util.Arrays;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.ClassUtils;

/**
 * Contexts with this library and Sentry's own starter, whichever belongs to the Spring
 * Boot at hand.
 */
public final class InsightsContextRunner {

	private InsightsContextRunner() {
	}

	/**
	 * Return a runner whose Sentry sends every transaction to a receiver.
	 * @param receiver the receiver
	 * @return the runner
	 */
	public static ApplicationContextRunner sendingTo(SentryReceiver receiver) {
		return withoutSentry()
			.withConfiguration(autoConfigurations("io.sentry.spring.boot.jakarta.SentryAutoConfiguration",
					"io.sentry.spring.boot4.SentryAutoConfiguration"))
			.withPropertyValues("sentry.dsn=" + receiver.dsn(), "sentry.traces-sample-rate=1.0");
	}

	/**
	 * Return a runner with this library alone.
	 * @return the runner
	 */
	public static ApplicationContextRunner withoutSentry() {
		return new ApplicationContextRunner()
			.withConfiguration(autoConfigurations("io.github.sentryinsights.InsightsAutoConfiguration",
					"io.github.sentryinsights.sentry.SentryRecordingAutoConfiguration",
					"io.github.sentryinsights.metrics.MetricsAutoConfiguration"));
	}

	/**
	 * Return the auto-configurations that exist, as many have moved between Spring Boot 3
	 * and 4.
	 * @param names the class names, old and new
	 * @return those on the classpath
	 */
	public static AutoConfigurations autoConfigurations(String... names) {
		ClassLoader classLoader = InsightsContextRunner.class.getClassLoader();
		return AutoConfigurations.of(Arrays.stream(names)
			.filter(name -> ClassUtils.isPresent(name, classLoader))
			.map(name -> ClassUtils.resolveClassName(name, classLoader))
			.toArray(Class<?>[]::new));
	}

}
