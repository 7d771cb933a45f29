package io.github.sentryinsights.redis;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;

import io.github.sentryinsights.InsightsProperties;

/**
 * The caches that the clients share.
 */
@Configuration(proxyBeanMethods = false)
class RedisCachesConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static CachePatterns sentryInsightsRedisCachePatterns(InsightsProperties properties) {
		return CachePatterns.of(properties.getRedis().getCachePrefixes());
	}

}
