package io.github.sentryinsights.r2dbc;

import io.r2dbc.spi.ConnectionFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.InsightsAutoConfiguration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the instrumentation of R2DBC
 * connection factories.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass(ConnectionFactory.class)
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.r2dbc.enabled" },
		matchIfMissing = true)
public final class R2dbcAutoConfiguration {

	R2dbcAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsConnectionFactoryInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ConnectionFactoryInstrumentation sentryInsightsConnectionFactoryInstrumentation(
			ObjectProvider<InstrumentationContext> context, Environment environment) {
		return new ConnectionFactoryInstrumentation(context, environment);
	}

}
