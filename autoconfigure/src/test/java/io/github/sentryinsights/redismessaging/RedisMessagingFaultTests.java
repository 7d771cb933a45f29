package io.github.sentryinsights.redismessaging;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.KillArgs;
import io.sentry.Sentry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamMessageListenerContainerOptions;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamReadRequest;
import org.springframework.data.redis.stream.Subscription;

import io.github.sentryinsights.redis.EmbeddedRedis;
import io.github.sentryinsights.testing.BrokenTraceHeaders;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever becomes of connections, listeners and containers: each message is told once,
 * with how it went, and nothing stays behind on a thread.
 */
class RedisMessagingFaultTests {

	private static final String STOP = "stop";

	@RegisterExtension
	static EmbeddedRedis server = EmbeddedRedis.start();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.redis.LettuceRedisAutoConfiguration",
						"io.github.sentryinsights.redismessaging.RedisMessagingAutoConfiguration"))
		.withPropertyValues("sentry.max-queue-size=1000")
		.withUserConfiguration(Faults.class);

	@Test
	void streamGoesOnWhenItsConnectionIsKilledWhileItIsRead() {
		this.runner.run(context -> {
			add(context, "first");
			Awaitility.await().until(() -> processed("orders").size() == 1);
			server.awaitBlockedClient();
			server.kill(KillArgs.Builder.typeNormal());
			add(context, "second");
			Awaitility.await().until(() -> processed("orders").size() == 2);
			assertThat(context.getBean(Faults.class).handled).containsExactly("first", "second");
			assertNothingLeft(context);
		});
		assertThat(this.receiver.transactions()).hasSize(2);
	}

	@Test
	void channelGoesOnWhenItsConnectionIsKilled() {
		this.runner.run(context -> {
			publish(context, "first");
			Awaitility.await().until(() -> processed("news").size() == 1);
			server.kill(KillArgs.Builder.typePubsub());
			Awaitility.await().until(() -> publish(context, "second") == 1);
			Awaitility.await().until(() -> processed("news").size() == 2);
			assertThat(context.getBean(Faults.class).handled).containsExactly("first", "second");
			assertNothingLeft(context);
		});
		assertThat(this.receiver.transactions()).hasSize(2);
	}

	@Test
	void whateverAListenerThrowsEndsItsTransaction() {
		this.runner.run(context -> {
			add(context, "exception");
			add(context, "remedy");
			Awaitility.await().until(() -> processed("orders").size() == 2);
			add(context, "error");
			Awaitility.await().dontCatchUncaughtExceptions().until(() -> processed("orders").size() == 3);
			publish(context, "error");
			Awaitility.await().until(() -> processed("news").size() == 1);
			publish(context, "remedy");
			Awaitility.await().until(() -> processed("news").size() == 2);
			assertNothingLeft(context);
		});
		assertThat(processed("orders")).extracting(ReceivedSpan::status)
			.containsExactly("internal_error", "ok", "internal_error");
		assertThat(processed("news")).extracting(ReceivedSpan::status).containsExactly("internal_error", "ok");
	}

	@Test
	void messageWhoseContainerStopsIsToldOnce() {
		this.runner.run(context -> {
			Faults faults = context.getBean(Faults.class);
			add(context, STOP);
			publish(context, STOP);
			assertThat(faults.entered.await(10, TimeUnit.SECONDS)).isTrue();
			context.getBean(StreamMessageListenerContainer.class).stop();
			context.getBean(RedisMessageListenerContainer.class).stop();
			assertThat(this.receiver.transactions()).isEmpty();
			faults.leave.countDown();
			Awaitility.await().until(() -> this.receiver.transactions().size() == 2);
			assertNothingLeft(context);
		});
		assertThat(processed("orders")).hasSize(1);
		assertThat(processed("news")).hasSize(1);
		assertThat(this.receiver.transactions())
			.allSatisfy(transaction -> assertThat(transaction.root().status()).isEqualTo("ok"));
	}

	@Test
	void brokenFieldsBeginATraceOfTheirOwn() {
		this.runner.run(context -> {
			for (BrokenTraceHeaders headers : BrokenTraceHeaders.all()) {
				this.receiver.clear();
				context.getBean(StringRedisTemplate.class)
					.opsForStream()
					.add("orders",
							Map.of("number", "42", "sentry-trace", headers.trace(), "baggage", headers.baggage()));
				ReceivedSpan process = this.receiver.transaction("orders").root();
				InsightsContract.verify(process);
				assertThat(process.status()).as(headers.mistake()).isEqualTo("ok");
				assertThat(BrokenTraceHeaders.isContinued(process.traceId())).as(headers.mistake()).isFalse();
			}
		});
	}

	private List<ReceivedSpan> processed(String name) {
		List<ReceivedSpan> processed = this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals(name))
			.map(ReceivedTransaction::root)
			.toList();
		assertThat(processed).allSatisfy(InsightsContract::verify);
		return processed;
	}

	/**
	 * What is left on a thread of a container is seen when that one ends.
	 */
	private static void assertNothingLeft(ApplicationContext context) {
		context.getBean(StreamMessageListenerContainer.class).stop();
		context.getBean(RedisMessageListenerContainer.class).stop();
		Faults faults = context.getBean(Faults.class);
		Awaitility.await().until(() -> faults.threads.isEmpty());
		assertThat(faults.leaks).isEmpty();
	}

	private static void add(ApplicationContext context, String number) {
		context.getBean(StringRedisTemplate.class).opsForStream().add("orders", Map.of("number", number));
	}

	private static long publish(ApplicationContext context, String text) {
		return context.getBean(StringRedisTemplate.class).convertAndSend("news", text);
	}

	@Configuration(proxyBeanMethods = false)
	static class Faults {

		final Queue<String> handled = new ConcurrentLinkedQueue<>();

		final Queue<Object> leaks = new ConcurrentLinkedQueue<>();

		final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

		final CountDownLatch entered = new CountDownLatch(2);

		final CountDownLatch leave = new CountDownLatch(1);

		@Bean
		static LettuceConnectionFactory redisConnectionFactory() {
			return new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", server.port()),
					LettuceClientConfiguration.builder().shutdownQuietPeriod(Duration.ZERO).build());
		}

		@Bean
		static StringRedisTemplate strings(RedisConnectionFactory factory) {
			return new StringRedisTemplate(factory);
		}

		@Bean
		StreamMessageListenerContainer<String, MapRecord<String, String, String>> streamContainer(
				RedisConnectionFactory factory) {
			return StreamMessageListenerContainer.create(factory,
					StreamMessageListenerContainerOptions.builder()
						.pollTimeout(Duration.ofSeconds(1))
						.executor(executor())
						.build());
		}

		@Bean
		Subscription subscription(
				StreamMessageListenerContainer<String, MapRecord<String, String, String>> streamContainer) {
			Subscription subscription = streamContainer
				.register(StreamReadRequest.builder(StreamOffset.create("orders", ReadOffset.from("0")))
					.cancelOnError(error -> false)
					.errorHandler(error -> {
					})
					.build(), record -> handle(record.getValue().get("number")));
			streamContainer.start();
			return subscription;
		}

		@Bean
		RedisMessageListenerContainer channelContainer(RedisConnectionFactory factory) {
			RedisMessageListenerContainer container = new RedisMessageListenerContainer();
			container.setConnectionFactory(factory);
			container.setRecoveryInterval(50);
			container.setTaskExecutor(executor());
			container.setErrorHandler(error -> {
			});
			container.addMessageListener(
					(message, pattern) -> handle(new String(message.getBody(), StandardCharsets.UTF_8)),
					new ChannelTopic("news"));
			return container;
		}

		private void handle(String text) {
			switch (text) {
				case "exception" -> throw new IllegalStateException("out of stock");
				case "error" -> throw new StackOverflowError("too deep");
				case STOP -> {
					this.entered.countDown();
					Awaitility.await().until(() -> this.leave.getCount() == 0);
				}
			}
			this.handled.add(text);
		}

		private SimpleAsyncTaskExecutor executor() {
			SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("redis-");
			executor.setTaskDecorator(task -> () -> {
				this.threads.add(Thread.currentThread());
				try {
					task.run();
				}
				finally {
					Object left = Sentry.getSpan();
					if (left != null) {
						this.leaks.add(left);
					}
					this.threads.remove(Thread.currentThread());
				}
			});
			return executor;
		}

	}

}
