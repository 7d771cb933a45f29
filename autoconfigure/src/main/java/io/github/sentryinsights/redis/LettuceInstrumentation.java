package io.github.sentryinsights.redis;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;

/**
 * Has the client of every {@link LettuceConnectionFactory} report its commands. The
 * factory itself stays the bean it is.
 */
final class LettuceInstrumentation extends BeanInstrumentation<LettuceConnectionFactory> {

	private final ObjectProvider<CachePatterns> caches;

	private final ObjectProvider<LettuceClients> clients;

	LettuceInstrumentation(ObjectProvider<InstrumentationContext> context, ObjectProvider<CachePatterns> caches,
			ObjectProvider<LettuceClients> clients) {
		super("redis", LettuceConnectionFactory.class, context);
		this.caches = caches;
		this.clients = clients;
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getRedis();
	}

	@Override
	protected Object instrument(LettuceConnectionFactory factory, String beanName, InstrumentationContext context) {
		RedisServer server = server(factory, beanName);
		RedisCaches caches = this.caches.getObject().caches(server, context.operations());
		this.clients.getObject()
			.report(factory, new CommandOperations(server, caches, context.operations(), context.keys()));
		context.beans().instrumented("redis", beanName);
		return factory;
	}

	private static RedisServer server(LettuceConnectionFactory factory, String beanName) {
		boolean standalone = !factory.isClusterAware() && !factory.isRedisSentinelAware()
				&& factory.getSocketConfiguration() == null && LettuceNodes.isOne(factory);
		@Nullable String address = standalone ? factory.getHostName() : null;
		@Nullable Integer port = standalone ? factory.getPort() : null;
		return new RedisServer(beanName, address, port, factory.getTimeout());
	}

}
