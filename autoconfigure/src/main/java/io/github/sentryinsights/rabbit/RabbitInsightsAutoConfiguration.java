package io.github.sentryinsights.rabbit;

import com.rabbitmq.client.observation.ObservationCollector;
import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory;
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
 * {@link EnableAutoConfiguration Auto-configuration} for the publishers and the listeners
 * of Spring AMQP.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass({ AbstractConnectionFactory.class, ObservationCollector.class })
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.rabbit.enabled" },
		matchIfMissing = true)
public final class RabbitInsightsAutoConfiguration {

	static final String TECHNOLOGY = "rabbit";

	RabbitInsightsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsRabbitConnectionFactoryInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ConnectionFactoryInstrumentation sentryInsightsRabbitConnectionFactoryInstrumentation(
			ObjectProvider<InstrumentationContext> context) {
		return new ConnectionFactoryInstrumentation(context);
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsRabbitListenerContainerFactoryInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ListenerContainerFactoryInstrumentation sentryInsightsRabbitListenerContainerFactoryInstrumentation(
			ObjectProvider<InstrumentationContext> context) {
		return new ListenerContainerFactoryInstrumentation(context);
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsRabbitListenerContainerInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ListenerContainerInstrumentation sentryInsightsRabbitListenerContainerInstrumentation(
			ObjectProvider<InstrumentationContext> context) {
		return new ListenerContainerInstrumentation(context);
	}

}
