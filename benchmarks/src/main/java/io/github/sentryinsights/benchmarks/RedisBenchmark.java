package io.github.sentryinsights.benchmarks;

import java.io.IOException;
import java.net.ServerSocket;

import io.lettuce.core.api.async.RedisAsyncCommands;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.embedded.RedisServer;

/**
 * A command to a Redis server on the same machine.
 */
public class RedisBenchmark {

	private static final byte[] KEY = { '4', '2' };

	/**
	 * Read a value.
	 * @param server the server
	 * @return the value
	 */
	@Benchmark
	public String get(Server server) {
		server.application.nextOperation();
		return server.template.opsForValue().get("42");
	}

	/**
	 * Read a value without Spring, by a future.
	 * @param server the server
	 * @return the value
	 * @throws Exception if the value cannot be read
	 */
	@Benchmark
	public byte[] asyncGet(Server server) throws Exception {
		server.application.nextOperation();
		return server.commands.get(KEY).get();
	}

	/**
	 * A Redis server with one key.
	 */
	@State(Scope.Thread)
	public static class Server {

		/** The circumstances. */
		@Param({ "RAW", "OURS_OFF", "OURS_UNSAMPLED", "OURS_UNSAMPLED_METERED", "OURS_SAMPLED",
				"OURS_SAMPLED_CHILDREN" })
		public Variant variant;

		private RedisServer server;

		private MeasuredApplication application;

		private StringRedisTemplate template;

		private RedisAsyncCommands<byte[], byte[]> commands;

		/**
		 * Start the server and the application.
		 * @throws Exception if the variant is not what it says
		 */
		@Setup
		@SuppressWarnings("unchecked")
		public void start() throws Exception {
			int port = freePort();
			this.server = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
			this.server.start();
			this.application = MeasuredApplication.start(this.variant, context -> {
			}, "spring.data.redis.port=" + port);
			this.template = this.application.bean(StringRedisTemplate.class);
			this.application.verify(() -> this.template.opsForValue().set("42", "Kettle"),
					this.variant.library() == Library.OURS);
			this.commands = (RedisAsyncCommands<byte[], byte[]>) this.template
				.execute((RedisCallback<Object>) RedisConnection::getNativeConnection);
		}

		private static int freePort() throws IOException {
			try (ServerSocket socket = new ServerSocket(0)) {
				return socket.getLocalPort();
			}
		}

		/**
		 * Close the application and stop the server.
		 * @throws IOException if the server does not stop
		 */
		@TearDown
		public void stop() throws IOException {
			this.application.close();
			this.server.stop();
		}

	}

}
