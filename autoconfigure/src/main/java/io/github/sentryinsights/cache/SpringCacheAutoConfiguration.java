package io.github.sentryinsights.cache;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.InsightsAutoConfiguration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for reporting accesses to Spring's
 * caches.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass(CacheManager.class)
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.cache.enabled" },
		matchIfMissing = true)
public final class SpringCacheAutoConfiguration {

	SpringCacheAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsCacheManagerInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static CacheManagerInstrumentation sentryInsightsCacheManagerInstrumentation(
			ObjectProvider<InstrumentationContext> context) {
		return new CacheManagerInstrumentation(context);
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsCacheResolverInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static CacheResolverInstrumentation sentryInsightsCacheResolverInstrumentation(
			ObjectProvider<InstrumentationContext> context) {
		return new CacheResolverInstrumentation(context);
	}

}
