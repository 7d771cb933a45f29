package io.github.sentryinsights.redis;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AdvisedSupport;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;

import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.RecordedWork;

/**
 * Puts a proxy in front of each {@link JedisConnectionFactory}, whose connections report
 * their commands.
 * <p>
 * Jedis has no hook for its commands, and the factory makes its pools, clients and
 * clusters itself, each of another class; what all of them stand behind is the connection
 * of Spring Data Redis. So what is sent through its native connection is not seen.
 */
final class JedisInstrumentation extends RedisInstrumentation<JedisConnectionFactory> {

	private static final Set<String> CONNECTIONS = Set.of("getConnection", "getClusterConnection");

	JedisInstrumentation(ObjectProvider<InstrumentationContext> context, ObjectProvider<CachePatterns> patterns) {
		super(JedisConnectionFactory.class, RecordedWork.JEDIS_COMMANDS, context, patterns);
	}

	@Override
	Object instrument(JedisConnectionFactory factory, String beanName, CommandOperations commands,
			InstrumentationContext context) {
		AdvisedSupport advised = new AdvisedSupport();
		advised.setTarget(factory);
		Object proxy = BeanProxy.of(factory, advised, new GetConnection(), new Connections(factory, commands,
				new JedisCalls(commands, isStandalone(factory) ? null : new JedisNodes())));
		if (!(proxy instanceof JedisConnectionFactory)) {
			context.beans().leftAlone("redis", beanName, "its class cannot be extended");
			return factory;
		}
		context.beans().instrumented("redis", beanName);
		return proxy;
	}

	@Override
	RedisServer server(JedisConnectionFactory factory, String beanName) {
		boolean standalone = isStandalone(factory);
		@Nullable String address = standalone ? factory.getHostName() : null;
		@Nullable Integer port = standalone ? factory.getPort() : null;
		return new RedisServer(beanName, address, port, factory.getTimeout());
	}

	private static boolean isStandalone(JedisConnectionFactory factory) {
		return !factory.isRedisClusterAware() && !factory.isRedisSentinelAware();
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

		private final JedisCalls calls;

		private final Map<Method, ConnectionMethod> methods = InstrumentedConnection.methods();

		Connections(JedisConnectionFactory factory, CommandOperations commands, JedisCalls calls) {
			this.factory = factory;
			this.commands = commands;
			this.calls = calls;
		}

		@Override
		public Object to(Object proxy, Method method, @Nullable Object[] arguments) {
			RedisConnection connection = method.getName().equals("getConnection") ? this.factory.getConnection()
					: this.factory.getClusterConnection();
			return this.commands.isActive()
					? InstrumentedConnection.of(connection, this.commands, this.calls, this.methods) : connection;
		}

	}

}
