package io.github.sentryinsights.redismessaging;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.SubscriptionListener;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.connection.stream.StreamRecords;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.hash.Jackson2HashMapper;
import org.springframework.data.redis.hash.ObjectHashMapper;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.PatternTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.listener.adapter.MessageListenerAdapter;
import org.springframework.data.redis.stream.StreamListener;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamMessageListenerContainerOptions;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamReadRequest;
import org.springframework.data.redis.stream.Subscription;

import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.redis.EmbeddedRedis;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.QueueTruth;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the streams and channels of a real Redis.
 */
class RedisMessagingTests {

	private static final int RECORDS = 300;

	@RegisterExtension
	static EmbeddedRedis server = EmbeddedRedis.start();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.redis.LettuceRedisAutoConfiguration",
						"io.github.sentryinsights.redismessaging.RedisMessagingAutoConfiguration"))
		.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
		.withUserConfiguration(Templates.class);

	private final ApplicationContextRunner streams = this.runner.withUserConfiguration(Streams.class);

	private final ApplicationContextRunner channels = this.runner.withUserConfiguration(Channels.class);

	@Test
	void aRecordIsPublishedAndProcessedUnderOneIdentity() {
		this.streams.run(sending(redis -> redis.opsForStream().add("orders", Map.of("number", "planted-secret")),
				handled("orders", context -> assertThat(received(context)).containsEntry("number", "planted-secret"))));
		ReceivedTransaction request = this.receiver.transaction("request");
		ReceivedSpan publish = request.span("queue.publish");
		ReceivedSpan process = this.receiver.transaction("orders").root();
		InsightsContract.verify(publish);
		InsightsContract.verify(process);
		assertThat(publish.isChildOf(request.root())).isTrue();
		assertThat(request.span("db.redis").isChildOf(publish)).isTrue();
		assertThat(publish.description()).isEqualTo("orders");
		assertThat(publish.data("messaging.system").asText()).isEqualTo("redis");
		assertThat(publish.data("messaging.destination.name").asText()).isEqualTo("orders");
		assertThat(publish.data("messaging.message.id").asText()).matches("\\d{13}-\\d+");
		assertThat(process.data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id"));
		assertThat(process.data("messaging.message.receive.latency").asLong()).isLessThan(10_000);
		assertThat(process.status()).isEqualTo("ok");
		assertThat(this.receiver.bytes()).doesNotContain("planted-secret");
	}

	@Test
	void aRecordIsWrittenAsItIsUnlessItMayCarryItsTrace() {
		this.runner.run(sending(redis -> redis.opsForStream().add("orders", Map.of("number", "42")),
				context -> assertThat(read(context)).containsOnlyKeys("number")));
	}

	@Test
	void aRecordMayCarryItsTraceWhichItsListenerDoesNotSee() {
		this.streams.withPropertyValues("sentry.insights.redis-messaging.trace-fields=true")
			.run(sending(redis -> redis.opsForStream().add("orders", Map.of("number", "42")),
					handled("orders", context -> {
						assertThat(received(context)).containsOnlyKeys("number");
						assertThat(read(context)).containsOnlyKeys("number", "sentry-trace", "baggage");
					})));
		ReceivedSpan publish = this.receiver.transaction("request").span("queue.publish");
		ReceivedSpan process = this.receiver.transaction("orders").root();
		assertThat(process.isChildOf(publish)).isTrue();
		assertThat(process.traceId()).isEqualTo(publish.traceId());
		assertThat(process.data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id"));
	}

	@Test
	void theDecisionThatATraceIsNotSampledTravelsToo() {
		this.streams
			.withPropertyValues("sentry.insights.redis-messaging.trace-fields=true", "sentry.traces-sample-rate=0.0")
			.run(sending(redis -> redis.opsForStream()
				.add(StreamRecords.string(Map.of("number", "42")).withStreamKey("orders")), context -> {
					assertThat(received(context)).containsOnlyKeys("number");
					assertThat(read(context).get("sentry-trace")).asString().endsWith("-0");
					Awaitility.await().until(() -> QueueTimers.count(context, "process", "success") == 1);
					assertThat(QueueTimers.count(context, "publish", "success")).isEqualTo(1);
				}));
		assertThat(this.receiver.transactions()).isEmpty();
	}

	@Test
	void aRecordThatIsNotAllTextCarriesNoTrace() {
		this.runner.withPropertyValues("sentry.insights.redis-messaging.trace-fields=true").run(sending(redis -> {
			redis.opsForStream(new ObjectHashMapper())
				.add(StreamRecords.objectBacked(new Order(42)).withStreamKey("orders"));
			redis.opsForStream(new Jackson2HashMapper(true)).add("orders", Map.of("number", "42"));
		}, context -> {
			List<MapRecord<String, Object, Object>> records = context.getBean(StringRedisTemplate.class)
				.opsForStream()
				.read(StreamOffset.fromStart("orders"));
			assertThat(records.get(0).getValue()).doesNotContainKey("sentry-trace");
			assertThat(records.get(1).getValue()).containsKey("sentry-trace");
		}));
		assertThat(this.receiver.transaction("request").spans("queue.publish")).hasSize(2);
	}

	@Test
	void fieldsThatNobodyCanReadAsATraceBeginOne() {
		this.streams.run(sending(
				redis -> redis.opsForStream()
					.add("orders", Map.of("number", "42", "sentry-trace", "x".repeat(70_000), "baggage", ";;=,")),
				handled("orders", context -> assertThat(received(context)).containsOnlyKeys("number"))));
		assertThat(this.receiver.transaction("orders").root().traceId()).hasSize(32)
			.isNotEqualTo(this.receiver.transaction("request").root().traceId());
	}

	@Test
	void aRecordThatCannotBeHandedOverLeavesNoTransaction() {
		this.runner.run(context -> {
			StreamListener<String, MapRecord<String, String, String>> listener = new TracedStreamListener<>(record -> {
			}, new Receiving(new Destinations(context.getBean(Operations.class), CacheKeys.masked(List.of()))));
			Map<String, String> broken = new TreeMap<>(Map.of("sentry-trace", "x")) {

				@Override
				public Set<Map.Entry<String, String>> entrySet() {
					throw new IllegalStateException("broken");
				}

			};
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> listener.onMessage(MapRecord.create("orders", broken)));
			assertThat(Sentry.getSpan()).isNull();
		});
	}

	@Test
	void aListenerThatFailsIsAnErrorAndTheHandlerOfTheContainerIsTold() {
		this.streams.run(sending(redis -> redis.opsForStream().add("orders", Map.of("number", "fail")),
				context -> assertThat(context.getBean(Streams.class).errors.poll(10, TimeUnit.SECONDS))
					.isSameAs(context.getBean(Streams.class).failure)));
		assertThat(this.receiver.transaction("orders").root().status()).isEqualTo("internal_error");
	}

	@Test
	void aListenerThatIsRegisteredLaterIsReportedTooAndNoListenerTwice() {
		this.streams.run(context -> {
			BlockingQueue<String> late = new LinkedBlockingQueue<>();
			StreamMessageListenerContainer<String, MapRecord<String, String, String>> container = container(context);
			container.receive(StreamOffset.create("payments", ReadOffset.from("0")), record -> late.add("x"));
			StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
			redis.opsForStream().add("orders", Map.of("number", "42"));
			redis.opsForStream().add("payments", Map.of("number", "42"));
			assertThat(late.poll(10, TimeUnit.SECONDS)).isEqualTo("x");
			assertThat(received(context)).isNotEmpty();
			this.receiver.transaction("payments");
			this.receiver.transaction("orders");
		});
		assertThat(this.receiver.transactions()).hasSize(2);
	}

	@Test
	void whatThePageComputesOfAStreamIsTrue() {
		QueueTruth truth = new QueueTruth(1);
		this.streams.withPropertyValues("sentry.max-queue-size=1000").run(sending(redis -> {
			for (int i = 0; i < RECORDS; i++) {
				redis.opsForStream().add("payments", Map.of("number", "42"));
			}
		}, context -> {
			container(context).register(StreamReadRequest.builder(StreamOffset.create("payments", ReadOffset.from("0")))
				.cancelOnError(error -> false)
				.errorHandler(error -> {
				})
				.build(), record -> truth.handle(Map.of(record.getId().getValue(), record.getId().getTimestamp())));
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> truth.done() == RECORDS);
			truth.verify(this.receiver, "payments", RECORDS);
		}));
		List<ReceivedSpan> published = this.receiver.transaction("request").spans("queue.publish");
		assertThat(this.receiver.transactions()).filteredOn(transaction -> transaction.name().equals("payments"))
			.extracting(transaction -> transaction.root().data("messaging.message.id").asText())
			.doesNotHaveDuplicates()
			.containsExactlyInAnyOrderElementsOf(
					published.stream().map(publish -> publish.data("messaging.message.id").asText()).toList());
	}

	@Test
	void aMessageOfAChannelIsPublishedAndProcessed() {
		this.channels.run(sending(redis -> assertThat(redis.convertAndSend("chat.room", "planted-secret")).isEqualTo(1),
				handled("chat.*",
						context -> assertThat(context.getBean(Channels.class).received.poll(10, TimeUnit.SECONDS))
							.isEqualTo("planted-secret"))));
		ReceivedSpan publish = this.receiver.transaction("request").span("queue.publish");
		ReceivedSpan process = this.receiver.transaction("chat.*").root();
		InsightsContract.verify(publish);
		InsightsContract.verify(process);
		assertThat(publish.data("messaging.destination.name").asText()).isEqualTo("chat.room");
		assertThat(publish.data("messaging.message.body.size").asInt()).isEqualTo(14);
		assertThat(process.data("messaging.destination.name").asText()).isEqualTo("chat.*");
		assertThat(process.data("messaging.message.body.size").asInt()).isEqualTo(14);
		assertThat(process.status()).isEqualTo("ok");
		assertThat(this.receiver.bytes()).doesNotContain("planted-secret");
	}

	@Test
	void theMethodBehindAnAdapterIsReported() {
		this.channels.run(sending(redis -> redis.convertAndSend("news", "x"),
				handled("news",
						context -> assertThat(context.getBean(Channels.class).received.poll(10, TimeUnit.SECONDS))
							.isEqualTo("news x"))));
		assertThat(this.receiver.transaction("news").root().status()).isEqualTo("ok");
	}

	@Test
	void aFailureThatAnAdapterHidesIsAnError() {
		this.channels.run(sending(redis -> redis.convertAndSend("news", "fail"),
				context -> assertThat(this.receiver.transaction("news").root().status()).isEqualTo("internal_error")));
	}

	@Test
	void theListenersOfTheApplicationStayWhatTheyAre() {
		this.runner.withUserConfiguration(OwnListeners.class).run(context -> {
			assertThat(context).hasNotFailed();
			StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
			Counter counter = context.getBean(Counter.class);
			redis.convertAndSend("news", "x");
			this.receiver.transaction("news");
			assertThat(counter.seen.get()).isEqualTo(1);
			assertThat(counter.subscribed.get()).isEqualTo(1);
			RecordCounter records = context.getBean(RecordCounter.class);
			redis.opsForStream().add("orders", Map.of("number", "42"));
			this.receiver.transaction("orders");
			assertThat(records.seen.get()).isEqualTo(1);
		});
	}

	@Test
	void aListenerCanComeLaterAndGo() {
		this.runner.withUserConfiguration(OwnListeners.class).run(context -> {
			StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
			RedisMessageListenerContainer container = context.getBean(RedisMessageListenerContainer.class);
			assertThat(container.isActive()).isTrue();
			BlockingQueue<String> received = new LinkedBlockingQueue<>();
			MessageListener later = (message, pattern) -> received.add("later");
			MessageListenerAdapter adapter = new MessageListenerAdapter(
					(MessageListener) (message, pattern) -> received.add("adapted"));
			container.addMessageListener(later, new ChannelTopic("payments"));
			container.addMessageListener(adapter, new ChannelTopic("mails"));
			redis.convertAndSend("payments", "x");
			redis.convertAndSend("mails", "x");
			assertThat(received.poll(10, TimeUnit.SECONDS)).isNotNull();
			assertThat(received.poll(10, TimeUnit.SECONDS)).isNotNull();
			this.receiver.transaction("payments");
			this.receiver.transaction("mails");
			container.removeMessageListener(later, new ChannelTopic("payments"));
			container.removeMessageListener(adapter);
			container.removeMessageListener(context.getBean(Counter.class));
			container.addMessageListener(later, new ChannelTopic("chat"));
			assertThat(listeners(container)).isEqualTo(1);
			redis.convertAndSend("chat", "x");
			this.receiver.transaction("chat");
		});
		assertThat(this.receiver.transactions()).hasSize(3);
	}

	@Test
	void aNotificationAboutAKeyIsNoMessage() {
		this.channels.run(context -> {
			StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
			redis.execute((RedisCallback<@Nullable Object>) connection -> {
				connection.serverCommands().setConfig("notify-keyspace-events", "KEA");
				return null;
			});
			redis.opsForValue().set("key", "x");
			assertThat(context.getBean(Channels.class).received.poll(10, TimeUnit.SECONDS)).isEqualTo("key");
			redis.convertAndSend("news", "x");
			this.receiver.transaction("news");
		});
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void templatesStayWhatTheyAre() {
		this.runner.run(sending(redis -> {
			redis.opsForValue().set("a", "b");
			assertThat(redis.opsForValue().get("a")).isEqualTo("b");
			assertThat(redis.opsForStream().size("none")).isZero();
			assertThat(redis.opsForStream()).isSameAs(redis.opsForStream());
			List<Object> results = redis.executePipelined(new SessionCallback<@Nullable Object>() {

				@Override
				public <K, V> @Nullable Object execute(RedisOperations<K, V> operations) {
					redis.opsForStream().add("orders", Map.of("number", "42"));
					return null;
				}

			});
			assertThat(results).hasSize(1).first().isInstanceOf(RecordId.class);
		}, context -> {
			assertThat(context).hasSingleBean(StringRedisTemplate.class);
			assertThat(context.getBean("objects", RedisTemplate.class).getConnectionFactory())
				.isSameAs(context.getBean(RedisConnectionFactory.class));
		}));
		InsightsContract.verify(this.receiver.transaction("request").span("queue.publish"));
	}

	@Test
	void aFailureToSendReachesTheCallerUntouched() {
		this.runner.withPropertyValues("redis.port=1")
			.run(sending(redis -> assertThatExceptionOfType(RedisConnectionFailureException.class)
				.isThrownBy(() -> redis.opsForStream().add("orders", Map.of("number", "42"))), context -> {
				}));
		ReceivedSpan publish = this.receiver.transaction("request").span("queue.publish");
		InsightsContract.verify(publish);
		assertThat(publish.status()).isEqualTo("internal_error");
	}

	@Test
	void aBeanCanBeExcluded() {
		this.streams.withPropertyValues("sentry.insights.redis-messaging.exclude=strings,streamContainer")
			.run(sending(redis -> redis.opsForStream().add("orders", Map.of("number", "42")),
					context -> assertThat(received(context)).isNotEmpty()));
		assertThat(this.receiver.transaction("request").spans("queue.publish")).isEmpty();
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void canBeSwitchedOff() {
		this.runner.withPropertyValues("sentry.insights.redis-messaging.enabled=false")
			.run(context -> assertThat(context).doesNotHaveBean(MessagingInstrumentation.class));
	}

	@Test
	void messagesGoThroughWithoutSentry() {
		InsightsContextRunner.withoutSentry()
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.redismessaging.RedisMessagingAutoConfiguration"))
			.withUserConfiguration(Templates.class, Streams.class)
			.withPropertyValues("sentry.insights.redis-messaging.trace-fields=true")
			.run(context -> {
				context.getBean(StringRedisTemplate.class).opsForStream().add("orders", Map.of("number", "42"));
				assertThat(received(context)).containsOnlyKeys("number");
				assertThat(read(context)).containsOnlyKeys("number");
			});
	}

	/**
	 * Wait for the end of what handles a message, before Sentry is closed with the
	 * context.
	 */
	private ContextConsumer<AssertableApplicationContext> handled(String destination,
			ContextConsumer<AssertableApplicationContext> then) {
		return context -> {
			then.accept(context);
			this.receiver.transaction(destination);
		};
	}

	private static ContextConsumer<AssertableApplicationContext> sending(Consumer<StringRedisTemplate> sending,
			ContextConsumer<AssertableApplicationContext> then) {
		return context -> {
			assertThat(context).hasNotFailed();
			ITransaction request = CurrentTransaction.start("request");
			try {
				sending.accept(context.getBean(StringRedisTemplate.class));
			}
			finally {
				request.finish();
			}
			then.accept(context);
		};
	}

	private static Map<String, String> received(ApplicationContext context) throws InterruptedException {
		return context.getBean(Streams.class).received.poll(10, TimeUnit.SECONDS);
	}

	private static Map<Object, Object> read(ApplicationContext context) {
		return context.getBean(StringRedisTemplate.class)
			.opsForStream()
			.read(StreamOffset.fromStart("orders"))
			.get(0)
			.getValue();
	}

	@SuppressWarnings("unchecked")
	private static StreamMessageListenerContainer<String, MapRecord<String, String, String>> container(
			ApplicationContext context) {
		return context.getBean(StreamMessageListenerContainer.class);
	}

	private static int listeners(RedisMessageListenerContainer container) {
		Object target = AopProxyUtils.getSingletonTarget(container);
		assertThat(target).isNotNull();
		Map<?, ?> listeners = (Map<?, ?>) PropertyAccessorFactory.forDirectFieldAccess(target)
			.getPropertyValue("channelMapping");
		assertThat(listeners).isNotNull();
		return listeners.values().stream().mapToInt(registered -> ((Collection<?>) registered).size()).sum();
	}

	record Order(int number) {
	}

	static final class Counter implements MessageListener, SubscriptionListener {

		final AtomicInteger seen = new AtomicInteger();

		final AtomicInteger subscribed = new AtomicInteger();

		@Override
		public void onMessage(Message message, byte @Nullable [] pattern) {
			this.seen.incrementAndGet();
		}

		@Override
		public void onChannelSubscribed(byte[] channel, long count) {
			this.subscribed.incrementAndGet();
		}

	}

	static class RecordCounter implements StreamListener<String, MapRecord<String, String, String>> {

		final AtomicInteger seen = new AtomicInteger();

		@Override
		public void onMessage(MapRecord<String, String, String> record) {
			this.seen.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnListeners {

		@Bean
		Counter counter() {
			return new Counter();
		}

		@Bean
		RecordCounter records() {
			return new RecordCounter();
		}

		@Bean
		RedisMessageListenerContainer channelContainer(RedisConnectionFactory factory, Counter counter) {
			RedisMessageListenerContainer container = new RedisMessageListenerContainer();
			container.setConnectionFactory(factory);
			container.addMessageListener(counter, new ChannelTopic("news"));
			return container;
		}

		@Bean(initMethod = "start", destroyMethod = "stop")
		StreamMessageListenerContainer<String, MapRecord<String, String, String>> streamContainer(
				RedisConnectionFactory factory) {
			return StreamMessageListenerContainer.create(factory,
					StreamMessageListenerContainerOptions.builder().pollTimeout(Duration.ofMillis(100)).build());
		}

		@Bean
		Subscription subscription(
				StreamMessageListenerContainer<String, MapRecord<String, String, String>> streamContainer,
				RecordCounter records) {
			return streamContainer.receive(StreamOffset.create("orders", ReadOffset.from("0")), records);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Templates {

		@Bean
		LettuceConnectionFactory redisConnectionFactory(Environment environment) {
			return new LettuceConnectionFactory(
					new RedisStandaloneConfiguration("127.0.0.1",
							environment.getProperty("redis.port", Integer.class, server.port())),
					LettuceClientConfiguration.builder().shutdownQuietPeriod(Duration.ZERO).build());
		}

		@Bean
		StringRedisTemplate strings(RedisConnectionFactory factory) {
			return new StringRedisTemplate(factory);
		}

		@Bean
		RedisTemplate<Object, Object> objects(RedisConnectionFactory factory) {
			RedisTemplate<Object, Object> template = new RedisTemplate<>();
			template.setConnectionFactory(factory);
			return template;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Streams {

		final BlockingQueue<Map<String, String>> received = new LinkedBlockingQueue<>();

		final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();

		final IllegalStateException failure = new IllegalStateException("42");

		@Bean
		StreamMessageListenerContainer<String, MapRecord<String, String, String>> streamContainer(
				RedisConnectionFactory factory) {
			return StreamMessageListenerContainer.create(factory,
					StreamMessageListenerContainerOptions.builder()
						.pollTimeout(Duration.ofMillis(100))
						.errorHandler(this.errors::add)
						.build());
		}

		@Bean
		StreamListener<String, MapRecord<String, String, String>> orders() {
			return record -> {
				if (record.getValue().containsValue("fail")) {
					throw this.failure;
				}
				this.received.add(record.getValue());
			};
		}

		@Bean
		Subscription subscription(
				StreamMessageListenerContainer<String, MapRecord<String, String, String>> streamContainer,
				StreamListener<String, MapRecord<String, String, String>> orders) {
			Subscription subscription = streamContainer
				.register(StreamReadRequest.builder(StreamOffset.create("orders", ReadOffset.from("0")))
					.cancelOnError(error -> false)
					.errorHandler(this.errors::add)
					.build(), orders);
			streamContainer.start();
			return subscription;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Channels {

		final BlockingQueue<String> received = new LinkedBlockingQueue<>();

		@Bean
		RedisMessageListenerContainer channelContainer(RedisConnectionFactory factory, MessageListener chat,
				MessageListener keys, MessageListenerAdapter news) {
			RedisMessageListenerContainer container = new RedisMessageListenerContainer();
			container.setConnectionFactory(factory);
			container.addMessageListener(chat, new PatternTopic("chat.*"));
			container.addMessageListener(keys, new PatternTopic("__keyevent*:set"));
			container.addMessageListener(news, new ChannelTopic("news"));
			return container;
		}

		@Bean
		MessageListener chat() {
			return (message, pattern) -> this.received.add(new String(message.getBody(), StandardCharsets.UTF_8));
		}

		@Bean
		MessageListener keys() {
			return (message, pattern) -> this.received.add(new String(message.getBody(), StandardCharsets.UTF_8));
		}

		@Bean
		MessageListenerAdapter news() {
			return new MessageListenerAdapter(new News(this.received), "read");
		}

	}

	static class News {

		private final BlockingQueue<String> received;

		News(BlockingQueue<String> received) {
			this.received = received;
		}

		public void read(String text, String channel) {
			if (text.equals("fail")) {
				throw new IllegalStateException("42");
			}
			this.received.add(channel + " " + text);
		}

	}

}
