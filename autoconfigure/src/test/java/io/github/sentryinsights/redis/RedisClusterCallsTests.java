package io.github.sentryinsights.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the calls that Spring Data Redis or the client turns into several commands,
 * one for each key or for each node of a real cluster: over Jedis they are told as
 * called, over Lettuce as sent.
 */
class RedisClusterCallsTests {

	private static final byte[][] KEYS = Stream.of("a", "b", "c").map(String::getBytes).toArray(byte[][]::new);

	private static EmbeddedCluster cluster;

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@BeforeAll
	static void startCluster(@TempDir Path directory) {
		cluster = EmbeddedCluster.start(directory);
		assertThat(Stream.of("a", "b", "c").map(cluster::owner).distinct()).hasSize(3);
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@BeforeEach
	void clearCluster() {
		for (int i = 0; i < 3; i++) {
			cluster.onNode(i, (node, redis) -> redis.flushall());
		}
	}

	@ParameterizedTest
	@EnumSource
	void setsOfSeveralNodesAreReadByTheThreadsOfAnExecutor(Client client) {
		ReceivedTransaction trace = record(client, redis -> {
			for (byte[] key : KEYS) {
				redis.setCommands().sAdd(key, key, "all".getBytes());
			}
			assertThat(redis.setCommands().sUnion(KEYS)).hasSize(4);
			assertThat(redis.setCommands().sInter(KEYS)).hasSize(1);
			assertThat(redis.setCommands().sDiff(KEYS)).hasSize(1);
		});
		List<ReceivedSpan> commands = trace.spans("db.redis").subList(3, trace.spans("db.redis").size());
		if (client == Client.JEDIS) {
			assertThat(commands).extracting(ReceivedSpan::description)
				.containsExactly("SUNION a b c", "SINTER a b c", "SDIFF a b c");
		}
		else {
			assertThat(commands).hasSize(9).allMatch(command -> port(command) == owner(command.description()));
			assertThat(commands).extracting(ReceivedSpan::description)
				.containsOnly("SMEMBERS a", "SMEMBERS b", "SMEMBERS c");
		}
	}

	@ParameterizedTest
	@EnumSource
	void listsOfSeveralNodesAreWaitedForByTheThreadsOfAnExecutor(Client client) {
		ReceivedTransaction trace = record(client, redis -> {
			for (byte[] key : KEYS) {
				redis.listCommands().rPush(key, "1".getBytes(), "2".getBytes());
			}
			assertThat(redis.listCommands().bLPop(1, KEYS)).hasSize(2);
			assertThat(redis.listCommands().bRPop(1, KEYS)).hasSize(2);
		});
		List<ReceivedSpan> commands = trace.spans("db.redis").subList(3, trace.spans("db.redis").size());
		if (client == Client.JEDIS) {
			assertThat(commands).extracting(ReceivedSpan::description).containsExactly("BLPOP a b c", "BRPOP a b c");
		}
		else {
			assertThat(commands).extracting(ReceivedSpan::description)
				.containsExactlyInAnyOrder("BLPOP a", "BLPOP b", "BLPOP c", "BRPOP a", "BRPOP b", "BRPOP c");
			assertThat(commands).allMatch(command -> port(command) == owner(command.description()));
		}
	}

	@ParameterizedTest
	@EnumSource
	void commandsForAllNodesAreToldFromTheFirstOn(Client client) {
		ReceivedTransaction trace = record(client, redis -> {
			assertThat(redis.keyCommands().keys("product:*".getBytes())).isEmpty();
			assertThat(redis.serverCommands().dbSize()).isZero();
			redis.serverCommands().flushDb();
		});
		int parts = (client == Client.LETTUCE) ? 3 : 1;
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description)
			.containsExactlyElementsOf(Stream.of("KEYS", "DBSIZE", "FLUSHDB")
				.flatMap(command -> Collections.nCopies(parts, command).stream())
				.toList());
		if (client == Client.LETTUCE) {
			assertThat(trace.spans("db.redis").subList(0, 3)).extracting(RedisClusterCallsTests::port)
				.containsExactlyInAnyOrder(cluster.port(0), cluster.port(1), cluster.port(2));
		}
	}

	@ParameterizedTest
	@EnumSource
	void aCallIsOneAccessToACacheHoweverManyCommandsItTakes(Client client) {
		Map<byte[], byte[]> values = Stream.of(KEYS).collect(Collectors.toMap(key -> key, key -> "123".getBytes()));
		ReceivedTransaction trace = this.recorder
			.record(this.recorder.runner(client, () -> client.cluster(cluster.configuration()))
				.withPropertyValues("sentry.insights.redis.cache-prefixes=*"), work(redis -> {
					redis.stringCommands().mSet(values);
					redis.keyCommands().del(KEYS[0]);
					assertThat(redis.stringCommands().mGet(KEYS)).hasSize(3).contains((byte[]) null);
					redis.keyCommands().del(KEYS);
					assertThat(redis.stringCommands().mGet(KEYS)).hasSize(3).containsOnlyNulls();
					redis.keyCommands().unlink(KEYS);
					redis.serverCommands().flushDb();
					redis.serverCommands().flushAll();
				}));
		int parts = (client == Client.LETTUCE) ? 3 : 1;
		assertThat(trace.spans().stream().map(ReceivedSpan::op).filter(op -> op.startsWith("cache."))).containsExactly(
				"cache.put", "cache.remove", "cache.get", "cache.remove", "cache.get", "cache.remove", "cache.flush",
				"cache.flush");
		assertThat(trace.spans("db.redis")).hasSize(7 * parts + 1)
			.allMatch(command -> trace.spans()
				.stream()
				.anyMatch(access -> access.op().startsWith("cache.") && command.isChildOf(access)));
		ReceivedSpan write = trace.span("cache.put");
		assertThat(write.data("cache.item_size").asInt()).isEqualTo(9);
		assertThat(write.data("cache.write").asBoolean()).isTrue();
		assertThat(write.data("cache.key")).hasSize(3);
		ReceivedSpan found = trace.spans("cache.get").get(0);
		assertThat(found.data("cache.hit").asBoolean()).isTrue();
		assertThat(found.data("cache.item_size").asInt()).isEqualTo(6);
		assertThat(trace.spans("cache.get").get(1).data("cache.hit").asBoolean()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void aCallIsCountedAsOneAccess(Client client) {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		this.recorder.runner(client, () -> client.cluster(cluster.configuration()))
			.withPropertyValues("sentry.insights.redis.cache-prefixes=*")
			.withBean(SimpleMeterRegistry.class, () -> registry)
			.run(context -> {
				work(redis -> redis.stringCommands().mGet(KEYS)).run(context.getBean(RedisConnectionFactory.class));
				assertThat(registry.get("sentry.insights.cache.get").timer().count()).isEqualTo(1);
				assertThat(registry.get("sentry.insights.db.redis").timer().count())
					.isEqualTo((client == Client.LETTUCE) ? 3 : 1);
			});
	}

	@Test
	void inAPipelineEachCommandIsAnAccess() {
		ReceivedTransaction trace = this.recorder
			.record(this.recorder.runner(Client.LETTUCE, () -> Client.LETTUCE.cluster(cluster.configuration()))
				.withPropertyValues("sentry.insights.redis.cache-prefixes=*"), work(redis -> {
					redis.stringCommands().set(KEYS[0], "12345".getBytes());
					redis.openPipeline();
					redis.stringCommands().mGet(KEYS);
					redis.closePipeline();
				}));
		assertThat(trace.spans("cache.get")).hasSize(3);
		assertThat(trace.spans("cache.get").stream().filter(read -> read.data("cache.hit").asBoolean())).hasSize(1);
	}

	@Test
	void theExecutorOfTheApplicationRunsTheTasks() {
		AtomicInteger tasks = new AtomicInteger();
		ReceivedTransaction trace = recordUnion(factory -> factory.setExecutor(new SimpleAsyncTaskExecutor() {

			@Override
			protected void doExecute(Runnable task) {
				tasks.incrementAndGet();
				super.doExecute(task);
			}

		}));
		assertThat(trace.spans("db.redis")).hasSize(3);
		assertThat(tasks).hasValue(3);
	}

	@Test
	void aFactoryThatHasStartedBeforeItBecomesABeanIsNoException() {
		assertThat(recordUnion(LettuceConnectionFactory::afterPropertiesSet).spans("db.redis")).hasSize(3);
	}

	@Test
	void aFactoryThatIsStartedAgainGoesOn() {
		runner(factory -> {
		}).run(context -> {
			context.getSourceApplicationContext().stop();
			context.getSourceApplicationContext().start();
			this.recorder.record(context.getBean(LettuceConnectionFactory.class),
					factory -> new StringRedisTemplate(factory).opsForSet().union("a", Set.of("b", "c")));
		});
		assertThat(this.recorder.received().spans("db.redis")).hasSize(3);
	}

	@Test
	void theFirstCommandsAreToldWithOptionsOfAClassOfTheApplication() {
		ReceivedTransaction trace = this.recorder.record(this.recorder.runner(Client.LETTUCE,
				() -> new LettuceConnectionFactory(cluster.configuration(),
						LettuceClientConfiguration.builder()
							.clientOptions(new ApplicationOptions())
							.shutdownQuietPeriod(Duration.ZERO)
							.build())),
				factory -> {
					Stream.of("a", "b", "c")
						.forEach(key -> assertThat(new StringRedisTemplate(factory).hasKey(key)).isFalse());
					assertThat(((LettuceConnectionFactory) factory).getRequiredNativeClient().getOptions())
						.isInstanceOf(ApplicationOptions.class)
						.extracting(ClientOptions::getRequestQueueSize)
						.isEqualTo(4711);
				});
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description)
			.containsExactly("EXISTS a", "EXISTS b", "EXISTS c");
	}

	private ReceivedTransaction recordUnion(Consumer<LettuceConnectionFactory> settings) {
		return this.recorder.record(runner(settings),
				factory -> new StringRedisTemplate(factory).opsForSet().union("a", Set.of("b", "c")));
	}

	private ApplicationContextRunner runner(Consumer<LettuceConnectionFactory> settings) {
		return this.recorder.runner(Client.LETTUCE, () -> {
			LettuceConnectionFactory factory = (LettuceConnectionFactory) Client.LETTUCE
				.cluster(cluster.configuration());
			settings.accept(factory);
			return factory;
		});
	}

	private static int port(ReceivedSpan command) {
		return command.data("server.port").asInt();
	}

	/**
	 * The port of the node that owns the key at the end of a description.
	 */
	private static int owner(String description) {
		return cluster.port(cluster.owner(description.substring(description.lastIndexOf(' ') + 1)));
	}

	private ReceivedTransaction record(Client client, Consumer<RedisConnection> work) {
		return this.recorder.record(this.recorder.runner(client, () -> client.cluster(cluster.configuration())),
				work(work));
	}

	private static RedisRecorder.Work work(Consumer<RedisConnection> work) {
		return factory -> new StringRedisTemplate(factory).execute((RedisCallback<Object>) redis -> {
			work.accept(redis);
			return null;
		});
	}

	/**
	 * Options that an application has made its own.
	 */
	@SuppressWarnings("serial")
	static class ApplicationOptions extends ClusterClientOptions {

		ApplicationOptions() {
			super(ClusterClientOptions.builder().requestQueueSize(4711));
		}

	}

}
