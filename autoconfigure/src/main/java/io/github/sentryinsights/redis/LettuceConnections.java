package io.github.sentryinsights.redis;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AdvisedSupport;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.sentryinsights.BeanProxy;

/**
 * Answers for a connection factory with reactive connections that know the context of
 * their subscriber, and for a cluster with connections that know which commands are parts
 * of one call.
 * <p>
 * Only where a connection is asked for by its interface: the factory of Lettuce also
 * declares the class of its reactive connections, for which there is no proxy.
 */
final class LettuceConnections implements BeanProxy.Answer {

	private final LettuceConnectionFactory factory;

	private final CommandOperations commands;

	private final ReactiveConnections reactive;

	private final ClusterCalls calls;

	private final Map<Method, ConnectionMethod> methods = InstrumentedConnection.methods();

	private LettuceConnections(LettuceConnectionFactory factory, CommandOperations commands) {
		this.factory = factory;
		this.commands = commands;
		this.reactive = new ReactiveConnections(factory, commands);
		this.calls = new ClusterCalls(commands);
	}

	/**
	 * Make a proxy of a connection factory.
	 * @param factory the factory
	 * @param commands tells whether anything is kept of commands
	 * @return the proxy, of the class of the factory if that can be extended
	 */
	static Object of(LettuceConnectionFactory factory, CommandOperations commands) {
		AdvisedSupport advised = new AdvisedSupport();
		advised.setTarget(factory);
		return BeanProxy.of(factory, advised, new GetConnection(factory.isClusterAware()),
				new LettuceConnections(factory, commands));
	}

	@Override
	public Object to(Object proxy, Method method, @Nullable Object[] arguments) {
		return switch (method.getName()) {
			case "getConnection" -> ofCluster(this.factory.getConnection());
			case "getClusterConnection" -> ofCluster(this.factory.getClusterConnection());
			case "getReactiveConnection" -> this.reactive.of(this.factory.getReactiveConnection());
			default -> this.reactive.of(this.factory.getReactiveClusterConnection());
		};
	}

	private RedisConnection ofCluster(RedisConnection connection) {
		return this.commands.isActive() ? InstrumentedConnection.of(connection, this.commands, this.calls, this.methods)
				: connection;
	}

	/**
	 * Tells which connections are made here.
	 *
	 * @param ofCluster whether the factory is one of a cluster
	 */
	private record GetConnection(boolean ofCluster) implements BeanProxy.Answered {

		private static final Set<String> REACTIVE = Set.of("getReactiveConnection", "getReactiveClusterConnection");

		private static final Set<String> OF_CLUSTER = Set.of("getConnection", "getClusterConnection");

		@Override
		public boolean includes(Method method) {
			String name = method.getName();
			return (REACTIVE.contains(name) || (this.ofCluster && OF_CLUSTER.contains(name)))
					&& method.getParameterCount() == 0 && method.getReturnType().isInterface();
		}

	}

}
