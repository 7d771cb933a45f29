package io.github.sentryinsights.convention;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.key.ShownKeys;

/**
 * What a Redis command must carry: the command and its keys, never its values.
 *
 * @since 0.1.0
 */
public final class RedisConvention {

	private RedisConvention() {
	}

	/**
	 * Return the target for the commands of a connection factory.
	 * @param name the name of the connection factory in the application
	 * @param address the host name of the server
	 * @param port the port of the server
	 * @return the target
	 */
	public static OperationTarget commands(String name, @Nullable String address, @Nullable Integer port) {
		return OperationTarget.of(OperationKind.DB_REDIS, name, "auto.db.insights.redis")
			.with(DbConvention.SYSTEM, "redis")
			.with(NetworkConvention.SERVER_ADDRESS, address)
			.with(NetworkConvention.SERVER_PORT, port)
			.build();
	}

	/**
	 * Describe a command.
	 * @param attributes the attributes of the operation
	 * @param command the name of the command, in upper case
	 * @param keys the keys it concerns
	 */
	public static void command(Attributes attributes, String command, ShownKeys keys) {
		attributes.describe(keys.texts().isEmpty() ? command : command + " " + keys.joined(" "));
		attributes.set(DbConvention.OPERATION, command);
	}

	/**
	 * Name the server that a command is sent to, where commands go to several.
	 * @param attributes the attributes of the operation
	 * @param server the server
	 */
	public static void server(Attributes attributes, ServerAddress server) {
		attributes.set(NetworkConvention.SERVER_ADDRESS, server.host());
		if (server.port() != null) {
			attributes.set(NetworkConvention.SERVER_PORT, server.port());
		}
	}

}
