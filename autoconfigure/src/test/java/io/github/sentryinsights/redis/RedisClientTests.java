package io.github.sentryinsights.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.geo.Circle;
import org.springframework.data.geo.Point;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStringCommands.BitOperation;
import org.springframework.data.redis.connection.RedisStringCommands.SetOption;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.data.redis.connection.stream.Consumer;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.connection.stream.StreamReadOptions;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.types.Expiration;

import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests that a command is told alike whatever client sends it, against a real server.
 */
class RedisClientTests {

	@RegisterExtension
	static EmbeddedRedis server = EmbeddedRedis.start();

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@ParameterizedTest
	@EnumSource
	void readsTellWhatTheyFound(Client client) {
		ReceivedTransaction trace = record(client, redis -> {
			redis.opsForValue().set("product:1", "12345");
			redis.opsForHash().putAll("product:h", Map.of("a", "1", "b", "22"));
			redis.opsForValue().get("product:1");
			redis.opsForValue().get("product:0");
			redis.opsForValue().multiGet(List.of("product:1", "product:0"));
			redis.opsForValue().multiGet(List.of("product:0", "session:1"));
			redis.opsForValue().getAndExpire("product:1", Duration.ofSeconds(30));
			redis.opsForHash().get("product:h", "a");
			redis.opsForHash().get("product:h", "c");
			redis.opsForHash().multiGet("product:h", List.of("a", "b", "c"));
			redis.opsForHash().entries("product:h");
			redis.opsForHash().values("product:h");
			redis.opsForHash().entries("product:0");
			redis.opsForValue().getAndDelete("product:1");
		});
		assertThat(trace.spans("cache.get")).extracting(RedisClientTests::told)
			.containsExactly("get [product:1] hit size=5", "get [product:0] miss",
					"mget [product:1, product:0] hit size=5", "mget [product:0] miss",
					"getex [product:1] hit size=5 ttl=30", "hget [product:h] hit size=1", "hget [product:h] miss",
					"hmget [product:h] hit size=3", "hgetall [product:h] hit size=3", "hvals [product:h] hit size=3",
					"hgetall [product:0] miss", "getdel [product:1] hit size=5");
	}

	@ParameterizedTest
	@EnumSource
	void writesTellWhetherTheyWrote(Client client) {
		ReceivedTransaction trace = record(client, redis -> {
			redis.opsForValue().set("product:1", "12345");
			redis.opsForValue().set("product:1", "12345", Duration.ofSeconds(30));
			redis.opsForValue().setIfAbsent("product:1", "1");
			redis.opsForValue().setIfAbsent("product:1", "1", Duration.ofMillis(1500));
			redis.opsForValue().setIfPresent("product:1", "12");
			redis.opsForValue().setIfPresent("product:2", "12");
			redis.opsForValue().setIfAbsent("product:2", "123");
			redis.opsForValue().getAndSet("product:2", "1234");
			redis.opsForValue().append("product:2", "5");
			redis.opsForValue().multiSet(ordered("product:3", "1", "session:3", "22", "product:4", "333"));
			redis.opsForValue().multiSetIfAbsent(ordered("product:4", "1", "product:5", "1"));
			redis.opsForHash().put("product:h", "a", "12");
			redis.opsForHash().put("product:h", "a", "123");
			redis.opsForHash().putIfAbsent("product:h", "a", "1234");
			redis.opsForHash().putAll("product:h", ordered("b", "1", "c", "22"));
			redis.expire("product:1", Duration.ofSeconds(60));
			redis.expire("product:0", Duration.ofSeconds(60));
			redis.persist("product:1");
		});
		assertThat(trace.spans("cache.put")).extracting(RedisClientTests::told)
			.containsExactly("set [product:1] size=5 written", "set [product:1] size=5 ttl=30 written",
					"set [product:1] size=1 not written", "set [product:1] size=1 ttl=2 not written",
					"set [product:1] size=2 written", "set [product:2] size=2 not written",
					"set [product:2] size=3 written", "getset [product:2] size=4 written",
					"append [product:2] size=1 written", "mset [product:3, product:4] size=4 written",
					"msetnx [product:4, product:5] size=2 not written", "hset [product:h] size=2 written",
					"hset [product:h] size=3 written", "hsetnx [product:h] size=4 not written",
					"hmset [product:h] size=3 written", "pexpire [product:1] ttl=60 written",
					"pexpire [product:0] ttl=60 not written", "persist [product:1] written");
		assertThat(trace.spans("db.redis")).hasSize(18);
	}

	@ParameterizedTest
	@EnumSource
	void setTellsItsOptions(Client client) {
		ReceivedTransaction trace = record(client, redis -> redis.execute((RedisCallback<?>) connection -> {
			byte[] key = bytes("product:1");
			connection.stringCommands().setGet(key, bytes("1"), Expiration.seconds(20), SetOption.UPSERT);
			connection.stringCommands().setGet(key, bytes("22"), Expiration.persistent(), SetOption.UPSERT);
			connection.stringCommands().set(key, bytes("1"), Expiration.keepTtl(), SetOption.UPSERT);
			connection.stringCommands()
				.set(key, bytes("1"),
						Expiration.unixTimestamp(Instant.now().plusSeconds(100).toEpochMilli(), TimeUnit.MILLISECONDS),
						SetOption.UPSERT);
			connection.stringCommands().setEx(key, 40, bytes("333"));
			connection.stringCommands().pSetEx(key, 40_500, bytes("333"));
			connection.keyCommands().expire(key, 10);
			connection.keyCommands().expireAt(key, Instant.now().plusSeconds(100).getEpochSecond());
			connection.keyCommands().pExpireAt(key, Instant.now().plusSeconds(100).toEpochMilli());
			return null;
		}));
		assertThat(trace.spans("cache.put")).extracting(RedisClientTests::told)
			.containsExactly("set [product:1] size=1 ttl=20 written", "set [product:1] size=2 written",
					"set [product:1] size=1 written", "set [product:1] size=1 ttl=100 written",
					"setex [product:1] size=3 ttl=40 written", "psetex [product:1] size=3 ttl=41 written",
					"expire [product:1] ttl=10 written", "expireat [product:1] ttl=100 written",
					"pexpireat [product:1] ttl=100 written");
	}

	@ParameterizedTest
	@EnumSource
	void removalsTellTheKeysOfCachesOnly(Client client) {
		ReceivedTransaction trace = record(client, redis -> {
			redis.delete("product:1");
			redis.delete(List.of("session:1", "product:2", "product:3"));
			redis.unlink("product:4");
			redis.opsForHash().delete("product:h", "secret-field");
			redis.delete(List.of("session:1", "session:2"));
		});
		assertThat(trace.spans("cache.remove")).extracting(RedisClientTests::told)
			.containsExactly("del [product:1]", "del [product:2, product:3]", "unlink [product:4]", "hdel [product:h]");
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description)
			.containsExactly("DEL product:1", "DEL session:1 product:2 product:3", "UNLINK product:4", "HDEL product:h",
					"DEL session:1 session:2");
	}

	@ParameterizedTest
	@EnumSource
	void askingWhetherAKeyExistsIsNoRead(Client client) {
		ReceivedTransaction trace = record(client, redis -> {
			redis.hasKey("product:1");
			redis.opsForHash().hasKey("product:1", "secret-field");
			redis.getExpire("product:1");
		});
		assertThat(trace.spans()).extracting(ReceivedSpan::description)
			.containsExactly("EXISTS product:1", "HEXISTS product:1", "TTL product:1");
	}

	@ParameterizedTest
	@EnumSource
	void emptyingTheServerFlushesACacheOfEverything(Client client) {
		ReceivedTransaction trace = this.recorder.record(
				runner(client).withPropertyValues("sentry.insights.redis.cache-prefixes=product:,*"),
				factory -> factory.getConnection().serverCommands().flushDb());
		assertThat(trace.span("cache.flush").data("cache.operation").asText()).isEqualTo("flushdb");
		assertThat(trace.span("db.redis").isChildOf(trace.span("cache.flush"))).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void emptyingTheServerIsOnlyACommandWhereSomeKeysAreOfNoCache(Client client) {
		ReceivedTransaction trace = record(client, redis -> redis.execute((RedisCallback<?>) connection -> {
			connection.serverCommands().flushAll();
			return null;
		}));
		assertThat(trace.spans()).extracting(ReceivedSpan::description).containsExactly("FLUSHALL");
	}

	@ParameterizedTest
	@EnumSource
	void patternsTellTheKeysOfACache(Client client) {
		ReceivedTransaction trace = this.recorder
			.record(runner(client).withPropertyValues("sentry.insights.redis.cache-prefixes=user:*:cart"), factory -> {
				StringRedisTemplate redis = new StringRedisTemplate(factory);
				redis.opsForValue().get("user:7:cart");
				redis.opsForValue().get("user:7:name");
			});
		assertThat(trace.span("cache.get").description()).isEqualTo("user:7:cart");
		assertThat(trace.spans("db.redis")).hasSize(2);
	}

	@ParameterizedTest
	@EnumSource
	void ofKeysOnlyTheirShapeIsTold(Client client) {
		ReceivedTransaction trace = this.recorder.record(
				runner(client).withPropertyValues("sentry.insights.cache.keys=mask"),
				factory -> new StringRedisTemplate(factory)
					.delete(List.of("product:johnsmith:cart", "session:marthaquint")));
		assertThat(trace.span("cache.remove").description()).isEqualTo("product:{id}:cart");
		assertThat(trace.span("cache.remove").data("cache.key").toString()).isEqualTo("[\"product:{id}:cart\"]");
		assertThat(trace.span("db.redis").description()).isEqualTo("DEL product:{id}:cart session:{id}");
		assertThat(this.recorder.receiver().bytes()).doesNotContain("johnsmith", "marthaquint");
	}

	@ParameterizedTest
	@EnumSource
	void pipelinedCommandsTellTheirReplies(Client client) {
		List<Object> replies = new ArrayList<>();
		ReceivedTransaction trace = record(client, redis -> {
			redis.opsForValue().set("product:1", "12345");
			replies.addAll(redis.executePipelined((RedisCallback<?>) connection -> {
				connection.stringCommands().get(bytes("product:1"));
				connection.stringCommands().get(bytes("product:0"));
				connection.hashCommands().hMSet(bytes("product:h"), Map.of(bytes("a"), bytes("12")));
				connection.stringCommands().mGet(bytes("product:0"), bytes("product:1"));
				connection.stringCommands().setNX(bytes("product:1"), bytes("1"));
				connection.hashCommands().hGetAll(bytes("product:h"));
				return null;
			}));
		});
		assertThat(replies).hasSize(5);
		assertThat(trace.spans("cache.get")).extracting(RedisClientTests::told)
			.containsExactly("get [product:1] hit size=5", "get [product:0] miss",
					"mget [product:0, product:1] hit size=5", "hgetall [product:h] hit size=2");
		assertThat(trace.spans("cache.put")).extracting(RedisClientTests::told)
			.containsExactly("set [product:1] size=5 written", "hmset [product:h] size=2 written",
					"setnx [product:1] size=1 not written");
	}

	@Test
	void aPipelineWhoseRepliesNobodyTakesIsCancelled() {
		ReceivedTransaction trace = this.recorder.record(runner(Client.JEDIS), factory -> {
			RedisConnection connection = factory.getConnection();
			connection.stringCommands().set(bytes("product:1"), bytes("12345"));
			connection.openPipeline();
			connection.stringCommands().get(bytes("product:1"));
			connection.close();
		});
		assertThat(trace.span("cache.get").status()).isEqualTo("cancelled");
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::status).containsExactly("ok", "cancelled");
	}

	@ParameterizedTest
	@EnumSource
	void aPipelineWithAnErrorTellsTheOtherReplies(Client client) {
		ReceivedTransaction trace = record(client, redis -> {
			redis.opsForValue().set("product:1", "12345");
			redis.opsForList().leftPush("product:list", "1");
			assertThat(catchThrowable(() -> redis.executePipelined((RedisCallback<?>) connection -> {
				connection.stringCommands().get(bytes("product:list"));
				connection.stringCommands().get(bytes("product:1"));
				return null;
			}))).isNotNull();
		});
		assertThat(trace.spans("cache.get")).extracting(span -> told(span) + " " + span.status())
			.hasSize(2)
			.startsWith("get [product:list] miss internal_error");
		if (client == Client.JEDIS) {
			// Lettuce may give up the pipeline before the second reply arrives.
			assertThat(told(trace.spans("cache.get").get(1))).isEqualTo("get [product:1] hit size=5");
		}
	}

	@ParameterizedTest
	@EnumSource
	void commandsOfATransactionAreNoAccesses(Client client) {
		List<Object> replies = new ArrayList<>();
		ReceivedTransaction trace = record(client,
				redis -> replies.addAll(redis.execute(new SessionCallback<List<Object>>() {

					@Override
					@SuppressWarnings("unchecked")
					public <K, V> List<Object> execute(RedisOperations<K, V> operations) {
						RedisOperations<String, String> strings = (RedisOperations<String, String>) operations;
						strings.multi();
						strings.opsForValue().set("product:1", "12345");
						strings.opsForValue().get("product:1");
						return strings.exec();
					}

				})));
		assertThat(replies).containsExactly(true, "12345");
		assertThat(trace.spans()).extracting(ReceivedSpan::description)
			.containsExactly("MULTI", "SET product:1", "GET product:1", "EXEC");
		assertThat(trace.spans()).allSatisfy(span -> assertThat(span.status()).isEqualTo("ok"));
	}

	@ParameterizedTest
	@EnumSource
	void scriptsTellTheirKeys(Client client) {
		ReceivedTransaction trace = record(client,
				redis -> redis.execute((RedisCallback<?>) connection -> connection.scriptingCommands()
					.eval(bytes("return 'secret-script'"), ReturnType.VALUE, 2, bytes("product:1"), bytes("product:2"),
							bytes("secret-argument"))));
		assertThat(trace.spans()).extracting(ReceivedSpan::description).containsExactly("EVAL product:1 product:2");
		assertThat(this.recorder.receiver().bytes()).doesNotContain("secret-");
	}

	@ParameterizedTest
	@EnumSource
	void aScriptThatIsSentFewerKeysThanItSaysTellsNone(Client client) {
		ReceivedTransaction trace = record(client, redis -> assertThat(
				catchThrowable(() -> redis.execute((RedisCallback<?>) connection -> connection.execute("EVAL",
						bytes("return 'secret-script'"), bytes("9"), bytes("product:1"), bytes("secret-argument")))))
			.isNotNull());
		assertThat(trace.spans()).extracting(ReceivedSpan::description).containsExactly("EVAL");
		assertThat(this.recorder.receiver().bytes()).doesNotContain("secret-");
	}

	@ParameterizedTest
	@EnumSource
	void commandsTellTheirKeysWhereverTheyAre(Client client) {
		ReceivedTransaction trace = record(client, redis -> redis.execute((RedisCallback<?>) connection -> {
			connection.zSetCommands().zAdd(bytes("z:1"), 1, bytes("secret-member"));
			connection.zSetCommands().zAdd(bytes("z:2"), 1, bytes("secret-member"));
			connection.execute("ZUNIONSTORE", bytes("z:3"), bytes("2"), bytes("z:1"), bytes("z:2"), bytes("WEIGHTS"),
					bytes("1"), bytes("2"));
			connection.execute("ZDIFF", bytes("2"), bytes("z:1"), bytes("z:2"), bytes("WITHSCORES"));
			connection.geoCommands().geoAdd(bytes("geo:1"), new Point(1, 1), bytes("secret-member"));
			connection.geoCommands().geoRadius(bytes("geo:1"), new Circle(1, 1, 1));
			return null;
		}));
		assertThat(trace.spans()).extracting(span -> span.description().replace("GEORADIUS_RO", "GEORADIUS"))
			.containsExactly("ZADD z:1", "ZADD z:2", "ZUNIONSTORE z:3 z:1 z:2", "ZDIFF z:1 z:2", "GEOADD geo:1",
					"GEORADIUS geo:1");
		assertThat(this.recorder.receiver().bytes()).doesNotContain("secret-");
	}

	@ParameterizedTest
	@EnumSource
	void commandsTellTheirKeysBehindWhatTheySayToDo(Client client) {
		ReceivedTransaction trace = record(client, redis -> redis.execute((RedisCallback<?>) connection -> {
			byte[] stream = bytes("events:1");
			connection.stringCommands().set(bytes("b:1"), bytes("secret-value"));
			connection.stringCommands().bitOp(BitOperation.AND, bytes("b:3"), bytes("b:1"), bytes("b:2"));
			connection.execute("BITOP", bytes("OR"), bytes("b:3"), bytes("b:1"));
			connection.keyCommands().encodingOf(bytes("b:1"));
			connection.keyCommands().idletime(bytes("b:1"));
			connection.keyCommands().refcount(bytes("b:1"));
			connection.execute("OBJECT", bytes("ENCODING"), bytes("b:1"));
			catchThrowable(() -> connection.execute("MEMORY", bytes("USAGE"), bytes("b:1")));
			connection.streamCommands().xAdd(stream, Map.of(bytes("secret-field"), bytes("secret-value")));
			connection.streamCommands().xGroupCreate(stream, "secret-group", ReadOffset.from("0-0"));
			connection.streamCommands().xInfo(stream);
			connection.streamCommands().xInfoGroups(stream);
			catchThrowable(() -> connection.execute("XINFO", bytes("STREAM"), stream));
			connection.streamCommands()
				.xRead(StreamReadOptions.empty().count(10), StreamOffset.fromStart(stream),
						StreamOffset.fromStart(bytes("events:2")));
			connection.streamCommands()
				.xReadGroup(Consumer.from("secret-group", "secret-consumer"), StreamReadOptions.empty().count(10),
						StreamOffset.create(stream, ReadOffset.lastConsumed()));
			catchThrowable(() -> connection.execute("XREAD", bytes("count"), bytes("1"), bytes("streams"), stream,
					bytes("0-0")));
			catchThrowable(() -> connection.execute("XREADGROUP", bytes("GROUP"), bytes("secret-group"),
					bytes("STREAMS"), bytes("STREAMS"), stream, bytes(">")));
			catchThrowable(() -> connection.execute("OBJECT", bytes("secret-subcommand"), bytes("secret-key")));
			catchThrowable(
					() -> connection.execute("BITOP", bytes("secret-operation"), bytes("secret-key"), bytes("b:1")));
			connection.streamCommands().xGroupDelConsumer(stream, Consumer.from("secret-group", "secret-consumer"));
			connection.streamCommands().xGroupDestroy(stream, "secret-group");
			return null;
		}));
		assertThat(trace.spans()).extracting(ReceivedSpan::description)
			.containsExactly("SET b:1", "BITOP b:3 b:1 b:2", "BITOP b:3 b:1", "OBJECT b:1", "OBJECT b:1", "OBJECT b:1",
					"OBJECT b:1", "MEMORY b:1", "XADD events:1", "XGROUP events:1", "XINFO events:1", "XINFO events:1",
					"XINFO events:1", "XREAD events:1 events:2", "XREADGROUP events:1", "XREAD events:1",
					"XREADGROUP events:1", "OBJECT", "BITOP", "XGROUP events:1", "XGROUP events:1");
		assertThat(this.recorder.receiver().bytes()).doesNotContain("secret-");
	}

	@ParameterizedTest
	@EnumSource
	void commandsThatWaitTellTheirKeys(Client client) {
		ReceivedTransaction trace = record(client, redis -> {
			redis.opsForList().leftPush("jobs:2", "secret-job");
			redis.execute((RedisCallback<?>) connection -> connection.listCommands()
				.bLPop(1, bytes("jobs:1"), bytes("jobs:2")));
		});
		assertThat(trace.spans()).extracting(ReceivedSpan::description)
			.containsExactly("LPUSH jobs:2", "BLPOP jobs:1 jobs:2");
		assertThat(this.recorder.receiver().bytes()).doesNotContain("secret-");
	}

	@ParameterizedTest
	@EnumSource
	void anyCommandIsNamed(Client client) {
		ReceivedTransaction trace = record(client, redis -> redis.execute((RedisCallback<?>) connection -> {
			connection.execute("SET", bytes("product:1"), bytes("secret-value"), bytes("EX"), bytes("30"));
			connection.execute("GET", bytes("product:1"));
			return null;
		}));
		assertThat(told(trace.span("cache.put"))).isEqualTo("set [product:1] size=12 ttl=30 written");
		assertThat(told(trace.span("cache.get"))).isEqualTo("get [product:1] hit size=12");
		assertThat(this.recorder.receiver().bytes()).doesNotContain("secret-");
	}

	@ParameterizedTest
	@EnumSource
	void whatSaysNothingOfTheApplicationIsIgnored(Client client) {
		ReceivedTransaction trace = record(client, redis -> redis.execute((RedisCallback<?>) connection -> {
			connection.ping();
			connection.serverCommands().info();
			connection.serverCommands().getClientList();
			connection.serverCommands().setClientName(bytes("secret-name"));
			return connection.isClosed();
		}));
		assertThat(trace.spans()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void theAccessIsAroundTheCommand(Client client) {
		ReceivedTransaction trace = record(client, redis -> redis.opsForValue().get("product:1"));
		ReceivedSpan access = trace.span("cache.get");
		ReceivedSpan command = trace.span("db.redis");
		assertThat(command.isChildOf(access)).isTrue();
		assertThat(access.isChildOf(trace.root())).isTrue();
		assertThat(access.data("network.peer.address").asText()).isEqualTo("127.0.0.1");
		assertThat(access.data("network.peer.port").asInt()).isEqualTo(server.port());
		assertThat(command.data("server.port").asInt()).isEqualTo(server.port());
		assertThat(command.data("db.operation").asText()).isEqualTo("GET");
		assertThat(command.data("db.system").asText()).isEqualTo("redis");
	}

	private ReceivedTransaction record(Client client, Work work) {
		return this.recorder.record(runner(client), factory -> work.run(new StringRedisTemplate(factory)));
	}

	private ApplicationContextRunner runner(Client client) {
		return this.recorder.runner(client, () -> client.standalone(server.port()));
	}

	private static String told(ReceivedSpan span) {
		List<String> keys = new ArrayList<>();
		span.data("cache.key").forEach(key -> keys.add(key.asText()));
		StringBuilder text = new StringBuilder(span.data("cache.operation").asText() + " " + keys);
		if (span.data().has("cache.hit")) {
			text.append(span.data("cache.hit").asBoolean() ? " hit" : " miss");
		}
		if (span.data().has("cache.item_size")) {
			text.append(" size=").append(span.data("cache.item_size").asLong());
		}
		if (span.data().has("cache.ttl")) {
			text.append(" ttl=").append(span.data("cache.ttl").asLong());
		}
		if (span.data().has("cache.write")) {
			text.append(span.data("cache.write").asBoolean() ? " written" : " not written");
		}
		return text.toString();
	}

	private static Map<String, String> ordered(String... pairs) {
		Map<String, String> map = new LinkedHashMap<>();
		for (int i = 0; i < pairs.length; i += 2) {
			map.put(pairs[i], pairs[i + 1]);
		}
		return map;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@FunctionalInterface
	private interface Work {

		void run(StringRedisTemplate redis) throws Exception;

	}

}
