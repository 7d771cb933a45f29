package io.github.sentryinsights.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.InvalidInsightsPropertyException;
import io.github.sentryinsights.RedactionCounts;
import io.github.sentryinsights.operation.OperationMeter;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for counting operations with
 * Micrometer.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.metrics.enabled" },
		matchIfMissing = true)
public final class MetricsAutoConfiguration {

	MetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(OperationMeter.class)
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MicrometerOperationMeter sentryInsightsOperationMeter(ObjectProvider<MeterRegistry> registries,
			Environment environment) {
		int maxNames = Binder.get(environment)
			.bindOrCreate("sentry.insights.metrics", InsightsProperties.Metrics.class)
			.getMaxNames();
		if (maxNames < 1) {
			throw new InvalidInsightsPropertyException("sentry.insights.metrics.max-names",
					"It is " + maxNames + ", which leaves no name to count operations under.",
					"Set a number above 0, or set 'sentry.insights.metrics.enabled' to false.");
		}
		return new MicrometerOperationMeter(registries, maxNames);
	}

	@Bean
	static RedactionMeters sentryInsightsRedactionMeters(ObjectProvider<RedactionCounts> counts) {
		return new RedactionMeters(counts);
	}

}
