package io.github.sentryinsights.redis;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConnection;

import io.github.sentryinsights.convention.ServerAddress;

/**
 * Tells each call as a command, as nothing else is seen of what Jedis sends.
 *
 * @param commands starts the operations of the commands
 * @param nodes tells where they have gone, {@code null} where there is one node
 */
record JedisCalls(CommandOperations commands, @Nullable JedisNodes nodes) implements InstrumentedConnection.Calls {

	@Override
	public PendingCommand start(RedisConnection connection, RedisCommandForm form, ConnectionArguments arguments,
			boolean queued) {
		return queued ? this.commands.startCommand(form, arguments) : this.commands.startAccess(form, arguments);
	}

	@Override
	public @Nullable ServerAddress node(RedisConnection connection, RedisCommandForm form,
			ConnectionArguments arguments) {
		return (this.nodes != null) ? this.nodes.of(connection, form, arguments) : null;
	}

}
