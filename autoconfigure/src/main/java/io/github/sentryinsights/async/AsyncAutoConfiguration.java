package io.github.sentryinsights.async;

import org.aopalliance.intercept.MethodInterceptor;
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

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.InsightsAutoConfiguration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for asynchronous methods and
 * listeners of events.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.async.enabled" },
		matchIfMissing = true)
public final class AsyncAutoConfiguration {

	static final String TECHNOLOGY = "async";

	AsyncAutoConfiguration() {
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MethodInterceptor.class)
	static class MethodConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsAsyncMethodInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static AsyncMethodInstrumentation sentryInsightsAsyncMethodInstrumentation(
				ObjectProvider<InstrumentationContext> context) {
			return new AsyncMethodInstrumentation(context);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EventConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsEventMulticasterInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static EventMulticasterInstrumentation sentryInsightsEventMulticasterInstrumentation(
				ObjectProvider<InstrumentationContext> context) {
			return new EventMulticasterInstrumentation(context);
		}

	}

}
