package io.github.sentryinsights.websocket;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.messaging.simp.annotation.support.SimpAnnotationMethodMessageHandler;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.InsightsAutoConfiguration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for methods that handle messages of
 * STOMP.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass(SimpAnnotationMethodMessageHandler.class)
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.websocket.enabled" },
		matchIfMissing = true)
public final class WebSocketMessagingAutoConfiguration {

	WebSocketMessagingAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsMessageHandlerInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static MessageHandlerInstrumentation sentryInsightsMessageHandlerInstrumentation(
			ObjectProvider<InstrumentationContext> context) {
		return new MessageHandlerInstrumentation(context);
	}

}
