package io.github.sentryinsights.redismessaging;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.data.redis.RedisSystemException;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.data.redis.core.SessionCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.hash.HashMapper;
import org.springframework.data.redis.serializer.StringRedisSerializer;
import org.springframework.integration.IntegrationMessageHeaderAccessor;
import org.springframework.integration.acks.SimpleAcknowledgment;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.channel.FluxMessageChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.core.MessageProducer;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.context.IntegrationFlowContext;
import org.springframework.integration.support.context.NamedComponent;
import org.springframework.integration.redis.channel.SubscribableRedisChannel;
import org.springframework.integration.redis.inbound.ReactiveRedisStreamMessageProducer;
import org.springframework.integration.redis.inbound.RedisInboundChannelAdapter;
import org.springframework.integration.redis.inbound.RedisQueueInboundGateway;
import org.springframework.integration.redis.inbound.RedisQueueMessageDrivenEndpoint;
import org.springframework.integration.redis.outbound.ReactiveRedisStreamMessageHandler;
import org.springframework.integration.redis.outbound.RedisPublishingMessageHandler;
import org.springframework.integration.redis.outbound.RedisQueueOutboundChannelAdapter;
import org.springframework.integration.redis.outbound.RedisQueueOutboundGateway;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.SubscribableChannel;
import org.springframework.messaging.support.GenericMessage;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.operation.PublisherInstrumentation;
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
 * Tests for the adapters and gateways of Spring Integration over a real Redis.
 */
class RedisIntegrationTests {

	private static final int MESSAGES = 200;

	private static final String TRACE_FIELDS = "sentry.insights.redis-messaging.trace-fields=true";

	@RegisterExtension
	static EmbeddedRedis server = EmbeddedRedis.start();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = connected(InsightsContextRunner.sendingTo(this.receiver))
		.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
		.withPropertyValues("sentry.max-queue-size=1000");

	@Test
	void aMessageOfAQueueIsPublishedAndProcessed() {
		this.runner.withUserConfiguration(Queues.class).run(context -> {
			request(() -> {
				send(context, "orders.input", "planted-secret");
				send(context, "mails", "x");
			});
			assertThat(payload(context.getBean(Queues.class).handled)).isEqualTo("planted-secret");
			ReceivedTransaction request = this.receiver.transaction("request");
			List<ReceivedSpan> published = request.spans("queue.publish");
			assertThat(published).extracting(ReceivedSpan::description).containsExactly("orders", "mails");
			for (ReceivedSpan publish : published) {
				InsightsContract.verify(publish);
				assertThat(publish.status()).isEqualTo("ok");
				assertThat(publish.isChildOf(request.root())).isTrue();
				assertThat(commands(request, publish.description().equals("orders") ? "LPUSH" : "RPUSH"))
					.singleElement()
					.matches(command -> command.isChildOf(publish));
				ReceivedSpan process = this.receiver.transaction(publish.description()).root();
				InsightsContract.verify(process);
				assertThat(process.status()).isEqualTo("ok");
				assertThat(process.data("messaging.system").asText()).isEqualTo("redis");
				assertThat(process.data("messaging.message.retry.count").asInt()).isZero();
				assertThat(process.traceId()).isNotEqualTo(publish.traceId());
			}
			assertThat(published.get(0).data("messaging.message.body.size").asInt()).isEqualTo(14);
			assertThat(this.receiver.transactions()).hasSize(3);
		});
		assertThat(this.receiver.bytes()).doesNotContain("planted-secret");
	}

	@Test
	void aMessageThatIsSentWholeCarriesItsTraceAndStaysTheSame() {
		this.runner.withUserConfiguration(Envelopes.class).withPropertyValues(TRACE_FIELDS).run(context -> {
			Message<String> sent = new GenericMessage<>("x",
					Map.of("tenant", "a", "sentry-trace", "of another message"));
			request(() -> context.getBean("orders.input", MessageChannel.class).send(sent));
			Message<?> handled = context.getBean(Envelopes.class).handled.poll(10, TimeUnit.SECONDS);
			assertThat(handled).isNotNull();
			assertThat(handled.getPayload()).isEqualTo("x");
			assertThat(handled.getHeaders()).containsEntry("tenant", "a")
				.containsEntry("id", sent.getHeaders().getId())
				.containsEntry("timestamp", sent.getHeaders().getTimestamp())
				.containsKeys("sentry-trace", "baggage", "sentry-task-enqueued-time", "messaging.message.id");
			ReceivedSpan publish = this.receiver.transaction("request").span("queue.publish");
			ReceivedSpan process = this.receiver.transaction("orders").root();
			InsightsContract.verify(publish);
			InsightsContract.verify(process);
			assertThat(process.isChildOf(publish)).isTrue();
			assertThat(process.traceId()).isEqualTo(publish.traceId());
			assertThat(process.data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id"));
			assertThat(process.data("messaging.message.receive.latency").asLong()).isLessThan(10_000);
		});
	}

	@Test
	void theHeadersOfAMessageThatIsSentWholeStayUnlessTheyMayCarryItsTrace() {
		this.runner.withUserConfiguration(Envelopes.class).run(context -> {
			request(() -> send(context, "orders.input", "x"));
			Message<?> handled = context.getBean(Envelopes.class).handled.poll(10, TimeUnit.SECONDS);
			assertThat(handled).isNotNull();
			assertThat(handled.getHeaders()).containsOnlyKeys("id", "timestamp");
			this.receiver.transaction("orders");
		});
	}

	@Test
	void theDecisionThatATraceIsNotSampledTravelsToo() {
		this.runner.withUserConfiguration(Envelopes.class)
			.withPropertyValues(TRACE_FIELDS, "sentry.traces-sample-rate=0.0")
			.run(context -> {
				request(() -> {
					send(context, "orders.input", "x");
					send(context, "orders.input", "x");
				});
				Message<?> handled = context.getBean(Envelopes.class).handled.poll(10, TimeUnit.SECONDS);
				assertThat(handled).isNotNull();
				assertThat(handled.getHeaders().get("sentry-trace")).asString().endsWith("-0");
				Awaitility.await().until(() -> QueueTimers.count(context, "process", "success") == 2);
				assertThat(QueueTimers.count(context, "publish", "success")).isEqualTo(2);
			});
		assertThat(this.receiver.transactions()).isEmpty();
	}

	@Test
	void failuresAreErrorsWhoeverDealsWithThem() {
		this.runner.withUserConfiguration(Queues.class).run(context -> {
			StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
			redis.opsForList().leftPush("orders", "fail");
			assertThat(this.receiver.transaction("orders").root().status()).isEqualTo("internal_error");
			redis.opsForList().leftPush("mails", "fail");
			assertThat(this.receiver.transaction("mails").root().status()).isEqualTo("internal_error");
			assertThat(context.getBean(Queues.class).errors.poll(10, TimeUnit.SECONDS))
				.hasRootCauseMessage("out of stock");
			redis.opsForList().leftPush("orders", "x");
			assertThat(payload(context.getBean(Queues.class).handled)).isEqualTo("x");
			redis.opsForValue().set("payments", "not a list");
			request(() -> assertThatExceptionOfType(MessageHandlingException.class)
				.isThrownBy(() -> send(context, "payments.input", "x"))
				.withStackTraceContaining("WRONGTYPE"));
			ReceivedSpan publish = this.receiver.transaction("request").span("queue.publish");
			InsightsContract.verify(publish);
			assertThat(publish.status()).isEqualTo("internal_error");
			assertThat(Sentry.getSpan()).isNull();
		});
	}

	@Test
	void whatThePageComputesOfAQueueIsTrue() {
		this.runner.withUserConfiguration(Envelopes.class).withPropertyValues(TRACE_FIELDS).run(context -> {
			QueueTruth truth = context.getBean(Envelopes.class).truth;
			request(() -> {
				for (int i = 0; i < MESSAGES; i++) {
					send(context, "orders.input", i);
				}
			});
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> truth.done() == MESSAGES);
			truth.verify(this.receiver, "orders", MESSAGES);
		});
	}

	@Test
	void aRequestIsPublishedUntilItsReplyIsThereAndProcessed() {
		this.runner.withUserConfiguration(Gateways.class).withPropertyValues(TRACE_FIELDS).run(context -> {
			request(() -> send(context, "orders.input", "x"));
			Message<?> reply = context.getBean(Gateways.class).replies.poll(10, TimeUnit.SECONDS);
			assertThat(reply).isNotNull();
			assertThat(reply.getPayload()).isEqualTo("x handled");
			ReceivedTransaction request = this.receiver.transaction("request");
			ReceivedSpan publish = request.span("queue.publish");
			ReceivedSpan process = this.receiver.transaction("orders").root();
			InsightsContract.verify(publish);
			InsightsContract.verify(process);
			assertThat(publish.status()).isEqualTo("ok");
			assertThat(process.status()).isEqualTo("ok");
			assertThat(process.isChildOf(publish)).isTrue();
			assertThat(process.data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id"));
			assertThat(commands(request, "LPUSH")).isNotEmpty().allMatch(command -> command.isChildOf(publish));
			this.receiver.clear();
			request(() -> send(context, "orders.input", "fail"));
			assertThat(this.receiver.transaction("orders").root().status()).isEqualTo("internal_error");
			assertThat(this.receiver.transaction("request").span("queue.publish").status()).isEqualTo("ok");
			assertThat(context.getBean(Gateways.class).attempts).hasSize(2);
		});
	}

	@Test
	void aChannelThatIsOnlyNamedIsKnownByItsNameAndReadFromAsBefore() {
		this.runner.withUserConfiguration(Named.class)
			.withConfiguration(AutoConfigurations.of(IntegrationLater.class))
			.run(context -> {
				context.getBean(StringRedisTemplate.class).opsForList().leftPush("mails", "x");
				assertThat(payload(context.getBean(Named.class).handled)).isEqualTo("x");
				assertThat(this.receiver.transaction("mails").root().status()).isEqualTo("ok");
				// As the graph of Spring Integration and flows that begin there ask it.
				assertThat(context.getBean(RedisQueueMessageDrivenEndpoint.class).getOutputChannel())
					.isInstanceOf(SubscribableChannel.class)
					.isInstanceOfSatisfying(NamedComponent.class,
							channel -> assertThat(channel.getBeanName()).isEqualTo("mailsToHandle"));
			});
	}

	@Test
	void aTemplateOfASubclassStaysAsItIs() {
		this.runner.withUserConfiguration(Subclassed.class).run(context -> {
			request(() -> send(context, "news.input", "x"));
			assertThat(context.getBean(StringRedisTemplate.class).getConnectionFactory())
				.isSameAs(context.getBean(RedisConnectionFactory.class));
			assertThat(this.receiver.transaction("request").span("queue.publish").description()).isEqualTo("news");
		});
	}

	@Test
	void aMessageOfAChannelIsPublishedAndProcessedByAllWhoSubscribe() {
		this.runner.withUserConfiguration(Topics.class).run(context -> {
			request(() -> send(context, "news.input", "planted-secret"));
			Handled handled = context.getBean(Topics.class).handled;
			assertThat(payload(handled)).isEqualTo("planted-secret");
			assertThat(payload(handled)).isEqualTo("planted-secret");
			ReceivedSpan publish = this.receiver.transaction("request").span("queue.publish");
			InsightsContract.verify(publish);
			assertThat(publish.description()).isEqualTo("chat.room");
			assertThat(publish.data("messaging.message.body.size").asInt()).isEqualTo(14);
			for (String subscribed : List.of("chat.room", "chat.*")) {
				ReceivedSpan process = this.receiver.transaction(subscribed).root();
				InsightsContract.verify(process);
				assertThat(process.status()).isEqualTo("ok");
				assertThat(process.data("messaging.destination.name").asText()).isEqualTo(subscribed);
				assertThat(process.data("messaging.message.body.size").asInt()).isEqualTo(14);
			}
			assertThat(this.receiver.transactions()).hasSize(3);
			this.receiver.clear();
			context.getBean(StringRedisTemplate.class).convertAndSend("chat.room", "fail");
			assertThat(this.receiver.transaction("chat.*").root().status()).isEqualTo("internal_error");
		});
		assertThat(this.receiver.bytes()).doesNotContain("planted-secret");
	}

	@Test
	void whatIsSentWithinATransactionOfRedisStaysInIt() {
		this.runner.withUserConfiguration(Topics.class).run(context -> {
			List<Object> results = context.getBean(StringRedisTemplate.class).execute(new SessionCallback<>() {

				@Override
				public <K, V> List<Object> execute(RedisOperations<K, V> operations) {
					operations.multi();
					send(context, "news.input", "x");
					return operations.exec();
				}

			});
			assertThat(results).hasSize(1);
			assertThat(payload(context.getBean(Topics.class).handled)).isEqualTo("x");
		});
	}

	@Test
	void aMessageThatAnotherConnectionSendsIsNotKept() {
		this.runner.withUserConfiguration(Envelopes.class).withPropertyValues(TRACE_FIELDS).run(context -> {
			WeakReference<Object> payload = new WeakReference<>(new Date());
			context.getBean(StringRedisTemplate.class).execute(new SessionCallback<>() {

				@Override
				public <K, V> List<Object> execute(RedisOperations<K, V> operations) {
					operations.multi();
					send(context, "orders.input", Objects.requireNonNull(payload.get()));
					return operations.exec();
				}

			});
			assertThat(payload(context.getBean(Envelopes.class).handled)).isInstanceOf(Date.class);
			Awaitility.await().until(() -> {
				System.gc();
				return payload.get() == null;
			});
		});
	}

	@Test
	void anAdapterOfAFlowThatComesLaterIsReportedTooButForNotificationsAboutKeys() {
		this.runner.withUserConfiguration(Broadcast.class).run(context -> {
			StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
			redis.execute((RedisCallback<@Nullable Object>) connection -> {
				connection.serverCommands().setConfig("notify-keyspace-events", "KEA");
				return null;
			});
			RedisInboundChannelAdapter adapter = new RedisInboundChannelAdapter(
					context.getBean(RedisConnectionFactory.class));
			adapter.setTopics("chat");
			adapter.setTopicPatterns("__keyevent@*");
			Handled handled = new Handled();
			context.getBean(IntegrationFlowContext.class)
				.registration(IntegrationFlow.from(adapter).handle(handled).get())
				.register();
			redis.opsForValue().set("key", "x");
			assertThat(payload(handled)).isEqualTo("key");
			redis.convertAndSend("chat", "x");
			assertThat(payload(handled)).isEqualTo("x");
			assertThat(this.receiver.transaction("chat").root().status()).isEqualTo("ok");
			assertThat(this.receiver.transactions()).hasSize(1);
			redis.execute((RedisCallback<@Nullable Object>) connection -> {
				connection.serverCommands().setConfig("notify-keyspace-events", "");
				return null;
			});
		});
	}

	@Test
	void aChannelOverRedisPublishesAndProcesses() {
		this.runner.withUserConfiguration(Broadcast.class).run(context -> {
			request(() -> send(context, "broadcast", "planted-secret"));
			assertThat(payload(context.getBean(Broadcast.class).handled)).isEqualTo("planted-secret");
			ReceivedTransaction request = this.receiver.transaction("request");
			ReceivedSpan publish = request.span("queue.publish");
			ReceivedSpan process = this.receiver.transaction("news").root();
			InsightsContract.verify(publish);
			InsightsContract.verify(process);
			assertThat(request.span("db.redis").isChildOf(publish)).isTrue();
			assertThat(publish.description()).isEqualTo("news");
			assertThat(process.status()).isEqualTo("ok");
			this.receiver.clear();
			send(context, "broadcast", "fail");
			assertThat(this.receiver.transaction("news").root().status()).isEqualTo("internal_error");
			send(context, "broadcast", "x");
			assertThat(payload(context.getBean(Broadcast.class).handled)).isEqualTo("x");
		});
		assertThat(this.receiver.bytes()).doesNotContain("planted-secret");
	}

	@Test
	void aRecordIsPublishedAndProcessedUnderOneIdentity() {
		this.runner.withUserConfiguration(Streams.class).run(context -> {
			request(() -> context.getBean(ReactiveRedisStreamMessageHandler.class)
				.handleMessage(new GenericMessage<>(Map.of("number", "planted-secret")))
				.block(Duration.ofSeconds(10)));
			assertThat(payload(context.getBean(Streams.class).handled)).isEqualTo(Map.of("number", "planted-secret"));
			assertThat(record(context)).containsOnlyKeys("number");
			ReceivedTransaction request = this.receiver.transaction("request");
			ReceivedSpan publish = request.span("queue.publish");
			ReceivedSpan process = this.receiver.transaction("payments").root();
			assertThat(publish.isChildOf(request.root())).isTrue();
			assertThat(commands(request, "XADD")).singleElement().matches(command -> command.isChildOf(request.root()));
			InsightsContract.verify(publish);
			InsightsContract.verify(process);
			assertThat(publish.description()).isEqualTo("payments");
			assertThat(publish.status()).isEqualTo("ok");
			assertThat(process.status()).isEqualTo("ok");
			assertThat(publish.data("messaging.message.id").asText()).matches("\\d{13}-\\d+");
			assertThat(process.data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id"));
			assertThat(process.data("messaging.message.receive.latency").asLong()).isLessThan(10_000);
			assertThat(process.data("messaging.message.retry.count").asInt()).isZero();
			assertThat(this.receiver.transactions()).hasSize(2);
			this.receiver.clear();
			context.getBean(StringRedisTemplate.class).opsForStream().add("payments", Map.of("number", "fail"));
			assertThat(this.receiver.transaction("payments").root().status()).isEqualTo("internal_error");
			request(() -> assertThatExceptionOfType(RedisSystemException.class)
				.isThrownBy(() -> context.getBean(ReactiveRedisStreamMessageHandler.class)
					.handleMessage(new GenericMessage<>(Map.of()))
					.block(Duration.ofSeconds(10))));
			assertThat(this.receiver.transaction("request").span("queue.publish").status()).isEqualTo("internal_error");
		});
		assertThat(this.receiver.bytes()).doesNotContain("planted-secret");
	}

	@Test
	void aRecordMayCarryItsTraceWhichTheFlowDoesNotSee() {
		this.runner.withUserConfiguration(Streams.class, Groups.class).withPropertyValues(TRACE_FIELDS).run(context -> {
			StringRedisTemplate redis = context.getBean(StringRedisTemplate.class);
			Awaitility.await()
				.ignoreExceptions()
				.untilAsserted(() -> assertThat(redis.opsForStream().groups("payments").size()).isEqualTo(1));
			request(() -> {
				send(context, "records.input", Map.of("number", "42"));
				Awaitility.await().until(() -> redis.opsForStream().size("payments") == 1);
			});
			assertThat(record(context)).containsOnlyKeys("number", "sentry-trace", "baggage");
			assertThat(payload(context.getBean(Streams.class).handled)).isEqualTo(Map.of("number", "42"));
			Message<?> grouped = context.getBean(Groups.class).handled.poll(10, TimeUnit.SECONDS);
			assertThat(grouped).isNotNull();
			assertThat(grouped.getPayload()).isInstanceOfSatisfying(MapRecord.class,
					record -> assertThat(record.getValue()).isEqualTo(Map.of("number", "42")));
			assertThat(pending(context)).isEqualTo(1);
			SimpleAcknowledgment acknowledgment = grouped.getHeaders()
				.get(IntegrationMessageHeaderAccessor.ACKNOWLEDGMENT_CALLBACK, SimpleAcknowledgment.class);
			assertThat(acknowledgment).isNotNull();
			acknowledgment.acknowledge();
			Awaitility.await().until(() -> pending(context) == 0);
			Awaitility.await().until(() -> this.receiver.transactions().size() == 3);
			ReceivedSpan publish = this.receiver.transaction("request").span("queue.publish");
			assertThat(this.receiver.transactions()).filteredOn(received -> received.name().equals("payments"))
				.extracting(ReceivedTransaction::root)
				.hasSize(2)
				.allMatch(process -> process.isChildOf(publish))
				.allMatch(process -> process.traceId().equals(publish.traceId()));
		});
	}

	@Test
	void anAdapterWhoseChannelTakesAWholeFlowIsLeftAlone() {
		this.runner.withUserConfiguration(WholeFlow.class).run(context -> {
			context.getBean(StringRedisTemplate.class).opsForStream().add("payments", Map.of("number", "42"));
			assertThat(context.getBean(WholeFlow.class).handled.poll(10, TimeUnit.SECONDS)).isNotNull();
			assertThat(context.getBean(InstrumentedBeans.class).toString())
				.contains("not redis-messaging fromPayments (its channel takes a whole flow of messages)");
		});
	}

	@Test
	void anAdapterBehindAProxyOfItsInterfacesIsReported() {
		this.runner.withUserConfiguration(Proxied.class).run(context -> {
			assertThat(context.getBean("fromMails")).isNotInstanceOf(RedisQueueMessageDrivenEndpoint.class);
			request(() -> context.getBean("toMails", MessageHandler.class).handleMessage(new GenericMessage<>("x")));
			assertThat(payload(context.getBean(Proxied.class).handled)).isEqualTo("x");
			assertThat(this.receiver.transaction("request").span("queue.publish").description()).isEqualTo("mails");
			assertThat(this.receiver.transaction("mails").root().status()).isEqualTo("ok");
		});
	}

	@Test
	void anAdapterWithoutAChannelIsLeftAlone() {
		this.runner.withUserConfiguration(Unconnected.class)
			.run(context -> assertThat(context.getBean(InstrumentedBeans.class).toString())
				.contains("not redis-messaging fromOrders (it has no channel when the application starts)"));
	}

	@Test
	void anAdapterForRecordsIsLeftAloneWhereNothingObservesReactor() {
		this.runner.withUserConfiguration(Streams.class)
			.withBean(PublisherInstrumentation.class, () -> PublisherInstrumentation.NONE)
			.run(context -> {
				send(context, "records.input", Map.of("number", "42"));
				assertThat(payload(context.getBean(Streams.class).handled)).isEqualTo(Map.of("number", "42"));
				assertThat(context.getBean(InstrumentedBeans.class).toString())
					.contains("not redis-messaging toRecords (nothing observes a Mono)");
			});
	}

	@Test
	void anAdapterCanBeExcluded() {
		this.runner.withUserConfiguration(Broadcast.class)
			.withPropertyValues("sentry.insights.redis-messaging.exclude=broadcast")
			.run(context -> {
				request(() -> send(context, "broadcast", "x"));
				assertThat(payload(context.getBean(Broadcast.class).handled)).isEqualTo("x");
				assertThat(this.receiver.transaction("request").spans("queue.publish")).isEmpty();
			});
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void messagesGoThroughWithoutSentry() {
		connected(InsightsContextRunner.withoutSentry()).withPropertyValues(TRACE_FIELDS)
			.withUserConfiguration(Envelopes.class, Topics.class, Broadcast.class, Streams.class)
			.run(context -> {
				send(context, "orders.input", "x");
				assertThat(context.getBean(Envelopes.class).handled.poll(10, TimeUnit.SECONDS)).isNotNull()
					.satisfies(handled -> assertThat(handled.getHeaders()).containsOnlyKeys("id", "timestamp"));
				send(context, "news.input", "x");
				assertThat(payload(context.getBean(Topics.class).handled)).isEqualTo("x");
				send(context, "broadcast", "x");
				assertThat(payload(context.getBean(Broadcast.class).handled)).isEqualTo("x");
				send(context, "records.input", Map.of("number", "42"));
				assertThat(payload(context.getBean(Streams.class).handled)).isEqualTo(Map.of("number", "42"));
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aRecordIsMappedOnce(boolean withSentry) {
		ApplicationContextRunner runner = withSentry ? this.runner : connected(InsightsContextRunner.withoutSentry());
		runner.withPropertyValues(TRACE_FIELDS).withUserConfiguration(Mapped.class).run(context -> {
			request(() -> context.getBean(ReactiveRedisStreamMessageHandler.class)
				.handleMessage(new GenericMessage<>(List.of("42")))
				.block(Duration.ofSeconds(10)));
			assertThat(context.getBean(Mapped.class).mapped).containsExactly(List.of("42"));
			assertThat(record(context)).containsEntry("number", "42").hasSize(withSentry ? 3 : 1);
		});
	}

	private static ApplicationContextRunner connected(ApplicationContextRunner runner) {
		return runner
			.withConfiguration(InsightsContextRunner.autoConfigurations(
					"io.github.sentryinsights.redis.LettuceRedisAutoConfiguration",
					"io.github.sentryinsights.reactor.ReactorInsightsAutoConfiguration",
					"io.github.sentryinsights.redismessaging.RedisMessagingAutoConfiguration"))
			.withUserConfiguration(Connections.class);
	}

	private static void request(Runnable work) {
		ITransaction request = CurrentTransaction.start("request");
		try {
			work.run();
		}
		finally {
			request.finish();
		}
	}

	private static void send(ApplicationContext context, String channel, Object payload) {
		context.getBean(channel, MessageChannel.class).send(new GenericMessage<>(payload));
	}

	/**
	 * Leave out the commands of adapters that wait for messages, as a request that is
	 * started like this one is current on all threads of theirs.
	 */
	private static List<ReceivedSpan> commands(ReceivedTransaction request, String name) {
		return request.spans("db.redis").stream().filter(command -> command.description().startsWith(name)).toList();
	}

	private static Map<Object, Object> record(ApplicationContext context) {
		return context.getBean(StringRedisTemplate.class)
			.opsForStream()
			.read(StreamOffset.fromStart("payments"))
			.get(0)
			.getValue();
	}

	private static long pending(ApplicationContext context) {
		return context.getBean(StringRedisTemplate.class)
			.opsForStream()
			.pending("payments", "group")
			.getTotalPendingMessages();
	}

	private static @Nullable Object payload(Handled handled) throws InterruptedException {
		Message<?> message = handled.poll(10, TimeUnit.SECONDS);
		return (message != null) ? message.getPayload() : null;
	}

	/**
	 * Where the messages of a flow end.
	 */
	private static final class Handled extends LinkedBlockingQueue<Message<?>> implements MessageHandler {

		private static final long serialVersionUID = 1L;

		@Override
		public void handleMessage(Message<?> message) {
			if (message.getPayload().toString().contains("fail")) {
				throw new IllegalStateException("out of stock");
			}
			add(message);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Connections {

		@Bean
		LettuceConnectionFactory redisConnectionFactory() {
			LettuceConnectionFactory factory = new LettuceConnectionFactory(
					new RedisStandaloneConfiguration("127.0.0.1", server.port()),
					LettuceClientConfiguration.builder().shutdownQuietPeriod(Duration.ZERO).build());
			// A thread that connects would wait for one of the client that waits for it.
			factory.setEagerInitialization(true);
			return factory;
		}

		/**
		 * Adapters wait a second for an element of a list, and a context that is closed
		 * would wait for them.
		 */
		@Bean
		DefaultLifecycleProcessor lifecycleProcessor() {
			DefaultLifecycleProcessor processor = new DefaultLifecycleProcessor();
			processor.setTimeoutPerShutdownPhase(1);
			return processor;
		}

		@Bean
		StringRedisTemplate strings(RedisConnectionFactory factory) {
			return new StringRedisTemplate(factory);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Queues {

		final Handled handled = new Handled();

		final BlockingQueue<MessagingException> errors = new LinkedBlockingQueue<>();

		@Bean
		IntegrationFlow orders(RedisConnectionFactory factory) {
			return flow -> flow.handle(new RedisQueueOutboundChannelAdapter("orders", factory));
		}

		@Bean
		IntegrationFlow fromOrders(RedisConnectionFactory factory) {
			RedisQueueMessageDrivenEndpoint endpoint = new RedisQueueMessageDrivenEndpoint("orders", factory);
			endpoint.setSerializer(new StringRedisSerializer());
			return IntegrationFlow.from(endpoint).handle(this.handled).get();
		}

		@Bean
		@ServiceActivator(inputChannel = "mails")
		RedisQueueOutboundChannelAdapter toMails(RedisConnectionFactory factory) {
			RedisQueueOutboundChannelAdapter adapter = new RedisQueueOutboundChannelAdapter("mails", factory);
			adapter.setLeftPush(false);
			return adapter;
		}

		@Bean
		RedisQueueMessageDrivenEndpoint fromMails(RedisConnectionFactory factory) {
			RedisQueueMessageDrivenEndpoint endpoint = new RedisQueueMessageDrivenEndpoint("mails", factory);
			endpoint.setSerializer(new StringRedisSerializer());
			endpoint.setOutputChannelName("mailsToHandle");
			endpoint.setErrorChannelName("mailsThatFailed");
			return endpoint;
		}

		@ServiceActivator(inputChannel = "mailsToHandle")
		void handle(Message<?> mail) {
			if (mail.getPayload().equals("fail")) {
				throw new IllegalStateException("out of stock");
			}
		}

		@Bean
		DirectChannel mailsThatFailed() {
			return new DirectChannel();
		}

		@ServiceActivator(inputChannel = "mailsThatFailed")
		void fail(MessagingException error) {
			this.errors.add(error);
		}

		@Bean
		IntegrationFlow payments(RedisConnectionFactory factory) {
			return flow -> flow.handle(new RedisQueueOutboundChannelAdapter("payments", factory));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Named {

		final Handled handled = new Handled();

		@Bean
		RedisQueueMessageDrivenEndpoint fromMails(RedisConnectionFactory factory) {
			RedisQueueMessageDrivenEndpoint endpoint = new RedisQueueMessageDrivenEndpoint("mails", factory);
			endpoint.setSerializer(new StringRedisSerializer());
			endpoint.setOutputChannelName("mailsToHandle");
			return endpoint;
		}

		@ServiceActivator(inputChannel = "mailsToHandle")
		void handle(Message<?> mail) {
			this.handled.handleMessage(mail);
		}

	}

	/**
	 * As Spring Boot enables it: behind what comes first in the alphabet.
	 */
	@AutoConfiguration(after = RedisMessagingAutoConfiguration.class)
	@EnableIntegration
	static class IntegrationLater {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Subclassed {

		@Bean
		IntegrationFlow news(RedisConnectionFactory factory, StringRedisTemplate template) {
			return flow -> flow.handle(new OwnTemplate(factory, template));
		}

	}

	private static final class OwnTemplate extends RedisPublishingMessageHandler {

		private final StringRedisTemplate template;

		OwnTemplate(RedisConnectionFactory factory, StringRedisTemplate template) {
			super(factory);
			this.template = template;
			setTopic("news");
		}

		@Override
		protected void handleMessageInternal(Message<?> message) {
			assertThat(this.template.hasKey("none")).isFalse();
			super.handleMessageInternal(message);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Envelopes {

		final Handled handled = new Handled();

		final QueueTruth truth = new QueueTruth(1);

		@Bean
		IntegrationFlow orders(RedisConnectionFactory factory) {
			RedisQueueOutboundChannelAdapter adapter = new RedisQueueOutboundChannelAdapter("orders", factory);
			adapter.setExtractPayload(false);
			return flow -> flow.handle(adapter);
		}

		@Bean
		IntegrationFlow fromOrders(RedisConnectionFactory factory) {
			RedisQueueMessageDrivenEndpoint endpoint = new RedisQueueMessageDrivenEndpoint("orders", factory);
			endpoint.setExpectMessage(true);
			endpoint.setErrorChannelName("nullChannel");
			return IntegrationFlow.from(endpoint).handle(this::handle).get();
		}

		private void handle(Message<?> message) {
			Long sent = message.getHeaders().getTimestamp();
			if (message.getPayload() instanceof Integer number && sent != null) {
				this.truth.handle(Map.of(number.toString(), sent));
			}
			else {
				this.handled.handleMessage(message);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Gateways {

		final Handled replies = new Handled();

		final BlockingQueue<String> attempts = new LinkedBlockingQueue<>();

		@Bean
		RedisQueueOutboundGateway ordersGateway(RedisConnectionFactory factory) {
			RedisQueueOutboundGateway gateway = new RedisQueueOutboundGateway("orders", factory);
			gateway.setExtractPayload(false);
			gateway.setReceiveTimeout(3_000);
			return gateway;
		}

		@Bean
		IntegrationFlow orders(RedisQueueOutboundGateway gateway) {
			MethodInterceptor advice = invocation -> {
				this.attempts.add(invocation.getMethod().getName());
				return invocation.proceed();
			};
			return flow -> flow.handle(gateway, endpoint -> endpoint.advice(advice)).handle(this.replies);
		}

		@Bean
		IntegrationFlow fromOrders(RedisConnectionFactory factory) {
			RedisQueueInboundGateway gateway = new RedisQueueInboundGateway("orders", factory);
			gateway.setExtractPayload(false);
			return IntegrationFlow.from(gateway).handle((payload, headers) -> {
				if (payload.equals("fail")) {
					throw new IllegalStateException("out of stock");
				}
				return payload + " handled";
			}).get();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Topics {

		final Handled handled = new Handled();

		@Bean
		IntegrationFlow news(RedisConnectionFactory factory) {
			RedisPublishingMessageHandler handler = new RedisPublishingMessageHandler(factory);
			handler.setTopic("chat.room");
			return flow -> flow.handle(handler);
		}

		@Bean
		IntegrationFlow fromChannel(RedisConnectionFactory factory) {
			RedisInboundChannelAdapter adapter = new RedisInboundChannelAdapter(factory);
			adapter.setTopics("chat.room");
			return IntegrationFlow.from(adapter).handle(this.handled).get();
		}

		@Bean
		IntegrationFlow fromPattern(RedisConnectionFactory factory) {
			RedisInboundChannelAdapter adapter = new RedisInboundChannelAdapter(factory);
			adapter.setTopicPatterns("chat.*");
			adapter.setErrorChannelName("nullChannel");
			return IntegrationFlow.from(adapter).handle(this.handled).get();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Broadcast {

		final Handled handled = new Handled();

		@Bean
		SubscribableRedisChannel broadcast(RedisConnectionFactory factory) {
			return new SubscribableRedisChannel(factory, "news");
		}

		@Bean
		IntegrationFlow fromBroadcast(SubscribableRedisChannel broadcast) {
			return IntegrationFlow.from(broadcast).handle(this.handled).get();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Streams {

		final Handled handled = new Handled();

		@Bean
		ReactiveRedisStreamMessageHandler toRecords(ReactiveRedisConnectionFactory factory) {
			return new ReactiveRedisStreamMessageHandler(factory, "payments");
		}

		@Bean
		IntegrationFlow records(ReactiveRedisStreamMessageHandler toRecords) {
			return flow -> flow.handleReactive(toRecords);
		}

		@Bean
		IntegrationFlow fromRecords(ReactiveRedisConnectionFactory factory) {
			ReactiveRedisStreamMessageProducer producer = new ReactiveRedisStreamMessageProducer(factory, "payments");
			producer.setReadOffset(ReadOffset.from("0-0"));
			producer.setPollTimeout(Duration.ofMillis(100));
			return IntegrationFlow.from(producer).handle(this.handled).get();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Mapped {

		final List<List<String>> mapped = new CopyOnWriteArrayList<>();

		@Bean
		@SuppressWarnings("unchecked")
		ReactiveRedisStreamMessageHandler toNumbers(ReactiveRedisConnectionFactory factory) {
			ReactiveRedisStreamMessageHandler handler = new ReactiveRedisStreamMessageHandler(factory, "payments");
			HashMapper<?, ?, ?> mapper = new HashMapper<List<String>, String, String>() {

				@Override
				public Map<String, String> toHash(List<String> numbers) {
					Mapped.this.mapped.add(numbers);
					return Map.of("number", numbers.get(0));
				}

				@Override
				public List<String> fromHash(Map<String, String> fields) {
					return List.copyOf(fields.values());
				}

			};
			handler.setHashMapper((HashMapper<String, ?, ?>) mapper);
			return handler;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Proxied {

		final Handled handled = new Handled();

		@Bean
		static BeanNameAutoProxyCreator proxies() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("toMails", "fromMails");
			creator.setInterceptorNames("advice");
			creator.setOrder(0);
			return creator;
		}

		@Bean
		static MethodInterceptor advice() {
			return MethodInvocation::proceed;
		}

		@Bean
		MessageHandler toMails(RedisConnectionFactory factory) {
			return new RedisQueueOutboundChannelAdapter("mails", factory);
		}

		@Bean
		MessageProducer fromMails(RedisConnectionFactory factory) {
			return new Named().fromMails(factory);
		}

		@ServiceActivator(inputChannel = "mailsToHandle")
		void handle(Message<?> mail) {
			this.handled.handleMessage(mail);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Unconnected {

		@Bean
		RedisQueueInboundGateway fromOrders(RedisConnectionFactory factory) {
			RedisQueueInboundGateway gateway = new RedisQueueInboundGateway("orders", factory);
			gateway.setAutoStartup(false);
			return gateway;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Groups {

		final Handled handled = new Handled();

		@Bean
		IntegrationFlow fromGroup(ReactiveRedisConnectionFactory factory) {
			ReactiveRedisStreamMessageProducer producer = new ReactiveRedisStreamMessageProducer(factory, "payments");
			producer.setConsumerGroup("group");
			producer.setConsumerName("consumer");
			producer.setCreateConsumerGroup(true);
			producer.setAutoAck(false);
			producer.setExtractPayload(false);
			producer.setPollTimeout(Duration.ofMillis(100));
			return IntegrationFlow.from(producer).handle(this.handled).get();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class WholeFlow {

		final Handled handled = new Handled();

		@Bean
		FluxMessageChannel flux() {
			return new FluxMessageChannel();
		}

		@Bean
		ReactiveRedisStreamMessageProducer fromPayments(ReactiveRedisConnectionFactory factory,
				FluxMessageChannel flux) {
			ReactiveRedisStreamMessageProducer producer = new ReactiveRedisStreamMessageProducer(factory, "payments");
			producer.setReadOffset(ReadOffset.from("0-0"));
			producer.setPollTimeout(Duration.ofMillis(100));
			producer.setOutputChannel(flux);
			return producer;
		}

		@Bean
		IntegrationFlow fromFlux(MessageChannel flux) {
			return IntegrationFlow.from(flux).handle(this.handled).get();
		}

	}

}
