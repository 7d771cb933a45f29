package io.github.sentryinsights.batch;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.batch.core.job.AbstractJob;
import org.springframework.batch.core.step.AbstractStep;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.InsightsAutoConfiguration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for Spring Batch.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass({ AbstractJob.class, AbstractStep.class })
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.batch.enabled" },
		matchIfMissing = true)
public final class BatchAutoConfiguration {

	BatchAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsJobInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static BatchInstrumentation<AbstractJob> sentryInsightsJobInstrumentation(
			ObjectProvider<InstrumentationContext> context, ObjectProvider<ObservationRegistry> registry) {
		return new BatchInstrumentation<>(AbstractJob.class, ObservedBatch::observeJob, context, registry);
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsStepInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static BatchInstrumentation<AbstractStep> sentryInsightsStepInstrumentation(
			ObjectProvider<InstrumentationContext> context, ObjectProvider<ObservationRegistry> registry) {
		return new BatchInstrumentation<>(AbstractStep.class, ObservedBatch::observeStep, context, registry);
	}

}
