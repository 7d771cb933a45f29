package io.github.sentryinsights.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.lettuce.core.api.async.RedisAsyncCommands;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.ITransaction;
import io.sentry.Span;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for the spans and metrics of Redis commands, against a real server.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisCommandTests {

	@RegisterExtension
	static EmbeddedRedis redis = EmbeddedRedis.start();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	@Test
	void missIsACacheGetWithoutHitAroundTheCommand() {
		ReceivedTransaction trace = trace(redis -> strings(redis).opsForValue().get("product:1"));
		ReceivedSpan access = trace.span("cache.get");
		ReceivedSpan command = trace.span("db.redis");
		assertThat(access.data("cache.hit").isBoolean()).isTrue();
		assertThat(access.data("cache.hit").asBoolean()).isFalse();
		assertThat(access.data("cache.key").toString()).isEqualTo("[\"product:1\"]");
		assertThat(access.data("cache.operation").asText()).isEqualTo("get");
		assertThat(access.data("network.peer.address").asText()).isEqualTo("127.0.0.1");
		assertThat(access.data("network.peer.port").asInt()).isEqualTo(redis.port());
		assertThat(access.data().has("cache.item_size")).isFalse();
		assertThat(access.description()).isEqualTo("product:1");
		assertThat(access.status()).isEqualTo("ok");
		assertThat(command.isChildOf(access)).isTrue();
		assertThat(command.description()).isEqualTo("GET product:1");
		assertThat(command.data("db.operation").asText()).isEqualTo("GET");
		assertThat(command.data("server.address").asText()).isEqualTo("127.0.0.1");
		assertThat(command.data("server.port").asInt()).isEqualTo(redis.port());
		assertThat(command.status()).isEqualTo("ok");
	}

	@Test
	void hitTellsTheSizeOnTheWire() {
		ReceivedTransaction trace = trace(redis -> {
			strings(redis).opsForValue().set("product:1", "caf\u00e9");
			strings(redis).opsForValue().get("product:1");
		});
		ReceivedSpan access = trace.span("cache.get");
		assertThat(access.data("cache.hit").asBoolean()).isTrue();
		assertThat(access.data("cache.item_size").asInt()).isEqualTo(5);
		assertThat(this.receiver.text()).doesNotContain("caf\u00e9");
	}

	@Test
	void everyHitIsToldThoughTheTransactionEndsWithTheRead() {
		runner().withPropertyValues("sentry.max-queue-size=1000").run(context -> {
			StringRedisTemplate template = strings(context.getBean(LettuceConnectionFactory.class));
			template.opsForValue().set("product:1", "1");
			for (int i = 0; i < 300; i++) {
				ITransaction transaction = CurrentTransaction.start("test");
				template.opsForValue().get("product:1");
				transaction.finish();
			}
			Awaitility.await().until(() -> this.receiver.transactions().size() == 300);
		});
		assertThat(this.receiver.transactions()).allSatisfy(trace -> {
			assertThat(verified(trace).span("cache.get").data("cache.hit").asBoolean()).isTrue();
			assertThat(trace.span("cache.get").data("cache.item_size").asInt()).isEqualTo(1);
		});
	}

	@Test
	void emptyValueIsAHit() {
		ReceivedTransaction trace = trace(redis -> {
			strings(redis).opsForValue().set("product:1", "");
			strings(redis).opsForValue().get("product:1");
		});
		assertThat(trace.span("cache.get").data("cache.hit").asBoolean()).isTrue();
		assertThat(trace.span("cache.get").data("cache.item_size").asInt()).isZero();
	}

	@Test
	void putTellsSizeAndTimeToLive() {
		ReceivedTransaction trace = trace(
				redis -> strings(redis).opsForValue().set("product:1", "secret-value", Duration.ofMinutes(5)));
		ReceivedSpan access = trace.span("cache.put");
		assertThat(access.data("cache.ttl").asInt()).isEqualTo(300);
		assertThat(access.data("cache.item_size").asInt()).isEqualTo("secret-value".length());
		assertThat(access.data("cache.key").get(0).asText()).isEqualTo("product:1");
		assertThat(access.data().has("cache.hit")).isFalse();
		assertThat(this.receiver.text()).doesNotContain("secret-value");
	}

	@Test
	void optionsOfSetArePassedOver() {
		ReceivedTransaction trace = trace(redis -> strings(redis).opsForValue()
			.setIfAbsent("product:1", "secret-value", Duration.ofMillis(1500)));
		assertThat(trace.span("cache.put").data("cache.ttl").asInt()).isEqualTo(2);
	}

	@Test
	void readThatSetsTheTimeToLiveTellsIt() {
		ReceivedTransaction trace = trace(redis -> {
			strings(redis).opsForValue().set("product:1", "secret-value");
			strings(redis).opsForValue().getAndExpire("product:1", Duration.ofSeconds(30));
		});
		assertThat(trace.span("cache.get").data("cache.ttl").asInt()).isEqualTo(30);
		assertThat(trace.span("cache.get").data("cache.hit").asBoolean()).isTrue();
	}

	@Test
	void readThatRemovesIsARead() {
		ReceivedTransaction trace = trace(redis -> strings(redis).opsForValue().getAndDelete("product:1"));
		assertThat(trace.span("cache.get").data("cache.operation").asText()).isEqualTo("getdel");
		assertThat(trace.span("cache.get").data("cache.hit").asBoolean()).isFalse();
	}

	@Test
	void deleteIsACacheRemoveWithAllKeys() {
		ReceivedTransaction trace = trace(redis -> strings(redis).delete(List.of("product:1", "product:2")));
		assertThat(trace.span("cache.remove").data("cache.key").toString()).isEqualTo("[\"product:1\",\"product:2\"]");
		assertThat(trace.span("db.redis").description()).isEqualTo("DEL product:1 product:2");
	}

	@Test
	void multiGetIsAHitWhenOneKeyIsFound() {
		ReceivedTransaction trace = trace(redis -> {
			strings(redis).opsForValue().set("product:2", "1234567");
			strings(redis).opsForValue().multiGet(List.of("product:1", "product:2"));
		});
		ReceivedSpan access = trace.span("cache.get");
		assertThat(access.data("cache.hit").asBoolean()).isTrue();
		assertThat(access.data("cache.item_size").asInt()).isEqualTo(7);
		assertThat(access.data("cache.key")).hasSize(2);
	}

	@Test
	void multiGetIsAMissWhenNoKeyIsFound() {
		ReceivedTransaction trace = trace(
				redis -> strings(redis).opsForValue().multiGet(List.of("product:1", "product:2")));
		assertThat(trace.span("cache.get").data("cache.hit").asBoolean()).isFalse();
	}

	@Test
	void multiSetTellsKeysAndSizeOnly() {
		ReceivedTransaction trace = trace(redis -> strings(redis).opsForValue()
			.multiSet(Map.of("product:1", "secret-a", "product:2", "secret-b")));
		ReceivedSpan access = trace.span("cache.put");
		assertThat(access.data("cache.item_size").asInt()).isEqualTo(16);
		assertThat(access.data("cache.key")).hasSize(2);
		assertThat(this.receiver.text()).doesNotContain("secret-");
	}

	@Test
	void hashCommandsTellTheKeyButNoField() {
		ReceivedTransaction trace = trace(redis -> {
			strings(redis).opsForHash().put("product:1", "private-field", "secret-value");
			strings(redis).opsForHash().get("product:1", "private-field");
			strings(redis).opsForHash().multiGet("product:1", List.of("private-field", "absent"));
			strings(redis).opsForHash().entries("product:1");
			strings(redis).opsForHash().entries("product:2");
			strings(redis).opsForHash().delete("product:1", "private-field");
		});
		assertThat(trace.span("cache.put").data("cache.item_size").asInt()).isEqualTo("secret-value".length());
		assertThat(trace.spans("cache.get")).hasSize(4)
			.extracting(span -> span.data("cache.operation").asText() + " " + span.data("cache.hit").asBoolean() + " "
					+ span.data("cache.item_size").asInt())
			.containsExactly("hget true 12", "hmget true 12", "hgetall true 12", "hgetall false 0");
		assertThat(trace.spans("cache.remove")).hasSize(1);
		assertThat(this.receiver.text()).doesNotContain("private-field", "secret-value");
	}

	@Test
	void keyUnderNoPrefixIsOnlyACommand() {
		ReceivedTransaction trace = trace(redis -> strings(redis).opsForValue().get("session:1"));
		assertThat(trace.spans()).hasSize(1);
		assertThat(trace.span("db.redis").description()).isEqualTo("GET session:1");
	}

	@Test
	void connectionCommandsAreNoSpans() {
		ReceivedTransaction trace = trace(redis -> {
			strings(redis).execute((RedisCallback<?>) connection -> connection.ping());
			strings(redis).execute((RedisCallback<?>) connection -> connection.serverCommands().info());
		});
		assertThat(trace.spans()).isEmpty();
	}

	@Test
	void javaSerializedKeysAreReadable() {
		ReceivedTransaction trace = trace(redis -> {
			RedisTemplate<Object, Object> template = new RedisTemplate<>();
			template.setConnectionFactory(redis);
			template.afterPropertiesSet();
			template.opsForValue().set("product:1", "secret-value");
			template.opsForValue().get("product:1");
			template.opsForValue().get(42L);
		});
		assertThat(trace.span("cache.get").data("cache.key").get(0).asText()).isEqualTo("product:1");
		assertThat(trace.span("cache.get").data("cache.hit").asBoolean()).isTrue();
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description)
			.containsExactly("SET product:1", "GET product:1", "GET <binary>");
		assertThat(this.receiver.text()).doesNotContain("secret-value");
	}

	@Test
	void reactiveCommandsBelongToTheTransactionOfTheSubscriber() {
		ReceivedTransaction trace = trace(redis -> {
			ReactiveStringRedisTemplate template = new ReactiveStringRedisTemplate(redis);
			template.opsForValue().set("product:1", "secret-value", Duration.ofSeconds(60)).block();
			template.opsForValue().get("product:1").block();
			template.opsForValue().get("product:2").block();
			template.opsForValue().multiGet(List.of("product:1", "product:2")).block();
			template.opsForHash().entries("product:3").collectList().block();
		});
		assertThat(trace.span("cache.put").data("cache.ttl").asInt()).isEqualTo(60);
		assertThat(trace.spans("cache.get")).hasSize(4)
			.extracting(span -> span.data("cache.operation").asText() + " " + span.data("cache.hit").asBoolean() + " "
					+ span.data("cache.item_size").asInt())
			.containsExactly("get true 12", "get false 0", "mget true 12", "hgetall false 0");
		assertThat(this.receiver.text()).doesNotContain("secret-value");
	}

	@Test
	void reactiveReadIsToldBeforeItsSubscriberEndsTheTransaction() {
		runner().run(context -> {
			LettuceConnectionFactory factory = context.getBean(LettuceConnectionFactory.class);
			ReactiveStringRedisTemplate template = new ReactiveStringRedisTemplate(factory);
			template.opsForValue().set("product:1", "secret-value").block();
			ITransaction transaction = CurrentTransaction.start("test");
			template.opsForValue().get("product:1").doFinally(signal -> transaction.finish()).block();
		});
		ReceivedTransaction trace = verified(this.receiver.transaction("test"));
		assertThat(trace.span("cache.get").data("cache.hit").asBoolean()).isTrue();
	}

	@Test
	void pipelinedReadsTellTheirHits() {
		ReceivedTransaction trace = trace(redis -> {
			strings(redis).opsForValue().set("product:1", "secret-value");
			List<Object> replies = strings(redis).executePipelined(new SessionCallback<>() {

				@Override
				@SuppressWarnings("unchecked")
				public <K, V> Object execute(RedisOperations<K, V> operations) {
					operations.opsForValue().get("product:1");
					operations.opsForValue().get("product:2");
					return null;
				}

			});
			assertThat(replies).containsExactly("secret-value", null);
		});
		assertThat(trace.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(true, false);
	}

	@Test
	void commandsInsideATransactionClaimNoHit() {
		List<Object> replies = new ArrayList<>();
		ReceivedTransaction trace = trace(redis -> {
			strings(redis).opsForValue().set("session:1", "secret-value");
			replies.addAll(strings(redis).execute(new SessionCallback<List<Object>>() {

				@Override
				public <K, V> List<Object> execute(RedisOperations<K, V> operations) {
					operations.multi();
					operations.opsForValue().get("product:1");
					return operations.exec();
				}

			}));
		});
		assertThat(replies).hasSize(1);
		assertThat(replies.get(0)).isNull();
		assertThat(trace.spans("cache.get")).isEmpty();
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description)
			.containsExactly("SET session:1", "MULTI", "GET product:1", "EXEC");
	}

	@Test
	void errorReplyReachesTheUserAndTheStatus() {
		Throwable bare = withoutInsights(redis -> {
			strings(redis).opsForList().leftPush("product:1", "secret-value");
			strings(redis).opsForValue().get("product:1");
		});
		ReceivedTransaction trace = trace(
				redis -> assertThat(catchThrowable(() -> strings(redis).opsForValue().get("product:1")))
					.hasSameClassAs(bare)
					.hasMessage(bare.getMessage())
					.hasRootCauseMessage(NestedExceptionUtils.getMostSpecificCause(bare).getMessage()));
		assertThat(trace.span("cache.get").status()).isEqualTo("internal_error");
		assertThat(trace.span("cache.get").data("cache.hit").asBoolean()).isFalse();
		assertThat(trace.span("db.redis").status()).isEqualTo("internal_error");
	}

	@Test
	void timeoutIsAnError() {
		try (EmbeddedRedis paused = EmbeddedRedis.start()) {
			runner(paused).withPropertyValues("test.redis.timeout=300").run(context -> {
				StringRedisTemplate template = strings(context.getBean(LettuceConnectionFactory.class));
				template.opsForValue().get("product:1");
				pause(template);
				ITransaction transaction = CurrentTransaction.start("test");
				assertThatExceptionOfType(QueryTimeoutException.class)
					.isThrownBy(() -> template.opsForValue().get("product:1"));
				finishWhenQuiet(transaction);
			});
		}
		ReceivedTransaction trace = verified(this.receiver.transaction("test"));
		assertThat(trace.span("cache.get").status()).isEqualTo("internal_error");
		assertThat(trace.span("db.redis").status()).isEqualTo("internal_error");
	}

	@Test
	void killedServerLeadsToTheSameExceptionAndNoWarnings(CapturedOutput output) {
		Throwable bare = callKilledServer(new ApplicationContextRunner());
		Throwable instrumented = callKilledServer(runner());
		assertThat(instrumented).hasSameClassAs(bare);
		ReceivedTransaction trace = verified(this.receiver.transaction("test"));
		assertThat(trace.spans("cache.get")).hasSize(3)
			.allSatisfy(span -> assertThat(span.status()).isEqualTo("internal_error"));
		assertThat(trace.spans("db.redis")).hasSize(3)
			.allSatisfy(span -> assertThat(span.status()).isEqualTo("internal_error"));
		assertThat(output).doesNotContain("Instrumentation failed").doesNotContain("io.github.sentryinsights");
	}

	@Test
	void readThatItsSubscriberCancelsIsAMiss() {
		try (EmbeddedRedis paused = EmbeddedRedis.start()) {
			runner(paused).run(context -> {
				LettuceConnectionFactory factory = context.getBean(LettuceConnectionFactory.class);
				ReactiveStringRedisTemplate template = new ReactiveStringRedisTemplate(factory);
				template.opsForValue().get("product:1").block();
				pause(strings(factory));
				ITransaction transaction = CurrentTransaction.start("test");
				template.opsForValue().get("product:1").subscribe().dispose();
				transaction.finish();
			});
		}
		ReceivedTransaction trace = verified(this.receiver.transaction("test"));
		assertThat(trace.span("cache.get").data("cache.hit").asBoolean()).isFalse();
		assertThat(trace.span("cache.get").status()).isEqualTo("cancelled");
	}

	@Test
	void futureThatItsCallerCancelsIsCancelled() {
		try (EmbeddedRedis paused = EmbeddedRedis.start()) {
			runner(paused).run(context -> {
				StringRedisTemplate template = strings(context.getBean(LettuceConnectionFactory.class));
				pause(template);
				ITransaction transaction = CurrentTransaction.start("test");
				template.execute((RedisCallback<?>) connection -> {
					RedisAsyncCommands<byte[], byte[]> commands = (RedisAsyncCommands<byte[], byte[]>) connection
						.getNativeConnection();
					return commands.get("product:1".getBytes(StandardCharsets.UTF_8)).cancel(true);
				});
				transaction.finish();
			});
		}
		ReceivedTransaction trace = verified(this.receiver.transaction("test"));
		assertThat(trace.span("cache.get").status()).isEqualTo("cancelled");
		assertThat(trace.span("db.redis").status()).isEqualTo("cancelled");
	}

	@Test
	void nothingIsSentWithoutATransaction() {
		runner().run(context -> {
			StringRedisTemplate template = strings(context.getBean(LettuceConnectionFactory.class));
			template.opsForValue().get("product:1");
			ITransaction transaction = CurrentTransaction.start("test");
			transaction.finish();
		});
		assertThat(this.receiver.transaction("test").spans()).isEmpty();
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void unsampledCommandsAreCountedAllTheSame() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		runner().withBean(SimpleMeterRegistry.class, () -> registry)
			.withPropertyValues("sentry.traces-sample-rate=0.0")
			.run(context -> {
				StringRedisTemplate template = strings(context.getBean(LettuceConnectionFactory.class));
				ITransaction transaction = CurrentTransaction.start("test");
				template.opsForValue().set("product:1", "1");
				template.opsForValue().get("product:1");
				template.opsForValue().get("product:2");
				template.opsForValue().get("session:1");
				transaction.finish();
				Awaitility.await().untilAsserted(() -> {
					assertThat(count(registry, "sentry.insights.db.redis", "redisConnectionFactory", "success"))
						.isEqualTo(4);
					assertThat(count(registry, "sentry.insights.cache.get", "product:", "hit")).isEqualTo(1);
					assertThat(count(registry, "sentry.insights.cache.get", "product:", "miss")).isEqualTo(1);
					assertThat(count(registry, "sentry.insights.cache.put", "product:", "success")).isEqualTo(1);
				});
			});
		assertThat(this.receiver.transactions()).isEmpty();
	}

	@Test
	void longestPrefixNamesTheCache() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		runner().withBean(SimpleMeterRegistry.class, () -> registry)
			.withPropertyValues("sentry.insights.redis.cache-prefixes=product:,product:price:")
			.run(context -> {
				strings(context.getBean(LettuceConnectionFactory.class)).opsForValue().get("product:price:1");
				assertThat(count(registry, "sentry.insights.cache.get", "product:price:", "miss")).isEqualTo(1);
			});
	}

	@Test
	void manyKeysAreShortened() {
		List<String> keys = new ArrayList<>();
		for (int i = 0; i < 5000; i++) {
			keys.add("product:" + i + "x".repeat(300));
		}
		ReceivedTransaction trace = trace(redis -> strings(redis).opsForValue().multiGet(keys));
		assertThat(trace.span("cache.get").data("cache.key")).hasSize(10)
			.allSatisfy(key -> assertThat(key.asText()).hasSizeLessThan(210));
	}

	private Throwable callKilledServer(ApplicationContextRunner runner) {
		EmbeddedRedis killed = EmbeddedRedis.start();
		List<Throwable> thrown = new ArrayList<>();
		runner.withUserConfiguration(RedisConfiguration.class)
			.withPropertyValues("test.redis.port=" + killed.port(), "test.redis.timeout=300")
			.run(context -> {
				StringRedisTemplate template = strings(context.getBean(LettuceConnectionFactory.class));
				template.opsForValue().get("product:1");
				killed.close();
				ITransaction transaction = CurrentTransaction.start("test");
				for (int i = 0; i < 3; i++) {
					thrown.add(catchThrowable(() -> template.opsForValue().get("product:1")));
				}
				finishWhenQuiet(transaction);
			});
		return thrown.get(2);
	}

	private Throwable withoutInsights(Consumer<LettuceConnectionFactory> work) {
		List<Throwable> thrown = new ArrayList<>();
		new ApplicationContextRunner().withUserConfiguration(RedisConfiguration.class)
			.withPropertyValues("test.redis.port=" + redis.port())
			.run(context -> thrown
				.add(catchThrowable(() -> work.accept(context.getBean(LettuceConnectionFactory.class)))));
		return thrown.get(0);
	}

	private ReceivedTransaction trace(Consumer<LettuceConnectionFactory> work) {
		runner().run(context -> {
			LettuceConnectionFactory factory = context.getBean(LettuceConnectionFactory.class);
			ITransaction transaction = CurrentTransaction.start("test");
			try {
				work.accept(factory);
			}
			finally {
				transaction.finish();
			}
		});
		return verified(this.receiver.transaction("test"));
	}

	private static ReceivedTransaction verified(ReceivedTransaction trace) {
		assertThat(trace.spans()).allSatisfy(span -> {
			InsightsContract.verify(span);
			assertThat(span.isFinished()).isTrue();
		});
		return trace;
	}

	/**
	 * An error without a reply reaches the caller a moment before it reaches the span.
	 */
	private static void finishWhenQuiet(ITransaction transaction) {
		Awaitility.await().until(() -> transaction.getSpans().stream().allMatch(Span::isFinished));
		transaction.finish();
	}

	private ApplicationContextRunner runner() {
		return runner(redis);
	}

	private ApplicationContextRunner runner(EmbeddedRedis server) {
		return InsightsContextRunner.sendingTo(this.receiver)
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.redis.LettuceRedisAutoConfiguration"))
			.withUserConfiguration(RedisConfiguration.class)
			.withPropertyValues("test.redis.port=" + server.port(), "sentry.insights.redis.cache-prefixes=product:",
					"sentry.insights.cache.keys=keep");
	}

	private static void pause(StringRedisTemplate template) {
		template.execute((RedisCallback<?>) connection -> connection.execute("CLIENT",
				"PAUSE".getBytes(StandardCharsets.UTF_8), "2000".getBytes(StandardCharsets.UTF_8)));
	}

	private static StringRedisTemplate strings(LettuceConnectionFactory factory) {
		return new StringRedisTemplate(factory);
	}

	private static long count(SimpleMeterRegistry registry, String meter, String name, String outcome) {
		Timer timer = registry.find(meter).tags("name", name, "outcome", outcome).timer();
		return (timer != null) ? timer.count() : 0;
	}

}
