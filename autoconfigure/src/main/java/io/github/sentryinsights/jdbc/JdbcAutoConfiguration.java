package io.github.sentryinsights.jdbc;

import javax.sql.DataSource;

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
 * {@link EnableAutoConfiguration Auto-configuration} for the instrumentation of data
 * sources.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass(DataSource.class)
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.jdbc.enabled" },
		matchIfMissing = true)
public final class JdbcAutoConfiguration {

	JdbcAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsDataSourceInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static DataSourceInstrumentation sentryInsightsDataSourceInstrumentation(
			ObjectProvider<InstrumentationContext> context, Environment environment) {
		return new DataSourceInstrumentation(context, environment);
	}

}
