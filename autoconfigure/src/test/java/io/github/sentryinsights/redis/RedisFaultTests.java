package io.github.sentryinsights.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.data.redis.serializer.SerializationException;

import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests that an application sees the same with faults as without this library, and that
 * spans tell them.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisFaultTests {

	private static final int killedPort = EmbeddedRedis.freePort();

	@RegisterExtension
	static EmbeddedRedis server = EmbeddedRedis.start();

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@ParameterizedTest
	@EnumSource
	void aServerThatWasNeverThere(Client client, CapturedOutput output) {
		int port = EmbeddedRedis.freePort();
		assertSameFailure(client, port, redis -> strings(redis).opsForValue().get("product:1"));
		assertThat(output).doesNotContain("Instrumentation failed");
	}

	@ParameterizedTest
	@EnumSource
	void aServerThatIsKilledBetweenCommands(Client client, CapturedOutput output) {
		Throwable bare = failure(bare(client, Duration.ofMillis(500)), this::readFromKilled);
		Throwable thrown = failure(
				this.recorder.runner(client, () -> client.standalone(killedPort, Duration.ofMillis(500))),
				this::readFromKilled);
		assertThat(thrown).hasSameClassAs(bare);
		assertThat(output).doesNotContain("Instrumentation failed").doesNotContain("io.github.sentryinsights");
	}

	private void readFromKilled(RedisConnectionFactory redis) throws Exception {
		try (EmbeddedRedis killed = EmbeddedRedis.start(killedPort)) {
			strings(redis).opsForValue().get("product:1");
		}
		strings(redis).opsForValue().get("product:1");
	}

	@ParameterizedTest
	@EnumSource
	void aServerThatIsKilledMidCommand(Client client) {
		try (EmbeddedRedis killed = EmbeddedRedis.start()) {
			ReceivedTransaction trace = this.recorder.record(
					this.recorder.runner(client, () -> client.standalone(killed.port(), Duration.ofSeconds(2))),
					redis -> {
						Thread killer = new Thread(() -> {
							killed.awaitBlockedClient();
							killed.close();
						});
						killer.start();
						assertThat(
								catchThrowable(() -> strings(redis).execute((RedisCallback<?>) connection -> connection
									.execute("BLPOP", bytes("product:list"), bytes("0")))))
							.isNotNull();
						killer.join();
					});
			assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description, ReceivedSpan::status)
				.containsExactly(tuple("BLPOP product:list", "internal_error"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void aServerThatDoesNotAnswerInTime(Client client) {
		try (EmbeddedRedis paused = EmbeddedRedis.start()) {
			ReceivedTransaction trace = this.recorder.record(
					this.recorder.runner(client, () -> client.standalone(paused.port(), Duration.ofMillis(300))),
					redis -> {
						strings(redis).opsForValue().get("product:1");
						paused.pause(Duration.ofSeconds(2));
						assertThat(catchThrowable(() -> strings(redis).opsForValue().get("product:1"))).isNotNull();
					});
			assertThat(trace.spans("cache.get")).extracting(ReceivedSpan::status)
				.containsExactly("ok", "internal_error");
			assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::status)
				.containsExactly("ok", "internal_error");
		}
	}

	@ParameterizedTest
	@EnumSource
	void anErrorReply(Client client) {
		assertSameFailure(client, server.port(), redis -> {
			strings(redis).opsForList().leftPush("product:list", "1");
			strings(redis).opsForValue().get("product:list");
		});
		ReceivedSpan access = this.recorder.received().span("cache.get");
		assertThat(access.status()).isEqualTo("internal_error");
		assertThat(access.data("cache.hit").asBoolean()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void aValueThatCannotBeRead(Client client) {
		assertSameFailure(client, server.port(), redis -> {
			strings(redis).opsForValue().set("product:1", "no java object");
			RedisTemplate<String, Object> template = new RedisTemplate<>();
			template.setConnectionFactory(redis);
			template.setKeySerializer(RedisSerializer.string());
			template.afterPropertiesSet();
			template.opsForValue().get("product:1");
		});
		assertThat(this.recorder.received().span("cache.get").data("cache.hit").asBoolean()).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void aKeyThatCannotBeWritten(Client client) {
		assertSameFailure(client, server.port(), redis -> objects(redis).opsForValue().get(new Unspeakable()));
	}

	@ParameterizedTest
	@EnumSource
	void noKey(Client client) {
		assertSameFailure(client, server.port(), redis -> strings(redis).opsForValue().get(null));
		assertSameFailure(client, server.port(), redis -> strings(redis)
			.execute((RedisCallback<?>) connection -> connection.stringCommands().get(null)));
		assertSameFailure(client, server.port(), redis -> strings(redis)
			.execute((RedisCallback<?>) connection -> connection.stringCommands().mGet((byte[]) null)));
	}

	@ParameterizedTest
	@EnumSource
	void keysThatAreNoText(Client client) {
		byte[] binary = { (byte) 0xFF, 0, 1, 2 };
		byte[] huge = bytes("product:" + "x".repeat(1_000_000));
		ReceivedTransaction trace = this.recorder.record(
				this.recorder.runner(client, () -> client.standalone(server.port()))
					.withPropertyValues("sentry.insights.redis.cache-prefixes=*"),
				redis -> strings(redis).execute((RedisCallback<?>) connection -> {
					for (byte[] key : List.of(binary, huge, new byte[0])) {
						connection.stringCommands().set(key, bytes("12"));
						assertThat(connection.stringCommands().get(key)).isEqualTo(bytes("12"));
					}
					return null;
				}));
		assertThat(trace.spans("cache.get")).hasSize(3).allSatisfy(span -> {
			assertThat(span.data("cache.hit").asBoolean()).isTrue();
			assertThat(span.data("cache.item_size").asInt()).isEqualTo(2);
			assertThat(span.data("cache.key").get(0).asText()).hasSizeLessThan(210);
		});
		assertThat(trace.spans("cache.get").get(0).description()).isEqualTo("<binary>");
	}

	@ParameterizedTest
	@EnumSource
	void keysThatAreNoTextBehindTheirMask(Client client) {
		ReceivedTransaction trace = this.recorder.record(
				this.recorder.runner(client, () -> client.standalone(server.port()))
					.withPropertyValues("sentry.insights.cache.keys=mask"),
				redis -> strings(redis).execute((RedisCallback<?>) connection -> connection.stringCommands()
					.get(new byte[] { (byte) 0xFF, 0, 1, 2 })));
		assertThat(trace.span("db.redis").description()).isEqualTo("GET <binary>");
	}

	@ParameterizedTest
	@EnumSource
	void aFailureInsideAPipeline(Client client) {
		assertSameFailure(client, server.port(),
				redis -> strings(redis).executePipelined((RedisCallback<?>) connection -> {
					connection.stringCommands().get(bytes("product:1"));
					throw new IllegalStateException("of the application");
				}));
		assertThat(this.recorder.received().spans("cache.get")).hasSize(1);
	}

	private void assertSameFailure(Client client, int port, RedisRecorder.Work work) {
		Throwable bare = failure(client.in(new ApplicationContextRunner(), () -> client.standalone(port)), work);
		Throwable thrown = failure(this.recorder.runner(client, () -> client.standalone(port)), work);
		assertThat(bare).isNotNull();
		assertThat(thrown).hasSameClassAs(bare).hasMessage(bare.getMessage());
	}

	private Throwable failure(ApplicationContextRunner runner, RedisRecorder.Work work) {
		List<Throwable> thrown = new ArrayList<>();
		runner.run(context -> {
			RedisConnectionFactory factory = context.getBean(RedisConnectionFactory.class);
			this.recorder.record(factory, redis -> thrown.add(catchThrowable(() -> work.run(redis))));
		});
		return thrown.get(0);
	}

	private static ApplicationContextRunner bare(Client client, Duration timeout) {
		return client.in(new ApplicationContextRunner(), () -> client.standalone(killedPort, timeout));
	}

	private static StringRedisTemplate strings(RedisConnectionFactory redis) {
		return new StringRedisTemplate(redis);
	}

	private static RedisTemplate<Object, Object> objects(RedisConnectionFactory redis) {
		RedisTemplate<Object, Object> template = new RedisTemplate<>();
		template.setConnectionFactory(redis);
		template.afterPropertiesSet();
		return template;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * What can neither be serialized nor be said.
	 */
	private static final class Unspeakable {

		@Override
		public String toString() {
			throw new SerializationException("unspeakable");
		}

	}

}
