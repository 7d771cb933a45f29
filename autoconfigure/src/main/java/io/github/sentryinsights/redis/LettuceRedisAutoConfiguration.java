package io.github.sentryinsights.redis;

import io.lettuce.core.AbstractRedisClient;
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
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.InsightsAutoConfiguration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the Redis commands of Lettuce.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = InsightsAutoConfiguration.class)
@ConditionalOnClass({ LettuceConnectionFactory.class, AbstractRedisClient.class })
@ConditionalOnBooleanProperty(name = { "sentry.insights.enabled", "sentry.insights.redis.enabled" },
		matchIfMissing = true)
@Import(RedisCachesConfiguration.class)
public final class LettuceRedisAutoConfiguration {

	LettuceRedisAutoConfiguration() {
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LettuceClients sentryInsightsLettuceClients() {
		return new LettuceClients();
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsLettuceInstrumentation")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LettuceInstrumentation sentryInsightsLettuceInstrumentation(ObjectProvider<InstrumentationContext> context,
			ObjectProvider<CachePatterns> caches, ObjectProvider<LettuceClients> clients) {
		return new LettuceInstrumentation(context, caches, clients);
	}

	@Bean
	@ConditionalOnMissingBean(name = "sentryInsightsLettuceEagerConnections")
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LettuceEagerConnections sentryInsightsLettuceEagerConnections(ObjectProvider<LettuceClients> clients) {
		return new LettuceEagerConnections(clients);
	}

}
