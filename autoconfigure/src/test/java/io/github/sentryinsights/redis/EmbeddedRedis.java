package io.github.sentryinsights.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.function.Function;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/**
 * A real redis-server on a free port. As an extension of a class it is empty before each
 * test and stopped after the last.
 */
public final class EmbeddedRedis implements BeforeEachCallback, AfterAllCallback, AutoCloseable {

	private final RedisServer server;

	private final int port;

	private EmbeddedRedis(RedisServer server, int port) {
		this.server = server;
		this.port = port;
	}

	public static EmbeddedRedis start() {
		return start(freePort());
	}

	static EmbeddedRedis start(int port, String... settings) {
		try {
			RedisServerBuilder builder = RedisServer.newRedisServer()
				.port(port)
				.setting("bind 127.0.0.1")
				.setting("save \"\"");
			for (String setting : settings) {
				builder.setting(setting);
			}
			RedisServer server = builder.build();
			server.start();
			return new EmbeddedRedis(server, port);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		ask(RedisCommands::flushall);
	}

	@Override
	public void afterAll(ExtensionContext context) {
		close();
	}

	boolean has(String key) {
		return ask(redis -> redis.exists(key)) == 1;
	}

	public long subscribers(String channel) {
		return ask(redis -> redis.pubsubNumsub(channel)).get(channel);
	}

	/**
	 * Answer nobody for a while.
	 * @param time how long
	 */
	void pause(Duration time) {
		ask(redis -> redis.clientPause(time.toMillis()));
	}

	/**
	 * Wait for a client that waits for an element of a list.
	 */
	public void awaitBlockedClient() {
		Awaitility.await().until(() -> ask(redis -> redis.info("clients")).contains("blocked_clients:1"));
	}

	/**
	 * Close the connections of other clients.
	 * @param which which connections
	 */
	public void kill(KillArgs which) {
		ask(redis -> redis.clientKill(which));
	}

	/**
	 * Wait for this replica to have what its master has.
	 */
	void awaitMaster() {
		Awaitility.await().until(() -> ask(redis -> redis.info("replication")).contains("master_link_status:up"));
	}

	private <T> T ask(Function<RedisCommands<String, String>, T> question) {
		RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", this.port));
		try (StatefulRedisConnection<String, String> connection = client.connect()) {
			return question.apply(connection.sync());
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
		}
	}

	public int port() {
		return this.port;
	}

	@Override
	public void close() {
		try {
			this.server.stop();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
