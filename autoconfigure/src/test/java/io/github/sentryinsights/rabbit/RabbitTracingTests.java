package io.github.sentryinsights.rabbit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import com.rabbitmq.client.Channel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.Sentry;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.amqp.AmqpRejectAndDontRequeueException;
import org.springframework.amqp.ImmediateAcknowledgeAmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.AsyncRabbitTemplate;
import org.springframework.amqp.rabbit.annotation.Exchange;
import org.springframework.amqp.rabbit.annotation.Queue;
import org.springframework.amqp.rabbit.annotation.QueueBinding;
import org.springframework.amqp.rabbit.annotation.RabbitHandler;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.batch.SimpleBatchingStrategy;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.BatchingRabbitTemplate;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.support.AmqpHeaders;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class RabbitTracingTests {

	private static final String PAYLOAD = "payload-of-nobodys-business";

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = RabbitApplication.sendingTo(this.receiver);

	@Test
	void publishesAndProcessesInOneTrace() {
		this.contextRunner.withUserConfiguration(SimpleListener.class).run(context -> {
			RabbitApplication.inTransaction("sending", () -> template(context).convertAndSend("simple", PAYLOAD));
			ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
			ReceivedTransaction transaction = this.receiver.transaction("simple");
			ReceivedSpan process = transaction.root();
			InsightsContract.verify(publish);
			InsightsContract.verify(process);
			assertThat(process.op()).isEqualTo("queue.process");
			assertThat(process.traceId()).isEqualTo(publish.traceId());
			assertThat(process.isChildOf(publish)).isTrue();
			assertThat(List.of(publish, process)).allSatisfy(span -> {
				assertThat(span.status()).isEqualTo("ok");
				assertThat(span.data("messaging.system").asText()).isEqualTo("rabbitmq");
				assertThat(span.data("messaging.destination.name").asText()).isEqualTo("simple");
				assertThat(span.data("messaging.message.body.size").asInt()).isEqualTo(PAYLOAD.length());
			});
			assertThat(publish.description()).isEqualTo("simple");
			assertThat(process.data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id"));
			assertThat(process.data("messaging.message.retry.count").asInt()).isZero();
			assertThat(process.data("messaging.message.receive.latency").isIntegralNumber()).isTrue();
			assertThat(transaction.span("test.work").isChildOf(process)).isTrue();
			assertThat(this.receiver.text()).doesNotContain(PAYLOAD);
		});
	}

	@Test
	void exchangeIsTheDestinationWhateverTheRoutingKey() {
		this.contextRunner.withUserConfiguration(ExchangeListener.class).run(context -> {
			RabbitApplication.inTransaction("sending", () -> {
				template(context).convertAndSend("orders", "created.customer-4711", PAYLOAD);
				template(context).convertAndSend("orders", "created.customer-4712", PAYLOAD);
			});
			List<ReceivedSpan> published = this.receiver.transaction("sending").spans("queue.publish");
			assertThat(published).extracting(publish -> publish.data("messaging.destination.name").asText())
				.containsExactly("orders", "orders");
			Awaitility.await().until(() -> processed("orders-billing").size() == 2);
			assertThat(this.receiver.text()).doesNotContain("customer-47");
		});
	}

	@Test
	void confirmEndsTheSpanAndNacksAndReturnsAreFailures() {
		this.contextRunner.withBean(SimpleMeterRegistry.class)
			.withPropertyValues("confirms=CORRELATED", "returns=true")
			.withUserConfiguration(SimpleListener.class)
			.run(context -> {
				RabbitTemplate template = template(context);
				BlockingQueue<String> returned = new LinkedBlockingQueue<>();
				template.setMandatory(true);
				template.setReturnsCallback(message -> returned.add(message.getRoutingKey()));
				SimpleMeterRegistry registry = context.getBean(SimpleMeterRegistry.class);
				RabbitApplication.inTransaction("sending", () -> {
					template.convertAndSend("simple", PAYLOAD);
					template.convertAndSend("nowhere", PAYLOAD);
					Awaitility.await().until(() -> count(registry, "simple", "success") == 1);
					Awaitility.await().until(() -> count(registry, "nowhere", "error") == 1);
				});
				assertThat(returned.poll(10, TimeUnit.SECONDS)).isEqualTo("nowhere");
				List<ReceivedSpan> published = this.receiver.transaction("sending").spans("queue.publish");
				assertThat(published).allSatisfy(InsightsContract::verify)
					.extracting(ReceivedSpan::description, ReceivedSpan::status)
					.containsExactly(tuple("simple", "ok"), tuple("nowhere", "internal_error"));
			});
	}

	@Test
	void confirmsAreFollowedOnADedicatedChannel() {
		this.contextRunner.withBean(SimpleMeterRegistry.class)
			.withPropertyValues("confirms=SIMPLE")
			.withUserConfiguration(SimpleListener.class)
			.run(context -> {
				RabbitApplication.inTransaction("sending", () -> template(context).invoke(operations -> {
					for (int i = 0; i < 20; i++) {
						operations.convertAndSend("simple", PAYLOAD);
					}
					operations.waitForConfirmsOrDie(10_000);
					return null;
				}));
				assertThat(this.receiver.transaction("sending").spans("queue.publish")).hasSize(20)
					.extracting(ReceivedSpan::status)
					.containsOnly("ok");
				SimpleMeterRegistry registry = context.getBean(SimpleMeterRegistry.class);
				Awaitility.await().until(() -> count(registry, "simple", "success") == 20);
			});
	}

	@Test
	void messageIdAndTimestampOfTheSenderAreTaken() {
		this.contextRunner.withUserConfiguration(SimpleListener.class)
			.withPropertyValues("sentry.insights.rabbit.exclude=connectionFactory")
			.run(context -> {
				Message message = RabbitApplication.message(PAYLOAD);
				message.getMessageProperties().setMessageId("order-1");
				message.getMessageProperties().setTimestamp(new Date(System.currentTimeMillis() - 60_000));
				template(context).send("simple", message);
				ReceivedSpan process = this.receiver.transaction("simple").root();
				InsightsContract.verify(process);
				assertThat(process.data("messaging.message.id").asText()).isEqualTo("order-1");
				assertThat(process.data("messaging.message.receive.latency").asLong()).isBetween(60_000L, 120_000L);
			});
	}

	@Test
	void messageIdOfTheSenderGoesIntoTheHeader() {
		this.contextRunner.withUserConfiguration(HeaderListener.class).run(context -> {
			Message message = RabbitApplication.message(PAYLOAD);
			message.getMessageProperties().setMessageId("order-2");
			RabbitApplication.inTransaction("sending", () -> template(context).send("headers", message));
			Map<String, Object> headers = context.getBean(HeaderListener.class).headers.poll(10, TimeUnit.SECONDS);
			assertThat(headers).containsEntry("messaging.message.id", "order-2")
				.containsKeys("sentry-trace", "baggage", "sentry-task-enqueued-time");
			assertThat(this.receiver.transaction("sending").span("queue.publish").data("messaging.message.id").asText())
				.isEqualTo("order-2");
			assertThat(message.getMessageProperties().getHeaders()).isEmpty();
		});
	}

	@Test
	void headersOfAMessageThatIsSentOnAreReplaced() {
		this.contextRunner.withUserConfiguration(HeaderListener.class).run(context -> {
			Message message = RabbitApplication.message(PAYLOAD);
			message.getMessageProperties()
				.setHeader("sentry-trace", "0123456789abcdef0123456789abcdef-0123456789abcdef-1");
			message.getMessageProperties()
				.setHeader("baggage", "vendor=1,sentry-trace_id=0123456789abcdef0123456789abcdef");
			RabbitApplication.inTransaction("sending", () -> template(context).send("headers", message));
			ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
			Map<String, Object> headers = context.getBean(HeaderListener.class).headers.poll(10, TimeUnit.SECONDS);
			assertThat((String) headers.get("sentry-trace")).startsWith(publish.traceId() + "-" + publish.spanId());
			assertThat((String) headers.get("baggage")).contains("vendor=1")
				.contains("sentry-trace_id=" + publish.traceId())
				.doesNotContain("0123456789abcdef");
		});
	}

	@Test
	void malformedHeadersStartATraceOfTheirOwn() {
		this.contextRunner.withUserConfiguration(SimpleListener.class)
			.withPropertyValues("sentry.insights.rabbit.exclude=connectionFactory")
			.run(context -> {
				Message message = RabbitApplication.message(PAYLOAD);
				Map<String, Object> headers = message.getMessageProperties().getHeaders();
				headers.put("sentry-trace", List.of("=, nonsense"));
				headers.put("baggage", "x".repeat(20_000));
				headers.put("sentry-task-enqueued-time", new Date());
				headers.put("x-delivery-count", "many");
				headers.put("messaging.message.id", "malformed".getBytes(StandardCharsets.UTF_8));
				template(context).send("simple", message);
				ReceivedSpan process = this.receiver.transaction("simple").root();
				InsightsContract.verify(process);
				assertThat(process.status()).isEqualTo("ok");
				assertThat(process.data("messaging.message.id").asText()).isEqualTo("malformed");
			});
	}

	@Test
	void redeliveryIsARetryAndBothHaveAStatus() {
		this.contextRunner.withUserConfiguration(FailingOnceListener.class).run(context -> {
			template(context).convertAndSend("failing", PAYLOAD);
			Awaitility.await().until(() -> processed("failing").size() == 2);
			assertThat(processed("failing")).allSatisfy(InsightsContract::verify)
				.extracting(ReceivedSpan::status, process -> process.data("messaging.message.retry.count").asInt())
				.containsExactly(tuple("internal_error", 0), tuple("ok", 1));
		});
	}

	@Test
	void listenerThatThrowsAnErrorEndsItsTransaction() {
		this.contextRunner.withUserConfiguration(ErrorListener.class).run(context -> {
			template(context).convertAndSend("errors", PAYLOAD);
			ReceivedSpan process = this.receiver.transaction("errors").root();
			InsightsContract.verify(process);
			assertThat(process.status()).isEqualTo("internal_error");
		});
	}

	@Test
	void exceptionThatAcknowledgesIsNoFailure() {
		this.contextRunner.withUserConfiguration(AcknowledgingListener.class).run(context -> {
			template(context).convertAndSend("acknowledging", PAYLOAD);
			assertThat(this.receiver.transaction("acknowledging").root().status()).isEqualTo("ok");
		});
	}

	@Test
	void asynchronousListenersLastUntilTheirResult() {
		this.contextRunner.withUserConfiguration(AsynchronousListeners.class).run(context -> {
			AsynchronousListeners listeners = context.getBean(AsynchronousListeners.class);
			template(context).convertAndSend("future", PAYLOAD);
			template(context).convertAndSend("future-failing", PAYLOAD);
			template(context).convertAndSend("mono", PAYLOAD);
			template(context).convertAndSend("mono-now", PAYLOAD);
			assertThat(this.receiver.transaction("mono-now").root().status()).isEqualTo("ok");
			assertThat(listeners.called.await(10, TimeUnit.SECONDS)).isTrue();
			template(context).convertAndSend("mono-now", PAYLOAD);
			Awaitility.await().until(() -> processed("mono-now").size() == 2);
			assertThat(processed("future")).isEmpty();
			assertThat(processed("future-failing")).isEmpty();
			assertThat(processed("mono")).isEmpty();
			listeners.result.complete(null);
			listeners.failure.completeExceptionally(new AmqpRejectAndDontRequeueException("out of stock"));
			assertThat(this.receiver.transaction("future").root().status()).isEqualTo("ok");
			assertThat(this.receiver.transaction("mono").root().status()).isEqualTo("ok");
			assertThat(this.receiver.transaction("future-failing").root().status()).isEqualTo("internal_error");
		});
	}

	@Test
	void asynchronousListenerWhoseChannelClosesHasFailed() {
		this.contextRunner.withUserConfiguration(AsynchronousListeners.class).run(context -> {
			AsynchronousListeners listeners = context.getBean(AsynchronousListeners.class);
			template(context).convertAndSend("future", PAYLOAD);
			Awaitility.await().until(() -> listeners.called.getCount() == 2);
			context.getBean(CachingConnectionFactory.class).resetConnection();
			assertThat(this.receiver.transaction("future").root().status()).isEqualTo("internal_error");
			Awaitility.await().until(() -> listeners.called.getCount() == 1);
			listeners.result.complete(null);
			Awaitility.await().until(() -> processed("future").size() == 2);
			assertThat(processed("future")).extracting(ReceivedSpan::status)
				.containsExactlyInAnyOrder("internal_error", "ok");
		});
	}

	@Test
	void everyShapeOfListenerWorks() {
		this.contextRunner.withUserConfiguration(ListenerShapes.class).run(context -> {
			List<String> queues = List.of("direct", "manual", "handlers", "by-hand");
			queues.forEach(queue -> template(context).convertAndSend(queue, queue));
			BlockingQueue<String> handled = context.getBean(ListenerShapes.class).handled;
			List<String> received = new ArrayList<>();
			while (received.size() < queues.size()) {
				String next = handled.poll(10, TimeUnit.SECONDS);
				assertThat(next).as("after %s", received).isNotNull();
				received.add(next);
			}
			assertThat(received).containsExactlyInAnyOrderElementsOf(queues);
			queues.forEach(queue -> {
				ReceivedSpan process = this.receiver.transaction(queue).root();
				InsightsContract.verify(process);
				assertThat(process.status()).isEqualTo("ok");
				assertThat(processed(queue)).hasSize(1);
			});
		});
	}

	@Test
	void requestsAndRepliesAreOneTrace() {
		this.contextRunner.withUserConfiguration(ReplyingListener.class).run(context -> {
			RabbitApplication.inTransaction("asking", () -> {
				assertThat(template(context).convertSendAndReceive("asked", PAYLOAD)).isEqualTo("answer");
				assertThat(context.getBean(AsyncRabbitTemplate.class)
					.convertSendAndReceive("asked", PAYLOAD)
					.get(10, TimeUnit.SECONDS)).isEqualTo("answer");
			});
			List<ReceivedSpan> requests = this.receiver.transaction("asking").spans("queue.publish");
			assertThat(requests).hasSize(2);
			Awaitility.await().until(() -> processed("asked").size() == 2);
			List<ReceivedTransaction> processed = transactions("asked");
			IntStream.range(0, 2).forEach(i -> {
				assertThat(processed.get(i).root().isChildOf(requests.get(i))).isTrue();
				InsightsContract.verify(processed.get(i).span("queue.publish"));
			});
			assertThat(processed.get(0).span("queue.publish").description()).isEqualTo("tmp_{id}");
			assertThat(processed.get(1).span("queue.publish").description()).isEqualTo("answers");
			assertThat(processed("answers")).isEmpty();
		});
	}

	@Test
	void adviceOfTheUserRunsWithinTheTransaction() {
		this.contextRunner.withUserConfiguration(RetriedListener.class).run(context -> {
			template(context).convertAndSend("retried", PAYLOAD);
			template(context).convertAndSend("recovered", PAYLOAD);
			ReceivedTransaction retried = this.receiver.transaction("retried");
			assertThat(retried.root().status()).isEqualTo("ok");
			assertThat(retried.spans("test.attempt")).hasSize(2);
			ReceivedTransaction recovered = this.receiver.transaction("recovered");
			assertThat(recovered.root().status()).isEqualTo("internal_error");
			assertThat(recovered.spans("test.attempt")).hasSize(2);
		});
	}

	@Test
	void batchOfAPublisherIsOneMessageAndEachOfItsFragmentsAnother() {
		this.contextRunner.withUserConfiguration(BatchingPublisher.class).run(context -> {
			BatchingRabbitTemplate template = context.getBean(BatchingRabbitTemplate.class);
			RabbitApplication.inTransaction("sending", () -> {
				for (int i = 0; i < 3; i++) {
					template.convertAndSend("", "simple", PAYLOAD);
				}
			});
			ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
			Awaitility.await().until(() -> processed("simple").size() == 3);
			assertThat(processed("simple")).allSatisfy(InsightsContract::verify)
				.allSatisfy(process -> assertThat(process.isChildOf(publish)).isTrue());
		});
	}

	@Test
	void publishOfATransactedChannelIsReported() {
		this.contextRunner.withUserConfiguration(SimpleListener.class).run(context -> {
			RabbitTemplate template = new RabbitTemplate(context.getBean(CachingConnectionFactory.class));
			template.setChannelTransacted(true);
			RabbitApplication.inTransaction("sending", () -> template.convertAndSend("simple", PAYLOAD));
			ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
			assertThat(publish.status()).isEqualTo("ok");
			assertThat(this.receiver.transaction("simple").root().isChildOf(publish)).isTrue();
		});
	}

	@Test
	void withoutSentryNoHeaderIsWrittenAndOperationsAreCounted() {
		RabbitApplication.withoutSentry()
			.withBean(SimpleMeterRegistry.class)
			.withUserConfiguration(HeaderListener.class)
			.run(context -> {
				template(context).send("headers", RabbitApplication.message(PAYLOAD));
				assertThat(context.getBean(HeaderListener.class).headers.poll(10, TimeUnit.SECONDS)).isEmpty();
				SimpleMeterRegistry registry = context.getBean(SimpleMeterRegistry.class);
				assertThat(count(registry, "headers", "success")).isOne();
				Awaitility.await()
					.untilAsserted(() -> assertThat(registry.find("sentry.insights.queue.process")
						.tags("name", "headers", "outcome", "success")
						.timer()).satisfies(timer -> assertThat(timer.count()).isOne()));
			});
	}

	@Test
	void beansAreInjectableByTheirTypes() {
		this.contextRunner.run(context -> {
			assertThat(context.getBean(CachingConnectionFactory.class).getClass())
				.isEqualTo(CachingConnectionFactory.class);
			assertThat(template(context).getClass()).isEqualTo(RabbitTemplate.class);
		});
	}

	private static long count(SimpleMeterRegistry registry, String destination, String outcome) {
		var timer = registry.find("sentry.insights.queue.publish")
			.tags("name", destination, "outcome", outcome)
			.timer();
		return (timer != null) ? timer.count() : 0;
	}

	private List<ReceivedSpan> processed(String queue) {
		return transactions(queue).stream().map(ReceivedTransaction::root).toList();
	}

	private List<ReceivedTransaction> transactions(String name) {
		return this.receiver.transactions().stream().filter(transaction -> transaction.name().equals(name)).toList();
	}

	private static RabbitTemplate template(ApplicationContext context) {
		return context.getBean("template", RabbitTemplate.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class SimpleListener {

		@RabbitListener(queuesToDeclare = @Queue("simple"))
		void handle(Message message) {
			Sentry.getSpan().startChild("test.work").finish();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ExchangeListener {

		@RabbitListener(bindings = @QueueBinding(value = @Queue("orders-billing"),
				exchange = @Exchange(value = "orders", type = "topic"), key = "created.#"))
		void handle(String body) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HeaderListener {

		final BlockingQueue<Map<String, Object>> headers = new LinkedBlockingQueue<>();

		@RabbitListener(queuesToDeclare = @Queue("headers"))
		void handle(Message message) {
			this.headers.add(new HashMap<>(message.getMessageProperties().getHeaders()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailingOnceListener {

		private boolean failed;

		@RabbitListener(queuesToDeclare = @Queue("failing"))
		void handle(String body) {
			if (!this.failed) {
				this.failed = true;
				throw new IllegalStateException("out of stock");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ErrorListener {

		@Bean
		org.springframework.amqp.core.Queue errors() {
			return new org.springframework.amqp.core.Queue("errors");
		}

		@Bean
		SimpleMessageListenerContainer container(CachingConnectionFactory connectionFactory) {
			SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(connectionFactory);
			container.setReceiveTimeout(20);
			container.setRecoveryInterval(100);
			// It would end this JVM.
			container.setjavaLangErrorHandler(error -> {
			});
			AtomicBoolean failed = new AtomicBoolean();
			container.setQueueNames("errors");
			container.setMessageListener(message -> {
				if (!failed.getAndSet(true)) {
					throw new StackOverflowError("too deep");
				}
			});
			return container;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AcknowledgingListener {

		@RabbitListener(queuesToDeclare = @Queue("acknowledging"))
		void handle(String body) {
			throw new ImmediateAcknowledgeAmqpException("seen before");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AsynchronousListeners {

		final CountDownLatch called = new CountDownLatch(3);

		final CompletableFuture<Void> result = new CompletableFuture<>();

		final CompletableFuture<Void> failure = new CompletableFuture<>();

		@RabbitListener(queuesToDeclare = @Queue("future"))
		CompletableFuture<Void> future(String body) {
			this.called.countDown();
			return this.result;
		}

		@RabbitListener(queuesToDeclare = @Queue("future-failing"))
		CompletableFuture<Void> failing(String body) {
			this.called.countDown();
			return this.failure;
		}

		@RabbitListener(queuesToDeclare = @Queue("mono"))
		Mono<Void> mono(String body) {
			this.called.countDown();
			return Mono.fromFuture(this.result, true);
		}

		@RabbitListener(queuesToDeclare = @Queue("mono-now"))
		Mono<Void> now(String body) {
			return Mono.empty();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ListenerShapes {

		final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

		@RabbitListener(queuesToDeclare = @Queue("direct"), containerFactory = "direct")
		void direct(String body) {
			this.handled.add(body);
		}

		@RabbitListener(queuesToDeclare = @Queue("manual"), ackMode = "MANUAL")
		void manual(String body, Channel channel, @Header(AmqpHeaders.DELIVERY_TAG) long tag) throws Exception {
			channel.basicAck(tag, false);
			this.handled.add(body);
		}

		@Bean
		Handlers handlers() {
			return new Handlers(this.handled);
		}

		@Bean
		org.springframework.amqp.core.Queue byHandQueue() {
			return new org.springframework.amqp.core.Queue("by-hand");
		}

		@Bean
		SimpleMessageListenerContainer byHand(CachingConnectionFactory connectionFactory) {
			SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(connectionFactory);
			container.setReceiveTimeout(20);
			container.setQueueNames("by-hand");
			container.setMessageListener(message -> this.handled.add(new String(message.getBody())));
			return container;
		}

	}

	@RabbitListener(queuesToDeclare = @Queue("handlers"))
	static class Handlers {

		private final BlockingQueue<String> handled;

		Handlers(BlockingQueue<String> handled) {
			this.handled = handled;
		}

		@RabbitHandler
		void handle(String body) {
			this.handled.add(body);
		}

		@RabbitHandler
		void handle(Integer body) {
			throw new IllegalStateException("not sent");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReplyingListener {

		@RabbitListener(queuesToDeclare = @Queue("asked"))
		String answer(String body) {
			return "answer";
		}

		@Bean
		org.springframework.amqp.core.Queue answers() {
			return new org.springframework.amqp.core.Queue("answers");
		}

		@Bean
		SimpleMessageListenerContainer replies(CachingConnectionFactory connectionFactory) {
			SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(connectionFactory);
			container.setReceiveTimeout(20);
			container.setQueueNames("answers");
			return container;
		}

		@Bean
		AsyncRabbitTemplate asyncTemplate(RabbitTemplate template, SimpleMessageListenerContainer replies) {
			AsyncRabbitTemplate asyncTemplate = new AsyncRabbitTemplate(template, replies);
			asyncTemplate.setTaskScheduler(new ConcurrentTaskScheduler());
			return asyncTemplate;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RetriedListener {

		@Bean
		SimpleMessageListenerContainer retriedContainer(CachingConnectionFactory connectionFactory) {
			return container(connectionFactory, "retried", invocation -> {
				try {
					return ((ProxyMethodInvocation) invocation).invocableClone().proceed();
				}
				catch (RuntimeException ex) {
					return invocation.proceed();
				}
			});
		}

		@Bean
		SimpleMessageListenerContainer recoveredContainer(CachingConnectionFactory connectionFactory) {
			return container(connectionFactory, "recovered", invocation -> {
				try {
					return ((ProxyMethodInvocation) invocation).invocableClone().proceed();
				}
				catch (RuntimeException ex) {
					try {
						return invocation.proceed();
					}
					catch (RuntimeException second) {
						return null;
					}
				}
			});
		}

		@Bean
		org.springframework.amqp.core.Queue retriedQueue() {
			return new org.springframework.amqp.core.Queue("retried");
		}

		@Bean
		org.springframework.amqp.core.Queue recoveredQueue() {
			return new org.springframework.amqp.core.Queue("recovered");
		}

		private SimpleMessageListenerContainer container(CachingConnectionFactory connectionFactory, String queue,
				MethodInterceptor retry) {
			SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(connectionFactory);
			container.setReceiveTimeout(20);
			container.setQueueNames(queue);
			container.setAdviceChain(new Advice[] { retry });
			AtomicBoolean failed = new AtomicBoolean();
			container.setMessageListener(message -> {
				Sentry.getSpan().startChild("test.attempt").finish();
				if (!failed.getAndSet(true) || queue.equals("recovered")) {
					throw new IllegalStateException("out of stock");
				}
			});
			return container;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BatchingPublisher extends SimpleListener {

		@Bean
		BatchingRabbitTemplate batchingTemplate(CachingConnectionFactory connectionFactory) {
			BatchingRabbitTemplate template = new BatchingRabbitTemplate(new SimpleBatchingStrategy(3, 10_000, 60_000),
					new ConcurrentTaskScheduler());
			template.setConnectionFactory(connectionFactory);
			return template;
		}

	}

}
