package io.github.sentryinsights.kafka;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.sentry.IScopes;
import io.sentry.ISpan;
import io.sentry.Sentry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.KafkaListenerErrorHandler;
import org.springframework.messaging.handler.annotation.SendTo;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

class KafkaAsyncTests {

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker);

	@Test
	void transactionLastsUntilTheFutureIsDoneAndHoldsTheReply() {
		this.contextRunner.withUserConfiguration(ReplyingListener.class)
			.withPropertyValues("topic=async-replying")
			.run(context -> {
				send(context, "async-replying");
				CompletableFuture<String> answer = future(context.getBean(ReplyingListener.class).answers);
				assertThat(processed("async-replying")).isEmpty();
				CompletableFuture.runAsync(() -> answer.complete("reply"));
				ReceivedTransaction transaction = this.receiver.transaction("async-replying");
				InsightsContract.verify(transaction.root());
				assertThat(transaction.root().status()).isEqualTo("ok");
				ReceivedSpan reply = transaction.span("queue.publish");
				assertThat(reply.description()).isEqualTo("async-replying-replies");
				assertThat(reply.isChildOf(transaction.root())).isTrue();
				assertThat(this.receiver.transaction("async-replying-replies").root().isChildOf(reply)).isTrue();
			});
	}

	@Test
	void replyOfATransactionThatIsNotSampledTellsSo() {
		this.contextRunner.withUserConfiguration(ReplyingListener.class)
			.withPropertyValues("topic=async-unsampled")
			.run(context -> {
				KafkaApplication.inUnsampledTransaction("sending", transaction -> send(context, "async-unsampled"));
				CompletableFuture<String> answer = future(context.getBean(ReplyingListener.class).answers);
				CompletableFuture.runAsync(() -> answer.complete("reply"));
				assertThat(context.getBean(ReplyingListener.class).sampled.poll(10, TimeUnit.SECONDS)).isFalse();
			});
	}

	@Test
	void failureOfTheFutureIsThatOfTheTransactionAndTheErrorHandlerRunsInside() {
		this.contextRunner.withUserConfiguration(FailingListener.class).run(context -> {
			send(context, "async-failing");
			CompletableFuture<String> answer = future(context.getBean(FailingListener.class).answers);
			CompletableFuture.runAsync(() -> answer.completeExceptionally(new IllegalStateException("out of stock")));
			ReceivedSpan process = this.receiver.transaction("async-failing").root();
			InsightsContract.verify(process);
			assertThat(process.status()).isEqualTo("internal_error");
			assertThat(context.getBean(FailingListener.class).handledWithin.poll(10, TimeUnit.SECONDS)).isTrue();
		});
	}

	@Test
	void futureThatHasFailedAlreadyFailsTheTransaction() {
		this.contextRunner.withUserConfiguration(FailedListener.class).run(context -> {
			send(context, "async-failed");
			ReceivedSpan process = this.receiver.transaction("async-failed").root();
			InsightsContract.verify(process);
			assertThat(process.status()).isEqualTo("internal_error");
		});
	}

	@Test
	void monoIsSubscribedWithinTheTransaction() {
		this.contextRunner.withUserConfiguration(MonoListener.class).run(context -> {
			send(context, "async-mono");
			ReceivedTransaction transaction = this.receiver.transaction("async-mono");
			InsightsContract.verify(transaction.root());
			assertThat(transaction.root().status()).isEqualTo("ok");
			assertThat(transaction.span("test.work").isChildOf(transaction.root())).isTrue();
			assertThat(transaction.span("queue.publish").description()).isEqualTo("async-mono-replies");
			assertThat(context.getBean(MonoListener.class).subscriptions).hasSize(1);
		});
	}

	@Test
	void handlersOfAClassAreFollowedAsWell() {
		this.contextRunner.withUserConfiguration(HandlerListener.class).run(context -> {
			send(context, "async-handlers");
			CompletableFuture<String> answer = future(context.getBean(HandlerListener.class).answers);
			assertThat(processed("async-handlers")).isEmpty();
			answer.complete("done");
			ReceivedSpan process = this.receiver.transaction("async-handlers").root();
			InsightsContract.verify(process);
			assertThat(process.status()).isEqualTo("ok");
		});
	}

	@Test
	void batchLastsUntilItsFutureIsDone() {
		this.contextRunner.withUserConfiguration(BatchListener.class).run(context -> {
			send(context, "async-batch");
			CompletableFuture<String> answer = future(context.getBean(BatchListener.class).answers);
			assertThat(processed("async-batch")).isEmpty();
			answer.completeExceptionally(new IllegalStateException("out of stock"));
			ReceivedSpan process = this.receiver.transaction("async-batch").root();
			InsightsContract.verify(process);
			assertThat(process.status()).isEqualTo("internal_error");
		});
	}

	@Test
	void nothingIsCurrentOnTheContainersThreadAfterwards() {
		this.contextRunner.withUserConfiguration(LeavingListener.class).run(context -> {
			send(context, "async-leaving");
			send(context, "async-leaving");
			// Both in one poll, as the container waits for the answers before the next
			// one.
			context.getBean(KafkaListenerEndpointRegistry.class).start();
			BlockingQueue<String> current = context.getBean(LeavingListener.class).current;
			String first = current.poll(10, TimeUnit.SECONDS);
			String second = current.poll(10, TimeUnit.SECONDS);
			assertThat(first).isNotNull();
			assertThat(second).isNotNull().isNotEqualTo(first);
			context.getBean(LeavingListener.class).answers.forEach(answer -> answer.complete(null));
			Awaitility.await()
				.untilAsserted(() -> assertThat(processed("async-leaving")).extracting(ReceivedSpan::spanId)
					.containsExactlyInAnyOrder(first, second));
		});
	}

	private List<ReceivedSpan> processed(String topic) {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals(topic))
			.map(ReceivedTransaction::root)
			.toList();
	}

	private static CompletableFuture<String> future(BlockingQueue<CompletableFuture<String>> answers)
			throws InterruptedException {
		CompletableFuture<String> answer = answers.poll(10, TimeUnit.SECONDS);
		assertThat(answer).isNotNull();
		return answer;
	}

	@SuppressWarnings("unchecked")
	private static void send(ApplicationContext context, String topic) throws Exception {
		context.getBean(KafkaTemplate.class).send(topic, "key", "value").get();
	}

	private static boolean isWithinTransaction() {
		ISpan span = Sentry.getSpan();
		return span != null && span.getOperation().equals("queue.process");
	}

	@Configuration(proxyBeanMethods = false)
	static class ReplyingListener {

		final BlockingQueue<CompletableFuture<String>> answers = new LinkedBlockingQueue<>();

		final BlockingQueue<Boolean> sampled = new LinkedBlockingQueue<>();

		@Bean
		static ConcurrentKafkaListenerContainerFactory<String, String> replying(
				ConsumerFactory<String, String> consumerFactory, KafkaTemplate<String, String> template) {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(consumerFactory);
			factory.setReplyTemplate(template);
			return factory;
		}

		@KafkaListener(topics = "${topic}", containerFactory = "replying")
		@SendTo("${topic}-replies")
		CompletableFuture<String> handle(String value) {
			CompletableFuture<String> answer = new CompletableFuture<>();
			this.answers.add(answer);
			return answer;
		}

		@KafkaListener(topics = "${topic}-replies")
		void handleReply(String value) {
			this.sampled.add(Sentry.getSpan().isSampled());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailingListener {

		final BlockingQueue<CompletableFuture<String>> answers = new LinkedBlockingQueue<>();

		final BlockingQueue<Boolean> handledWithin = new LinkedBlockingQueue<>();

		@Bean
		static KafkaListenerErrorHandler listenerErrorHandler(ObjectProvider<FailingListener> listener) {
			return (message, exception) -> {
				listener.getObject().handledWithin.add(isWithinTransaction());
				return null;
			};
		}

		@KafkaListener(topics = "async-failing", errorHandler = "listenerErrorHandler")
		CompletableFuture<String> handle(String value) {
			CompletableFuture<String> answer = new CompletableFuture<>();
			this.answers.add(answer);
			return answer;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailedListener {

		@KafkaListener(topics = "async-failed")
		CompletableFuture<String> handle(String value) {
			return CompletableFuture.failedFuture(new IllegalStateException("out of stock"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MonoListener {

		final BlockingQueue<String> subscriptions = new LinkedBlockingQueue<>();

		@Bean
		static ConcurrentKafkaListenerContainerFactory<String, String> replying(
				ConsumerFactory<String, String> consumerFactory, KafkaTemplate<String, String> template) {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(consumerFactory);
			factory.setReplyTemplate(template);
			return factory;
		}

		@KafkaListener(topics = "async-mono", containerFactory = "replying")
		@SendTo("async-mono-replies")
		Mono<String> handle(String value) {
			return Mono.deferContextual(context -> {
				this.subscriptions.add(value);
				IScopes scopes = context.get("sentry-scopes");
				return Mono.delay(Duration.ofMillis(50)).map(tick -> {
					scopes.getSpan().startChild("test.work").finish();
					return "reply";
				});
			});
		}

	}

	@KafkaListener(topics = "async-handlers")
	static class HandlerListener {

		final BlockingQueue<CompletableFuture<String>> answers = new LinkedBlockingQueue<>();

		@KafkaHandler
		CompletableFuture<String> handle(String value) {
			CompletableFuture<String> answer = new CompletableFuture<>();
			this.answers.add(answer);
			return answer;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BatchListener {

		final BlockingQueue<CompletableFuture<String>> answers = new LinkedBlockingQueue<>();

		@KafkaListener(topics = "async-batch", batch = "true")
		CompletableFuture<String> handle(List<String> values) {
			CompletableFuture<String> answer = new CompletableFuture<>();
			this.answers.add(answer);
			return answer;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LeavingListener {

		final BlockingQueue<CompletableFuture<Void>> answers = new LinkedBlockingQueue<>();

		final BlockingQueue<String> current = new LinkedBlockingQueue<>();

		@KafkaListener(topics = "async-leaving", autoStartup = "false")
		CompletableFuture<Void> handle(String value) {
			CompletableFuture<Void> answer = new CompletableFuture<>();
			this.answers.add(answer);
			this.current.add(Sentry.getSpan().getSpanContext().getSpanId().toString());
			return answer;
		}

	}

}
