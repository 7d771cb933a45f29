package io.github.sentryinsights.websocket;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.sentry.Sentry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.messaging.simp.SimpMessagingTemplate;
import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.messaging.simp.annotation.support.SimpAnnotationMethodMessageHandler;
import org.springframework.messaging.support.ExecutorSubscribableChannel;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.stereotype.Controller;
import org.springframework.util.AntPathMatcher;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HandledMessages}, over Spring's own channel and handler of annotated
 * methods.
 */
class HandledMessagesTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(InsightsContextRunner
			.autoConfigurations("io.github.sentryinsights.websocket.WebSocketMessagingAutoConfiguration"))
		.withUserConfiguration(Messaging.class);

	@Test
	void aMessageIsATransactionNamedByThePatternOfItsMethod() {
		this.runner.run(context -> {
			send(context, SimpMessageType.MESSAGE, "/app/orders/4711", "planted-secret");
			assertThat(context.getBean(Orders.class).handled.poll(10, TimeUnit.SECONDS)).isEqualTo("4711");
			ReceivedTransaction received = this.receiver.transaction("SEND /app/orders/{number}");
			InsightsContract.verify(received.root());
			assertThat(received.root().op()).isEqualTo("websocket");
			assertThat(received.root().status()).isEqualTo("ok");
			assertThat(received.root().data("code.namespace").asText()).isEqualTo(Orders.class.getName());
			assertThat(received.root().data("code.function").asText()).isEqualTo("place");
			assertThat(received.span("function").isChildOf(received.root())).isTrue();
		});
		assertThat(this.receiver.bytes()).doesNotContain("planted-secret").doesNotContain("orders/4711");
	}

	@Test
	void theBestPatternIsTheName() {
		this.runner.run(context -> {
			send(context, SimpMessageType.MESSAGE, "/app/orders/latest", "x");
			assertThat(this.receiver.transaction("SEND /app/orders/latest").root().status()).isEqualTo("ok");
		});
	}

	@Test
	void aSubscriptionThatAMethodAnswersIsATransaction() {
		this.runner.run(context -> {
			send(context, SimpMessageType.SUBSCRIBE, "/app/orders", "x");
			assertThat(this.receiver.transaction("SUBSCRIBE /app/orders").root().status()).isEqualTo("ok");
		});
	}

	@Test
	void aFailureThatNobodyHandlesIsAnError() {
		this.runner.run(context -> {
			send(context, SimpMessageType.MESSAGE, "/app/orders/fail", "x");
			assertThat(this.receiver.transaction("SEND /app/orders/{number}").root().status())
				.isEqualTo("internal_error");
		});
	}

	@Test
	void aFailureThatTheApplicationHandlesIsNone() {
		this.runner.run(context -> {
			send(context, SimpMessageType.MESSAGE, "/app/orders/refuse", "x");
			assertThat(this.receiver.transaction("SEND /app/orders/{number}").root().status()).isEqualTo("ok");
			assertThat(context.getBean(Orders.class).handled.poll(10, TimeUnit.SECONDS)).isEqualTo("refused");
		});
	}

	@Test
	void aMessageLastsUntilItsResultIsThere() {
		this.runner.run(context -> {
			send(context, SimpMessageType.MESSAGE, "/app/promises/future/1", "x");
			send(context, SimpMessageType.MESSAGE, "/app/promises/mono/1", "x");
			for (String kind : List.of("future", "mono")) {
				ReceivedTransaction received = this.receiver.transaction("SEND /app/promises/" + kind + "/{number}");
				InsightsContract.verify(received.root());
				assertThat(received.root().status()).isEqualTo("ok");
				assertThat(received.seconds()).isBetween(0.19, 10.0);
			}
			assertThat(context.getBean(ThreadPoolTaskExecutor.class).submit(Sentry::getSpan).get()).isNull();
		});
	}

	@Test
	void aResultThatFailsIsAnErrorUnlessTheApplicationHandlesIt() {
		this.runner.run(context -> {
			send(context, SimpMessageType.MESSAGE, "/app/promises/future/fail", "x");
			assertThat(this.receiver.transaction("SEND /app/promises/future/{number}").root().status())
				.isEqualTo("internal_error");
			send(context, SimpMessageType.MESSAGE, "/app/promises/mono/refuse", "x");
			assertThat(this.receiver.transaction("SEND /app/promises/mono/{number}").root().status()).isEqualTo("ok");
			assertThat(context.getBean(Promises.class).handled.poll(10, TimeUnit.SECONDS)).isEqualTo("refused");
		});
	}

	@Test
	void aMessageContinuesTheTraceOfItsHeaders() {
		this.runner.run(context -> {
			SimpMessageHeaderAccessor headers = headers(SimpMessageType.MESSAGE, "/app/orders/1");
			headers.setNativeHeader("sentry-trace", "0123456789abcdef0123456789abcdef-0123456789abcdef-1");
			send(context, headers, "x");
			assertThat(this.receiver.transaction("SEND /app/orders/{number}").root().traceId())
				.isEqualTo("0123456789abcdef0123456789abcdef");
		});
	}

	@Test
	void aMessageForNoMethodIsNone() {
		this.runner.run(context -> {
			send(context, SimpMessageType.MESSAGE, "/topic/orders", "x");
			send(context, SimpMessageType.MESSAGE, "/app/unknown", "x");
			send(context, SimpMessageType.HEARTBEAT, "/app/orders/1", "x");
			send(context, SimpMessageType.MESSAGE, "/app/orders/1", "x");
			this.receiver.transaction("SEND /app/orders/{number}");
			assertThat(context.getBean(ThreadPoolTaskExecutor.class).submit(Sentry::getSpan).get()).isNull();
		});
		assertThat(this.receiver.transactions()).hasSize(1);
	}

	@Test
	void aDestinationIsComparedOnceAndNotAtAllWhileNothingRecords() {
		assertThat(comparisons(this.runner, "/app/orders/2")).isPositive();
		assertThat(comparisons(this.runner, "/app/orders/1")).isZero();
		assertThat(comparisons(InsightsContextRunner.withoutSentry()
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.websocket.WebSocketMessagingAutoConfiguration"))
			.withUserConfiguration(Messaging.class), "/app/orders/2")).isZero();
	}

	/**
	 * Those made here for the second message, as Spring has taken its matcher before.
	 */
	private static int comparisons(ApplicationContextRunner runner, String second) {
		AtomicInteger comparisons = new AtomicInteger();
		runner.run(context -> {
			context.getBean(SimpAnnotationMethodMessageHandler.class).setPathMatcher(new AntPathMatcher() {

				@Override
				public boolean match(String pattern, String path) {
					comparisons.incrementAndGet();
					return super.match(pattern, path);
				}

			});
			BlockingQueue<String> handled = context.getBean(Orders.class).handled;
			send(context, SimpMessageType.MESSAGE, "/app/orders/1", "x");
			assertThat(handled.poll(10, TimeUnit.SECONDS)).isEqualTo("1");
			comparisons.set(0);
			send(context, SimpMessageType.MESSAGE, second, "x");
			assertThat(handled.poll(10, TimeUnit.SECONDS)).isNotNull();
		});
		return comparisons.get();
	}

	@Test
	void aHandlerCanBeExcluded() {
		this.runner.withPropertyValues("sentry.insights.websocket.exclude=handler")
			.run(context -> assertThat(context.getBean("inbound", ExecutorSubscribableChannel.class).getInterceptors())
				.isEmpty());
	}

	@Test
	void canBeSwitchedOff() {
		this.runner.withPropertyValues("sentry.insights.websocket.enabled=false")
			.run(context -> assertThat(context).doesNotHaveBean(MessageHandlerInstrumentation.class));
	}

	private static void send(ApplicationContext context, SimpMessageType type, String destination, String payload) {
		send(context, headers(type, destination), payload);
	}

	private static void send(ApplicationContext context, SimpMessageHeaderAccessor headers, String payload) {
		context.getBean("inbound", ExecutorSubscribableChannel.class)
			.send(MessageBuilder.createMessage(payload, headers.getMessageHeaders()));
	}

	private static SimpMessageHeaderAccessor headers(SimpMessageType type, String destination) {
		SimpMessageHeaderAccessor headers = SimpMessageHeaderAccessor.create(type);
		headers.setDestination(destination);
		headers.setSessionId("session");
		headers.setSessionAttributes(new ConcurrentHashMap<>());
		headers.setSubscriptionId("subscription");
		headers.setLeaveMutable(true);
		return headers;
	}

	@Controller
	static class Orders {

		final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

		private final InsightsTemplate template;

		Orders(InsightsTemplate template) {
			this.template = template;
		}

		@MessageMapping("/orders/{number}")
		void place(@DestinationVariable String number, @Payload String body) {
			switch (number) {
				case "fail" -> throw new IllegalStateException("42");
				case "refuse" -> throw new IllegalArgumentException("42");
				default -> this.template.traced("inside").call(() -> this.handled.add(number));
			}
		}

		@MessageMapping("/orders/latest")
		void latest() {
		}

		@SubscribeMapping("/orders")
		List<String> all() {
			return List.of();
		}

		@MessageExceptionHandler
		void refuse(IllegalArgumentException refused) {
			this.handled.add("refused");
		}

	}

	@Controller
	@MessageMapping("/promises")
	static class Promises {

		final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

		@MessageMapping("/future/{number}")
		CompletableFuture<String> future(@DestinationVariable String number) {
			return CompletableFuture.supplyAsync(() -> result(number),
					CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
		}

		@MessageMapping("/mono/{number}")
		Mono<String> mono(@DestinationVariable String number) {
			return Mono.delay(Duration.ofMillis(200)).map(tick -> result(number));
		}

		private static String result(String number) {
			return switch (number) {
				case "fail" -> throw new IllegalStateException("42");
				case "refuse" -> throw new IllegalArgumentException("42");
				default -> number;
			};
		}

		@MessageExceptionHandler
		void refuse(IllegalArgumentException refused) {
			this.handled.add("refused");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Messaging {

		@Bean
		ThreadPoolTaskExecutor executor() {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setCorePoolSize(1);
			return executor;
		}

		@Bean
		ExecutorSubscribableChannel inbound(ThreadPoolTaskExecutor executor) {
			return new ExecutorSubscribableChannel(executor);
		}

		@Bean
		ExecutorSubscribableChannel outbound() {
			return new ExecutorSubscribableChannel();
		}

		@Bean
		SimpAnnotationMethodMessageHandler handler(ExecutorSubscribableChannel inbound,
				ExecutorSubscribableChannel outbound) {
			SimpAnnotationMethodMessageHandler handler = new SimpAnnotationMethodMessageHandler(inbound, outbound,
					new SimpMessagingTemplate(outbound));
			handler.setDestinationPrefixes(List.of("/app"));
			return handler;
		}

		@Bean
		Promises promises() {
			return new Promises();
		}

		@Bean
		Orders orders(InsightsTemplate template) {
			return new Orders(template);
		}

	}

}
