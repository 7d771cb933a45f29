package io.github.sentryinsights.quartz;

import org.quartz.Scheduler;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.InsightsAutoConfiguration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the jobs of Quartz.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass(Scheduler.class)
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.quartz.enabled" },
		matchIfMissing = true)
public final class QuartzAutoConfiguration {

	QuartzAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsQuartzSchedulerInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static SchedulerInstrumentation<Scheduler> sentryInsightsQuartzSchedulerInstrumentation(
			ObjectProvider<InstrumentationContext> context) {
		return new SchedulerInstrumentation<>(Scheduler.class, scheduler -> scheduler, context);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(SchedulerFactoryBean.class)
	static class FactoryConfiguration {

		/**
		 * Nobody may ever ask for the scheduler itself, which starts with its factory.
		 */
		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsQuartzFactoryInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static SchedulerInstrumentation<SchedulerFactoryBean> sentryInsightsQuartzFactoryInstrumentation(
				ObjectProvider<InstrumentationContext> context) {
			return new SchedulerInstrumentation<>(SchedulerFactoryBean.class, SchedulerFactoryBean::getScheduler,
					context);
		}

	}

}
