package io.github.sentryinsights.sentry;

import io.sentry.Sentry;
import io.sentry.SentryOptions;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Role;

import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.operation.Monitors;
import io.github.sentryinsights.operation.OperationRecorder;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for recording operations as Sentry
 * spans.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnClass({ Sentry.class, SentryOptions.class })
@ConditionalOnBooleanProperty(name = "sentry.insights.enabled", matchIfMissing = true)
@EnableConfigurationProperties(InsightsProperties.class)
@ImportRuntimeHints(DeferredScopes.Hints.class)
public final class SentryRecordingAutoConfiguration {

	SentryRecordingAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(OperationRecorder.class)
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static SentryOperationRecorder sentryInsightsOperationRecorder(InsightsProperties properties) {
		return new SentryOperationRecorder(properties.isLeafSpans());
	}

	@Bean
	@ConditionalOnMissingBean(Monitors.class)
	static SentryMonitors sentryInsightsMonitors() {
		return new SentryMonitors();
	}

	@Bean
	@ConditionalOnMissingBean
	static UnfinishedSpans sentryInsightsUnfinishedSpans() {
		return new UnfinishedSpans();
	}

}
