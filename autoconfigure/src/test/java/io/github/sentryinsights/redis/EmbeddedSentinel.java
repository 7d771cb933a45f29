package io.github.sentryinsights.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import org.awaitility.Awaitility;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import redis.embedded.RedisSentinel;

/**
 * A real sentinel that watches a master with a replica.
 */
final class EmbeddedSentinel implements AutoCloseable {

	private final EmbeddedRedis master = EmbeddedRedis.start();

	private final EmbeddedRedis replica = EmbeddedRedis.start(EmbeddedRedis.freePort(),
			"replicaof 127.0.0.1 " + this.master.port());

	private final int port = EmbeddedRedis.freePort();

	private final RedisSentinel sentinel = RedisSentinel.newRedisSentinel()
		.bind("127.0.0.1")
		.port(this.port)
		.masterName("main")
		.masterPort(this.master.port())
		.quorumSize(1)
		.downAfterMilliseconds(500L)
		.failOverTimeout(2000L)
		.build();

	private EmbeddedSentinel() {
	}

	static EmbeddedSentinel start() {
		EmbeddedSentinel sentinel = new EmbeddedSentinel();
		try {
			sentinel.replica.awaitMaster();
			sentinel.sentinel.start();
			sentinel.awaitReplica();
			return sentinel;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Without knowing the replica the sentinel has nobody to take over.
	 */
	private void awaitReplica() {
		RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", this.port));
		try (StatefulRedisSentinelConnection<String, String> connection = client.connectSentinel()) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> !connection.sync().replicas("main").isEmpty());
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
		}
	}

	RedisSentinelConfiguration configuration() {
		return new RedisSentinelConfiguration().master("main").sentinel("127.0.0.1", this.port);
	}

	int masterPort() {
		return this.master.port();
	}

	int replicaPort() {
		return this.replica.port();
	}

	void killMaster() {
		this.master.close();
	}

	@Override
	public void close() {
		try {
			this.sentinel.stop();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.replica.close();
		this.master.close();
	}

}
