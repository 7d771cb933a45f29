package io.github.sentryinsights.redis;

import org.jspecify.annotations.Nullable;

/**
 * Where the commands of a connection factory go.
 *
 * @param name the name of the connection factory in the application
 * @param address the host name of a standalone server
 * @param port the port of a standalone server
 * @param timeout how long a caller waits for a reply, in milliseconds
 */
record RedisServer(String name, @Nullable String address, @Nullable Integer port, long timeout) {

}
