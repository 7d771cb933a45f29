package io.github.sentryinsights.jms;

import jakarta.jms.ConnectionFactory;
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
import org.springframework.jms.listener.AbstractMessageListenerContainer;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.InsightsAutoConfiguration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the producers and the listeners
 * of JMS.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass(ConnectionFactory.class)
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.jms.enabled" },
		matchIfMissing = true)
public final class JmsInsightsAutoConfiguration {

	static final String TECHNOLOGY = "jms";

	JmsInsightsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsJmsConnectionFactoryInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ConnectionFactoryInstrumentation sentryInsightsJmsConnectionFactoryInstrumentation(
			ObjectProvider<InstrumentationContext> context) {
		return new ConnectionFactoryInstrumentation(context);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(AbstractMessageListenerContainer.class)
	static class ListenerConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsJmsListenerContainerFactoryInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ListenerContainerFactoryInstrumentation sentryInsightsJmsListenerContainerFactoryInstrumentation(
				ObjectProvider<InstrumentationContext> context) {
			return new ListenerContainerFactoryInstrumentation(context);
		}

		@Bean
		@ConditionalOnMissingBean(name = "sentryInsightsJmsListenerContainerInstrumentation")
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ListenerContainerInstrumentation sentryInsightsJmsListenerContainerInstrumentation(
				ObjectProvider<InstrumentationContext> context) {
			return new ListenerContainerInstrumentation(context);
		}

	}

}
