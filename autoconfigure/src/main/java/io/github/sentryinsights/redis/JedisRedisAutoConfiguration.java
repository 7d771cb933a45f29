package io.github.sentryinsights.redis;

import org.springframework.aop.framework.AdvisedSupport;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import redis.clients.jedis.Jedis;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.InsightsAutoConfiguration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the Redis commands that Spring
 * Data Redis sends through Jedis.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass({ JedisConnectionFactory.class, Jedis.class, AdvisedSupport.class })
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.redis.enabled" },
		matchIfMissing = true)
@Import(RedisCachesConfiguration.class)
public final class JedisRedisAutoConfiguration {

	JedisRedisAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsJedisInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static JedisInstrumentation sentryInsightsJedisInstrumentation(ObjectProvider<InstrumentationContext> context,
			ObjectProvider<CachePatterns> caches) {
		return new JedisInstrumentation(context, caches);
	}

}
