package io.github.sentryinsights.redis;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;

/**
 * Has the client of every {@link LettuceConnectionFactory} report its commands, and where
 * Reactor is present puts a proxy in front of the factory, whose reactive connections
 * send them as a part of the trace of their subscriber.
 */
final class LettuceInstrumentation extends BeanInstrumentation<LettuceConnectionFactory> {

	private final boolean reactorPresent = ClassUtils.isPresent("reactor.core.publisher.Mono", null);

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
		CommandOperations commands = new CommandOperations(server, caches, context.operations(), context.keys());
		this.clients.getObject().report(factory, commands);
		if (factory.isClusterAware()) {
			handOver(factory, context);
		}
		context.beans().instrumented("redis", beanName);
		return this.reactorPresent ? reactive(factory, beanName, commands, context) : factory;
	}

	private static void handOver(LettuceConnectionFactory factory, InstrumentationContext context) {
		try {
			ClusterTasks.handOver(factory, context.operations());
		}
		catch (RuntimeException | LinkageError ex) {
			context.operations().handle(ex);
		}
	}

	private static Object reactive(LettuceConnectionFactory factory, String beanName, CommandOperations commands,
			InstrumentationContext context) {
		Object proxy = ReactiveConnections.of(factory, commands);
		if (!(proxy instanceof LettuceConnectionFactory)) {
			context.beans().leftAlone("reactive redis", beanName, "its class cannot be extended");
			return factory;
		}
		return proxy;
	}

	private static RedisServer server(LettuceConnectionFactory factory, String beanName) {
		boolean standalone = !factory.isClusterAware() && !factory.isRedisSentinelAware()
				&& factory.getSocketConfiguration() == null && LettuceNodes.isOne(factory);
		@Nullable String address = standalone ? factory.getHostName() : null;
		@Nullable Integer port = standalone ? factory.getPort() : null;
		return new RedisServer(beanName, address, port, factory.getTimeout());
	}

}
