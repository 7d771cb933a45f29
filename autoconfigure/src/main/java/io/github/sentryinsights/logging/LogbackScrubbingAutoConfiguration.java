package io.github.sentryinsights.logging;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

import io.github.sentryinsights.scrub.PiiScrubber;
import io.github.sentryinsights.scrub.ScrubAutoConfiguration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the rules by which Logback's
 * {@link ScrubbingConverter} replaces personal data and secrets.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ScrubAutoConfiguration.class)
@ConditionalOnClass({ LoggerContext.class, LoggerFactory.class })
@ConditionalOnBean(PiiScrubber.class)
public final class LogbackScrubbingAutoConfiguration {

	LogbackScrubbingAutoConfiguration() {
	}

	@Bean
	@Lazy(false)
	static LogbackScrubber sentryInsightsLogbackScrubber(PiiScrubber scrubber) {
		return new LogbackScrubber(scrubber);
	}

}
