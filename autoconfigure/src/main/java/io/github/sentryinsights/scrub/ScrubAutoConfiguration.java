package io.github.sentryinsights.scrub;

import io.sentry.Sentry;
import io.sentry.SentryOptions;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.RedactionCounts;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for scrubbing what Sentry sends. A
 * bean named {@code sentryInsightsScrubbingHooks} replaces it.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = { "io.sentry.spring.boot.jakarta.SentryAutoConfiguration",
		"io.sentry.spring.boot4.SentryAutoConfiguration" })
@ConditionalOnClass({ Sentry.class, SentryOptions.class })
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.pii.enabled" },
		matchIfMissing = true)
@EnableConfigurationProperties(InsightsProperties.class)
public final class ScrubAutoConfiguration {

	ScrubAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	static PiiScrubber sentryInsightsPiiScrubber(InsightsProperties properties, ObjectProvider<PiiDetector> detectors) {
		return PiiScrubber.of(properties.getPii(), detectors.orderedStream().toArray(PiiDetector[]::new));
	}

	@Bean
	static RedactionCounts sentryInsightsRedactionCounts(PiiScrubber scrubber) {
		return scrubber.rules().counts();
	}

	@Bean
	@Lazy(false)
	@Order(Ordered.LOWEST_PRECEDENCE)
	@ConditionalOnMissingBean(name = "sentryInsightsScrubbingHooks")
	static ScrubbingHooks sentryInsightsScrubbingHooks(PiiScrubber scrubber, InsightsProperties properties) {
		InsightsProperties.Pii pii = properties.getPii();
		return new ScrubbingHooks(scrubber.rules(), pii.getAttachments(), pii.getUserData());
	}

}
