package io.github.sentryinsights.redis;

import java.lang.reflect.Method;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.protocol.ReadOnlyCommands.ReadOnlyPredicate;
import io.lettuce.core.protocol.RedisCommand;

import io.github.sentryinsights.BeanProxy;

/**
 * Shows a listener each command of a client with several nodes while the client asks
 * where to send it, which it does on the thread of the caller. The events of the client
 * come from the connection to the node, and while that is being opened from a thread that
 * knows nothing of the caller.
 *
 * @param delegate decides where commands are sent
 * @param listener is shown the commands
 */
record LettuceRouting(ReadOnlyPredicate delegate, LettuceCommandListener listener) implements ReadOnlyPredicate {

	/**
	 * Have the connections that a client opens from now on show their commands. A client
	 * whose options are of a final class stays as it is.
	 * @param client the client
	 * @param listener is shown the commands
	 */
	static void observe(AbstractRedisClient client, LettuceCommandListener listener) {
		ClientOptions options = client.getOptions();
		Object routing = routing(options, new LettuceRouting(options.getReadOnlyCommands(), listener));
		if (client instanceof RedisClusterClient cluster && routing instanceof ClusterClientOptions ofCluster) {
			cluster.setOptions(ofCluster);
		}
		else if (client instanceof RedisClient single && routing instanceof ClientOptions ofReplicas) {
			single.setOptions(ofReplicas);
		}
	}

	private static Object routing(ClientOptions options, LettuceRouting routing) {
		if (options.getClass() == ClientOptions.class) {
			return new OfReplicas(options, routing);
		}
		return (options.getClass() == ClusterClientOptions.class)
				? new OfCluster((ClusterClientOptions) options, routing)
				: BeanProxy.of(options, new GetReadOnlyCommands(), (proxy, method, arguments) -> routing);
	}

	@Override
	public boolean isReadOnly(RedisCommand<?, ?, ?> command) {
		this.listener.commandRouted(command);
		return this.delegate.isReadOnly(command);
	}

	/**
	 * The options of a cluster, copied by their constructor as their builder forgets
	 * some.
	 */
	@SuppressWarnings("serial")
	private static final class OfCluster extends ClusterClientOptions {

		private final LettuceRouting routing;

		OfCluster(ClusterClientOptions options, LettuceRouting routing) {
			super(options);
			this.routing = routing;
		}

		@Override
		public ReadOnlyPredicate getReadOnlyCommands() {
			return this.routing;
		}

	}

	/**
	 * The options of a master and its replicas, copied in the same way.
	 */
	@SuppressWarnings("serial")
	private static final class OfReplicas extends ClientOptions {

		private final LettuceRouting routing;

		OfReplicas(ClientOptions options, LettuceRouting routing) {
			super(options);
			this.routing = routing;
		}

		@Override
		public ReadOnlyPredicate getReadOnlyCommands() {
			return this.routing;
		}

	}

	/**
	 * Of options of the application, which keep their class.
	 */
	private record GetReadOnlyCommands() implements BeanProxy.Answered {

		@Override
		public boolean includes(Method method) {
			return method.getName().equals("getReadOnlyCommands") && method.getParameterCount() == 0;
		}

	}

}
