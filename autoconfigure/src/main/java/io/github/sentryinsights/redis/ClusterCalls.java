package io.github.sentryinsights.redis;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.lettuce.core.AbstractRedisAsyncCommands;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.ClusterSlotHashUtil;
import org.springframework.data.redis.connection.RedisConnection;

import io.github.sentryinsights.convention.OperationKind;

/**
 * Tells a call that Lettuce sends to a cluster in parts, one for each slot or node, as
 * one access to a cache; the parts are told by Lettuce.
 * <p>
 * A part that waits for the connection to its node would be sent by the thread that opens
 * it, which knows nothing of the caller. Where a call goes to all nodes, connections are
 * therefore opened first.
 *
 * @param commands starts the operations of the accesses
 */
record ClusterCalls(CommandOperations commands) implements InstrumentedConnection.Calls {

	private static final Set<String> TO_ALL_NODES = Set.of("DBSIZE", "FLUSHALL", "FLUSHDB", "KEYS", "SCRIPT");

	/** What is opened later is not waited for, and its part not told. */
	private static final long OPENING_MILLIS = 1000;

	@Override
	public boolean concern(RedisCommandForm form) {
		return TO_ALL_NODES.contains(form.name()) || (form.access() != null && form.keys().areSeveral());
	}

	@Override
	public @Nullable PendingCommand start(RedisConnection connection, RedisCommandForm form,
			ConnectionArguments arguments, boolean queued) {
		if (queued || connection.isPipelined()) {
			return null;
		}
		if (TO_ALL_NODES.contains(form.name())) {
			openAll(connection.getNativeConnection());
		}
		return isSplit(form, arguments) ? this.commands.startCall(form, arguments) : null;
	}

	@Override
	public @Nullable Object proceed(PendingCommand pending, InstrumentedConnection.Call call) throws Throwable {
		return this.commands.within(pending, call);
	}

	private static boolean isSplit(RedisCommandForm form, ConnectionArguments arguments) {
		return form.access() == OperationKind.CACHE_FLUSH
				|| !ClusterSlotHashUtil.isSameSlotForAllKeys(arguments.keys(form));
	}

	private static void openAll(Object client) {
		if (client instanceof AbstractRedisAsyncCommands<?, ?> sent
				&& sent.getConnection() instanceof StatefulRedisClusterConnection<?, ?> cluster) {
			open(cluster);
		}
	}

	private static void open(StatefulRedisClusterConnection<?, ?> cluster) {
		CompletableFuture<?>[] opened = cluster.getPartitions()
			.stream()
			.filter(node -> node.getRole().isUpstream())
			.map(RedisClusterNode::getUri)
			.map(node -> cluster.getConnectionAsync(node.getHost(), node.getPort()))
			.toArray(CompletableFuture<?>[]::new);
		try {
			CompletableFuture.allOf(opened).get(OPENING_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			// The command itself fails with what it has to say of it.
		}
	}

}
