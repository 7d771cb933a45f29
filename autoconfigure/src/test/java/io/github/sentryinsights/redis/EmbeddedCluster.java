package io.github.sentryinsights.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import org.awaitility.Awaitility;
import org.springframework.data.redis.connection.RedisClusterConfiguration;

/**
 * A real Redis cluster of three nodes.
 */
final class EmbeddedCluster implements AutoCloseable {

	private static final int NODES = 3;

	/** Where a node talks to others, above its own port. */
	private static final int BUS = 10_000;

	private final Path directory;

	private final RedisClient client = RedisClient.create();

	private final List<EmbeddedRedis> nodes = new ArrayList<>();

	private EmbeddedCluster(Path directory) {
		this.directory = directory;
		for (int i = 0; i < NODES; i++) {
			this.nodes.add(startNode());
		}
	}

	private EmbeddedRedis startNode() {
		int port = freePort();
		return EmbeddedRedis.start(port, "cluster-enabled yes", "cluster-node-timeout 5000",
				"dir " + this.directory.toAbsolutePath(), "cluster-config-file node-" + port + ".conf");
	}

	static EmbeddedCluster start(Path directory) {
		EmbeddedCluster cluster = new EmbeddedCluster(directory);
		cluster.form();
		return cluster;
	}

	private void form() {
		for (int i = 0; i < NODES; i++) {
			int[] slots = IntStream.range(firstSlot(i), firstSlot(i + 1)).toArray();
			onNode(i, (node, redis) -> {
				redis.clusterAddSlots(slots);
				redis.clusterMeet("127.0.0.1", this.nodes.get(0).port());
			});
		}
		for (int i = 0; i < NODES; i++) {
			int node = i;
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.until(() -> ask(node, redis -> redis.clusterInfo()).contains("cluster_state:ok")
						&& ask(node, redis -> redis.clusterNodes()).lines().count() == NODES);
		}
	}

	/**
	 * Add a replica of the node that owns a key, which is written, as clients do not read
	 * from a replica that has received nothing yet.
	 * @param key the key
	 * @return the port of the replica
	 */
	int addReplica(String key) {
		int node = owner(key);
		this.nodes.add(startNode());
		int replica = this.nodes.size() - 1;
		String id = id(node);
		onNode(replica, (ignored, redis) -> redis.clusterMeet("127.0.0.1", port(0)));
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> ask(replica, redis -> redis.clusterNodes()).contains(id + " 127.0.0.1"));
		onNode(replica, (ignored, redis) -> redis.clusterReplicate(id));
		this.nodes.get(replica).awaitMaster();
		onNode(node, (ignored, redis) -> redis.set(key, key));
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> isReading(replica) && ask(0, redis -> redis.clusterNodes()).contains("slave " + id));
		return port(replica);
	}

	// A replica refuses to read before it has heard of every slot.
	private boolean isReading(int replica) {
		String replication = ask(replica, redis -> redis.info("replication"));
		return replication.contains("master_link_status:up") && !replication.contains("slave_repl_offset:0\r")
				&& ask(replica, RedisCommands::clusterInfo).contains("cluster_state:ok");
	}

	RedisClusterConfiguration configuration() {
		return new RedisClusterConfiguration(this.nodes.stream().map(node -> "127.0.0.1:" + node.port()).toList());
	}

	/**
	 * Return the node that owns a key since the cluster was formed.
	 * @param key the key
	 * @return the index of the node
	 */
	int owner(String key) {
		int slot = SlotHash.getSlot(key);
		return IntStream.range(0, NODES).filter(node -> slot < firstSlot(node + 1)).findFirst().orElseThrow();
	}

	int port(int node) {
		return this.nodes.get(node).port();
	}

	String id(int node) {
		return ask(node, RedisCommands::clusterMyId);
	}

	void onNode(int node, BiConsumer<Integer, RedisCommands<String, String>> work) {
		ask(node, redis -> {
			work.accept(node, redis);
			return true;
		});
	}

	/**
	 * Give a slot to another node, of which clients learn only when they ask the first
	 * one.
	 * @param slot the slot
	 * @param node the index of the node
	 */
	void give(int slot, int node) {
		String id = id(node);
		// Else an older claim of the first node, which others still hear of, may win.
		ask(node, RedisCommands::clusterBumpepoch);
		for (int i = 0; i < NODES; i++) {
			onNode((node + i) % NODES, (ignored, redis) -> redis.clusterSetSlotNode(slot, id));
		}
	}

	<T> T ask(int node, Function<RedisCommands<String, String>, T> question) {
		try (StatefulRedisConnection<String, String> connection = this.client
			.connect(RedisURI.create("127.0.0.1", port(node)))) {
			return question.apply(connection.sync());
		}
	}

	private static int firstSlot(int node) {
		return SlotHash.SLOT_COUNT * node / NODES;
	}

	private static int freePort() {
		while (true) {
			int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
			if (isFree(port) && isFree(port + BUS)) {
				return port;
			}
		}
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Override
	public void close() {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
		this.nodes.forEach(EmbeddedRedis::close);
	}

}
