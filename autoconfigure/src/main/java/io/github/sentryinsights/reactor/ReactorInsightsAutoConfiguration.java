package io.github.sentryinsights.reactor;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.operation.PublisherInstrumentation;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for observing Reactor types.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnClass(Mono.class)
@ConditionalOnBooleanProperty(name = "sentry.insights.enabled", matchIfMissing = true)
public final class ReactorInsightsAutoConfiguration {

	ReactorInsightsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(PublisherInstrumentation.class)
	static ReactorPublisherInstrumentation sentryInsightsPublisherInstrumentation() {
		return new ReactorPublisherInstrumentation();
	}

}
