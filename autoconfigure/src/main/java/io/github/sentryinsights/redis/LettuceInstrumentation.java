package io.github.sentryinsights.redis;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.RecordedWork;

/**
 * Has the client of every {@link LettuceConnectionFactory} report its commands, and where
 * Reactor is present puts a proxy in front of the factory, whose reactive connections
 * send them as a part of the trace of their subscriber, and whose connections to a
 * cluster tell what belongs to one call.
 */
final class LettuceInstrumentation extends RedisInstrumentation<LettuceConnectionFactory> {

	private final boolean reactorPresent = ClassUtils.isPresent("reactor.core.publisher.Mono", null);

	private final ObjectProvider<LettuceClients> clients;

	LettuceInstrumentation(ObjectProvider<InstrumentationContext> context, ObjectProvider<CachePatterns> patterns,
			ObjectProvider<LettuceClients> clients) {
		super(LettuceConnectionFactory.class, RecordedWork.LETTUCE_COMMANDS, context, patterns);
		this.clients = clients;
	}

	@Override
	Object instrument(LettuceConnectionFactory factory, String beanName, CommandOperations commands,
			InstrumentationContext context) {
		this.clients.getObject().report(factory, commands);
		if (factory.isClusterAware()) {
			handOver(factory, context);
		}
		context.beans().instrumented("redis", beanName);
		return this.reactorPresent ? proxy(factory, beanName, commands, context) : factory;
	}

	private static void handOver(LettuceConnectionFactory factory, InstrumentationContext context) {
		try {
			ClusterTasks.handOver(factory, context.operations());
		}
		catch (RuntimeException | LinkageError ex) {
			context.operations().handle(ex);
		}
	}

	private static Object proxy(LettuceConnectionFactory factory, String beanName, CommandOperations commands,
			InstrumentationContext context) {
		Object proxy = LettuceConnections.of(factory, commands);
		if (!(proxy instanceof LettuceConnectionFactory)) {
			context.beans().leftAlone("reactive redis", beanName, "its class cannot be extended");
			return factory;
		}
		return proxy;
	}

	@Override
	RedisServer server(LettuceConnectionFactory factory, String beanName) {
		boolean standalone = !factory.isClusterAware() && !factory.isRedisSentinelAware()
				&& factory.getSocketConfiguration() == null && LettuceNodes.isOne(factory);
		@Nullable String address = standalone ? factory.getHostName() : null;
		@Nullable Integer port = standalone ? factory.getPort() : null;
		return new RedisServer(beanName, address, port, factory.getTimeout());
	}

}
