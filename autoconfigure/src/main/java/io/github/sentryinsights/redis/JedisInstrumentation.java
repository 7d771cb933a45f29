package io.github.sentryinsights.redis;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AdvisedSupport;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.redis.InstrumentedConnection.Nodes;

/**
 * Puts a proxy in front of each {@link JedisConnectionFactory}, whose connections report
 * their commands.
 * <p>
 * Jedis has no hook for its commands, and the factory makes its pools, clients and
 * clusters itself, each of another class; what all of them stand behind is the connection
 * of Spring Data Redis. So what is sent through its native connection is not seen.
 */
final class JedisInstrumentation extends BeanInstrumentation<JedisConnectionFactory> {

	private static final Set<String> CONNECTIONS = Set.of("getConnection", "getClusterConnection");

	private final ObjectProvider<CachePatterns> caches;

	JedisInstrumentation(ObjectProvider<InstrumentationContext> context, ObjectProvider<CachePatterns> caches) {
		super("redis", JedisConnectionFactory.class, context);
		this.caches = caches;
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getRedis();
	}

	@Override
	protected Object instrument(JedisConnectionFactory factory, String beanName, InstrumentationContext context) {
		RedisServer server = server(factory, beanName);
		CommandOperations commands = new CommandOperations(server,
				this.caches.getObject().caches(server, context.operations()), context.operations(), context.keys());
		AdvisedSupport advised = new AdvisedSupport();
		advised.setTarget(factory);
		Object proxy = BeanProxy.of(factory, advised, new GetConnection(),
				new Connections(factory, commands, (server.address() != null) ? Nodes.ONE : new JedisNodes()));
		if (!(proxy instanceof JedisConnectionFactory)) {
			context.beans().leftAlone("redis", beanName, "its class cannot be extended");
			return factory;
		}
		context.beans().instrumented("redis", beanName);
		return proxy;
	}

	private static RedisServer server(JedisConnectionFactory factory, String beanName) {
		boolean standalone = !factory.isRedisClusterAware() && !factory.isRedisSentinelAware();
		@Nullable String address = standalone ? factory.getHostName() : null;
		@Nullable Integer port = standalone ? factory.getPort() : null;
		return new RedisServer(beanName, address, port, factory.getTimeout());
	}

	private record GetConnection() implements BeanProxy.Answered {

		@Override
		public boolean includes(Method method) {
			return CONNECTIONS.contains(method.getName()) && method.getParameterCount() == 0;
		}

	}

	/**
	 * Answers with connections that report their commands, if there is anybody to report
	 * them to.
	 */
	private static final class Connections implements BeanProxy.Answer {

		private final JedisConnectionFactory factory;

		private final CommandOperations commands;

		private final Nodes nodes;

		private final Map<Method, ConnectionMethod> methods = InstrumentedConnection.methods();

		Connections(JedisConnectionFactory factory, CommandOperations commands, Nodes nodes) {
			this.factory = factory;
			this.commands = commands;
			this.nodes = nodes;
		}

		@Override
		public Object to(Object proxy, Method method, @Nullable Object[] arguments) {
			RedisConnection connection = method.getName().equals("getConnection") ? this.factory.getConnection()
					: this.factory.getClusterConnection();
			return this.commands.isActive()
					? InstrumentedConnection.of(connection, this.commands, this.nodes, this.methods) : connection;
		}

	}

}
