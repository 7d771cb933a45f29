package io.github.sentryinsights.scheduling;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

import io.github.sentryinsights.InsightsAutoConfiguration;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.InvalidInsightsPropertyException;
import io.github.sentryinsights.RecordedWork;
import io.github.sentryinsights.operation.Monitors;
import io.github.sentryinsights.operation.Operations;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for scheduled methods.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class, afterName = {
		"org.springframework.boot.actuate.autoconfigure.scheduling.ScheduledTasksObservabilityAutoConfiguration",
		"org.springframework.boot.micrometer.observation.autoconfigure.ScheduledTasksObservationAutoConfiguration" })
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.scheduling.enabled" },
		matchIfMissing = true)
public final class SchedulingAutoConfiguration {

	private static final Duration MIN_LIMIT = Duration.ofMinutes(1);

	private static final Duration MAX_LIMIT = Duration.ofDays(28);

	SchedulingAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsScheduledRuns")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ScheduledRuns sentryInsightsScheduledRuns(Operations operations, InsightsProperties properties,
			ObjectProvider<Monitors> monitors, ConfigurableBeanFactory beanFactory, InstrumentedBeans beans,
			Environment environment) {
		String recorder = RecordedWork.SCHEDULED_RUNS.by(environment);
		if (recorder != null) {
			beans.leftAlone("scheduling", "methods", recorder);
		}
		InsightsProperties.Scheduling scheduling = properties.getScheduling();
		Long maxRuntime = minutes("max-runtime", scheduling.getMaxRuntime());
		Long margin = minutes("check-in-margin", scheduling.getCheckInMargin());
		MonitorSource source = scheduling.isCheckIns()
				? new MonitorSource(new EmbeddedValueResolver(beanFactory), maxRuntime, margin) : null;
		return new ScheduledRuns(new ScheduledMethods(operations, recorder != null, scheduling.getExclude(), source),
				operations, monitors.getIfAvailable(() -> Monitors.NONE));
	}

	private static @Nullable Long minutes(String name, @Nullable Duration limit) {
		if (limit == null) {
			return null;
		}
		if (limit.compareTo(MIN_LIMIT) < 0 || limit.compareTo(MAX_LIMIT) > 0
				|| !limit.equals(Duration.ofMinutes(limit.toMinutes()))) {
			throw new InvalidInsightsPropertyException("sentry.insights.scheduling." + name,
					"It is " + limit + ", which is no limit that a monitor of Sentry can have.",
					"Set a number of whole minutes, from 1m to 28d.");
		}
		return limit.toMinutes();
	}

}
