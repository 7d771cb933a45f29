package io.github.sentryinsights.cloudstream;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.stream.binder.AbstractMessageChannelBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsAutoConfiguration;
import io.github.sentryinsights.operation.Operations;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the binders of Spring Cloud
 * Stream.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass(AbstractMessageChannelBinder.class)
@ConditionalOnBooleanProperty(name = "sentry.insights.enabled", matchIfMissing = true)
public final class CloudStreamAutoConfiguration {

	CloudStreamAutoConfiguration() {
	}

	@Configuration(proxyBeanMethods = false)
	static class BinderConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsBinderInstrumentation")
		static BinderInstrumentation sentryInsightsBinderInstrumentation(
				ObjectProvider<BeanInstrumentation<?>> instrumentations, ObjectProvider<Operations> operations) {
			return new BinderInstrumentation(instrumentations, operations);
		}

	}

}
