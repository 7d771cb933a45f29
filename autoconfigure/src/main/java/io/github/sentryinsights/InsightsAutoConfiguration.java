package io.github.sentryinsights;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.key.KeyWords;
import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.operation.PublisherInstrumentation;
import io.github.sentryinsights.sql.SqlStatements;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what all instrumentations share.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = { "io.github.sentryinsights.sentry.SentryRecordingAutoConfiguration",
		"io.github.sentryinsights.metrics.MetricsAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "sentry.insights.enabled", matchIfMissing = true)
@EnableConfigurationProperties(InsightsProperties.class)
public final class InsightsAutoConfiguration {

	InsightsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static Operations sentryInsightsOperations(ObjectProvider<OperationRecorder> recorder,
			ObjectProvider<OperationMeter> meter) {
		return new Operations(recorder.getIfAvailable(() -> OperationRecorder.NONE),
				meter.getIfAvailable(() -> OperationMeter.NONE));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static InstrumentedBeans sentryInsightsInstrumentedBeans() {
		return new InstrumentedBeans();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static SqlStatements sentryInsightsSqlStatements(InsightsProperties properties) {
		int maxLength = properties.getDb().getMaxStatementLength();
		if (maxLength < SqlStatements.MIN_MAX_LENGTH) {
			throw new InvalidInsightsPropertyException("sentry.insights.db.max-statement-length",
					"It is " + maxLength + ", which leaves too little of a statement to tell it from others.",
					"Set a number of at least " + SqlStatements.MIN_MAX_LENGTH + ".");
		}
		return new SqlStatements(maxLength, properties.getDb().isKeepHints());
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static CacheKeys sentryInsightsCacheKeys(InsightsProperties properties) {
		InsightsProperties.Cache cache = properties.getCache();
		for (String word : cache.getKeyWords()) {
			if (KeyWords.split(word).isEmpty()) {
				throw new InvalidInsightsPropertyException("sentry.insights.cache.key-words",
						"It holds '" + word + "', which has no letter in it.",
						"Remove it, or write words such as cart.");
			}
		}
		return ConfiguredKeys.of(properties, cache.getKeys(), "sentry.insights.cache.keys");
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static InstrumentationContext sentryInsightsInstrumentationContext(Operations operations,
			InsightsProperties properties, SqlStatements statements, CacheKeys keys, InstrumentedBeans beans,
			Environment environment) {
		return new InstrumentationContext(operations, properties, statements, keys, beans, environment);
	}

	@Bean
	static StartupReport sentryInsightsStartupReport(ApplicationContext context, InstrumentedBeans beans,
			ObjectProvider<OperationRecorder> recorder) {
		return new StartupReport(context, beans, recorder);
	}

	@Bean
	@ConditionalOnMissingBean
	InsightsTemplate insightsTemplate(Operations operations, ObjectProvider<PublisherInstrumentation> publishers,
			SqlStatements statements, CacheKeys keys) {
		return new InsightsTemplate(operations, publishers.getIfAvailable(() -> PublisherInstrumentation.NONE),
				statements, keys);
	}

}
