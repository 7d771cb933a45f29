package io.github.sentryinsights.redis;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.ClusterSlotHashUtil;
import org.springframework.data.redis.connection.RedisConnection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.providers.SentineledConnectionProvider;

import io.github.sentryinsights.convention.ServerAddress;

/**
 * Tells which of several nodes a command of Jedis has gone to, without asking any of
 * them: the other end of a connection that stands for one socket, and otherwise what the
 * provider of connections knows of sentinels and slots.
 * <p>
 * The provider is a protected field, which is the only way to it. Without it no node is
 * told.
 */
final class JedisNodes {

	private static final @Nullable VarHandle PROVIDER = provider();

	/**
	 * The end of the identity of a connection: the host, if it is known, and the address
	 * of the server.
	 */
	private static final Pattern REMOTE = Pattern.compile(" R:([^/ ]*)/([^/ ]+)}$");

	private static @Nullable VarHandle provider() {
		try {
			return MethodHandles.privateLookupIn(UnifiedJedis.class, MethodHandles.lookup())
				.findVarHandle(UnifiedJedis.class, "provider", ConnectionProvider.class);
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Return the node that a command has gone to.
	 * @param connection the connection
	 * @param form the form of the command
	 * @param sent the arguments of the command
	 * @return the node, or {@code null} when it is not known
	 */
	@Nullable ServerAddress of(RedisConnection connection, RedisCommandForm form, ConnectionArguments sent) {
		Object client = connection.getNativeConnection();
		if (client instanceof Jedis jedis) {
			return remote(jedis.getConnection().toIdentityString());
		}
		if (!(client instanceof UnifiedJedis unified) || PROVIDER == null) {
			return null;
		}
		Object provider = PROVIDER.get(unified);
		if (provider instanceof SentineledConnectionProvider sentineled) {
			return address(sentineled.getCurrentMaster());
		}
		return (provider instanceof ClusterConnectionProvider cluster) ? owner(cluster, form, sent) : null;
	}

	/**
	 * After a command that was moved, the provider knows the new owner of the slot.
	 */
	private static @Nullable ServerAddress owner(ClusterConnectionProvider cluster, RedisCommandForm form,
			ConnectionArguments sent) {
		byte[][] keys = sent.keys(form);
		boolean sameSlot = keys.length != 0 && ClusterSlotHashUtil.isSameSlotForAllKeys(keys);
		return sameSlot ? address(cluster.getNode(ClusterSlotHashUtil.calculateSlot(keys[0]))) : null;
	}

	private static @Nullable ServerAddress address(@Nullable HostAndPort node) {
		return (node != null) ? new ServerAddress(node.getHost(), node.getPort()) : null;
	}

	static @Nullable ServerAddress remote(String identity) {
		Matcher remote = REMOTE.matcher(identity);
		ServerAddress server = remote.find() ? ServerAddress.parse(remote.group(2)) : null;
		if (server == null || server.port() == null) {
			return null;
		}
		String host = remote.group(1);
		return host.isEmpty() ? server : new ServerAddress(host, server.port());
	}

}
