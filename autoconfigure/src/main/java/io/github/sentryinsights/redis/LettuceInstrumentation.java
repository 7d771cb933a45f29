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

	private final ObjectProvider<CachePrefixes> prefixes;

	private final ObjectProvider<LettuceClients> clients;

	LettuceInstrumentation(ObjectProvider<InstrumentationContext> context, ObjectProvider<CachePrefixes> prefixes,
			ObjectProvider<LettuceClients> clients) {
		super("redis", LettuceConnectionFactory.class, context);
		this.prefixes = prefixes;
		this.clients = clients;
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getRedis();
	}

	@Override
	protected Object instrument(LettuceConnectionFactory factory, String beanName, InstrumentationContext context) {
		RedisServer server = server(factory, beanName);
		CommandReporter reporter = new CommandReporter(server,
				this.prefixes.getObject().caches(server, context.operations()), context.operations(), context.keys());
		this.clients.getObject().report(factory, reporter);
		context.beans().instrumented("redis", beanName);
		return factory;
	}

	private static RedisServer server(LettuceConnectionFactory factory, String beanName) {
		boolean standalone = !factory.isClusterAware() && !factory.isRedisSentinelAware()
				&& factory.getSocketConfiguration() == null;
		@Nullable String address = standalone ? factory.getHostName() : null;
		@Nullable Integer port = standalone ? factory.getPort() : null;
		return new RedisServer(beanName, address, port, factory.getTimeout());
	}

}
