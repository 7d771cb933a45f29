package io.github.sentryinsights.redis;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.sentryinsights.convention.ServerAddress;

/**
 * Tells which of several nodes a client sends a command to, where that can be known.
 */
interface LettuceNodes {

	/**
	 * Return the node that a command is about to be sent to.
	 * @param args the arguments of the command, {@code null} without any key
	 * @return the node, or {@code null} when it is not known
	 */
	@Nullable ServerAddress of(@Nullable CommandArgs<?, ?> args);

	/**
	 * Return whether a factory has several nodes, of which its client chooses one for
	 * each command.
	 * @param factory the factory
	 * @return whether the node of a command may become known only as it is written
	 */
	static boolean areChosen(LettuceConnectionFactory factory) {
		return factory.isClusterAware() || readsFromReplicas(factory)
				|| (!factory.isRedisSentinelAware() && hasDefaultAddress(factory));
	}

	/**
	 * Return the nodes of a client.
	 * @param client the client
	 * @param factory the factory that made it
	 * @return the nodes; none that is known before where reads go to replicas
	 */
	static LettuceNodes of(AbstractRedisClient client, LettuceConnectionFactory factory) {
		if (readsFromReplicas(factory)) {
			return args -> null;
		}
		if (client instanceof RedisClusterClient cluster) {
			return args -> owner(cluster, args);
		}
		if (factory.isRedisSentinelAware()) {
			LatestMaster master = new LatestMaster();
			client.addListener(master);
			return master;
		}
		return args -> null;
	}

	/**
	 * Return whether a factory that has neither a cluster nor sentinels has one server,
	 * at the address it is configured with.
	 * @param factory the factory
	 * @return whether all commands are known to go there
	 */
	static boolean isOne(LettuceConnectionFactory factory) {
		return !readsFromReplicas(factory) && !hasDefaultAddress(factory);
	}

	/**
	 * A factory that lists a master and its replicas says of itself that it has the
	 * default address.
	 */
	private static boolean hasDefaultAddress(LettuceConnectionFactory factory) {
		return factory.getPort() == RedisURI.DEFAULT_REDIS_PORT && factory.getHostName().equals("localhost");
	}

	private static boolean readsFromReplicas(LettuceConnectionFactory factory) {
		return factory.getClientConfiguration().getReadFrom().orElse(ReadFrom.UPSTREAM) != ReadFrom.UPSTREAM;
	}

	private static @Nullable ServerAddress owner(RedisClusterClient cluster, @Nullable CommandArgs<?, ?> args) {
		ByteBuffer key = (args != null) ? args.getFirstEncodedKey() : null;
		if (key == null) {
			return null;
		}
		RedisClusterNode node = cluster.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
		return (node != null) ? new ServerAddress(node.getUri().getHost(), node.getUri().getPort()) : null;
	}

	/**
	 * The master that sentinels have told last: all connections but those to the
	 * sentinels themselves go there.
	 */
	final class LatestMaster implements RedisConnectionStateListener, LettuceNodes {

		private volatile @Nullable ServerAddress address;

		@Override
		public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress socketAddress) {
			if (!(connection instanceof StatefulRedisSentinelConnection)
					&& socketAddress instanceof InetSocketAddress address) {
				this.address = new ServerAddress(address.getHostString(), address.getPort());
			}
		}

		@Override
		public @Nullable ServerAddress of(@Nullable CommandArgs<?, ?> args) {
			return this.address;
		}

	}

}
