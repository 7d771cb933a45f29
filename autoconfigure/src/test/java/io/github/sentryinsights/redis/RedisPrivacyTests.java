package io.github.sentryinsights.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.geo.Point;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.ZSetOperations;

import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Plants secrets wherever a command takes something else than a key, and looks for them
 * in the bytes that arrive.
 */
class RedisPrivacyTests {

	private static final String SECRET = "hidden-";

	@RegisterExtension
	static EmbeddedRedis server = EmbeddedRedis.start();

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	private final AtomicInteger secrets = new AtomicInteger();

	@ParameterizedTest
	@EnumSource
	void nothingButKeysLeavesTheProcess(Client client) {
		ReceivedTransaction trace = this.recorder
			.record(this.recorder.runner(client, () -> client.standalone(server.port()))
				.withPropertyValues("sentry.insights.redis.cache-prefixes=*"), factory -> {
					useTemplates(new StringRedisTemplate(factory));
					try (RedisConnection connection = factory.getConnection()) {
						useConnection(connection);
						sendAnything(connection);
					}
				});
		assertThat(this.secrets.get()).isGreaterThan(120);
		assertThat(trace.spans("db.redis")).hasSizeGreaterThan(80)
			.extracting(ReceivedSpan::description)
			.contains("ZADD zset", "GEOADD geo", "PFADD log", "SET AUTH", "OBJECT", "BITOP");
		assertThat(this.recorder.receiver().bytes()).doesNotContain(SECRET);
	}

	private void useTemplates(StringRedisTemplate redis) {
		redis.opsForValue().set("value", secret());
		redis.opsForValue().set("value", secret(), Duration.ofMinutes(1));
		redis.opsForValue().setIfAbsent("value", secret());
		redis.opsForValue().setIfPresent("value", secret());
		redis.opsForValue().getAndSet("value", secret());
		redis.opsForValue().append("value", secret());
		redis.opsForValue().set("value", secret(), 2);
		redis.opsForValue().multiSet(Map.of("a", secret(), "b", secret()));
		redis.opsForValue().multiSetIfAbsent(Map.of("a", secret(), "b", secret()));
		redis.opsForHash().put("hash", secret(), secret());
		redis.opsForHash().putIfAbsent("hash", secret(), secret());
		redis.opsForHash().putAll("hash", Map.of(secret(), secret(), secret(), secret()));
		redis.opsForHash().get("hash", secret());
		redis.opsForHash().multiGet("hash", List.of(secret(), secret()));
		redis.opsForHash().hasKey("hash", secret());
		redis.opsForHash().increment("hash", secret(), 1);
		redis.opsForHash().increment("hash", secret(), 1.5);
		redis.opsForHash().lengthOfValue("hash", secret());
		redis.opsForHash().delete("hash", secret(), secret());
		redis.opsForHash().entries("hash");
		redis.opsForHash().keys("hash");
		redis.opsForHash().values("hash");
		redis.opsForList().leftPush("list", secret());
		redis.opsForList().leftPush("list", secret(), secret());
		redis.opsForList().leftPushAll("list", secret(), secret());
		redis.opsForList().leftPushIfPresent("list", secret());
		redis.opsForList().rightPush("list", secret());
		redis.opsForList().rightPushIfPresent("list", secret());
		redis.opsForList().set("list", 0, secret());
		redis.opsForList().remove("list", 1, secret());
		redis.opsForList().indexOf("list", secret());
		redis.opsForList().range("list", 0, -1);
		redis.opsForList().leftPop("list");
		redis.opsForList().rightPopAndLeftPush("list", "list2");
		redis.opsForSet().add("set", secret(), secret());
		redis.opsForSet().isMember("set", secret());
		redis.opsForSet().move("set", secret(), "set2");
		redis.opsForSet().remove("set", secret());
		redis.opsForSet().members("set");
		redis.opsForSet().pop("set");
		redis.opsForZSet().add("zset", secret(), 1);
		redis.opsForZSet().add("zset", Set.of(ZSetOperations.TypedTuple.of(secret(), 2.0)));
		redis.opsForZSet().incrementScore("zset", secret(), 1);
		redis.opsForZSet().rank("zset", secret());
		redis.opsForZSet().score("zset", secret());
		redis.opsForZSet().remove("zset", secret());
		redis.opsForZSet().range("zset", 0, -1);
		redis.opsForZSet().rangeWithScores("zset", 0, -1);
		redis.opsForZSet().rangeByScore("zset", 0, 10);
		redis.opsForGeo().add("geo", new Point(1, 2), secret());
		redis.opsForGeo().position("geo", secret());
		redis.opsForGeo().distance("geo", secret(), secret());
		redis.opsForGeo().remove("geo", secret());
		redis.opsForHyperLogLog().add("log", secret(), secret());
		redis.opsForStream().add("stream", Map.of(secret(), secret()));
		redis.opsForStream().createGroup("stream", "group");
		redis.opsForStream().acknowledge("stream", "group", "1-1");
		redis.convertAndSend(secret(), secret());
		redis.keys(secret() + "*");
	}

	private void useConnection(RedisConnection connection) {
		connection.scriptingCommands()
			.eval(bytes("return '" + secret() + "'"), ReturnType.VALUE, 1, bytes("script"), bytes(secret()));
		String sha = connection.scriptingCommands().scriptLoad(bytes("return '" + secret() + "'"));
		connection.scriptingCommands().evalSha(sha, ReturnType.VALUE, 1, bytes("script"), bytes(secret()));
		connection.scriptingCommands().scriptExists(sha);
		connection.hyperLogLogCommands().pfAdd(bytes("log"), bytes(secret()));
		connection.serverCommands().setConfig("requirepass", "");
		connection.serverCommands().setClientName(bytes(secret()));
		connection.echo(bytes(secret()));
		connection.setCommands().sAdd(bytes("set"), bytes(secret()), bytes(secret()));
		connection.keyCommands().dump(bytes("set"));
	}

	/**
	 * Errors of the server quote what it was sent.
	 */
	private void sendAnything(RedisConnection connection) {
		List<String> commands = List.of("AUTH", "SET", "GET", "SETEX", "PSETEX", "SETNX", "GETSET", "HSET", "HMGET",
				"EXPIRE", "PERSIST", "EVAL", "EVALSHA", "FCALL", "CONFIG", "ACL", "LPUSH", "XADD", "OBJECT", "DEBUG",
				"MIGRATE", "RESTORE", "SORT", "BITOP", "ZUNIONSTORE", "GEORADIUS", SECRET + "command");
		List<Throwable> errors = new ArrayList<>();
		for (String command : commands) {
			errors.add(catchThrowable(() -> connection.execute(command, bytes("AUTH"), bytes(secret()), bytes(secret()),
					bytes("EX"), bytes(secret()), bytes(secret()))));
		}
		assertThat(errors).filteredOn(Objects::nonNull).hasSizeGreaterThan(20);
	}

	private String secret() {
		return SECRET + this.secrets.incrementAndGet();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
