package io.github.sentryinsights.rabbit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.SpanStatus;
import io.sentry.TracesSamplingDecision;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.sentryinsights.testing.BrokenTraceHeaders;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;
import io.github.sentryinsights.testing.TcpProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever becomes of connections, messages and containers: each message is told as often
 * as it was handed over, with how it went, and nothing stays behind on a thread.
 */
@ExtendWith(OutputCaptureExtension.class)
class RabbitFaultTests {

	private static final int SENT = 3;

	private static final int REQUEUED = 50;

	@RegisterExtension
	static final TcpProxy proxy = TcpProxy.start(RabbitBroker.get().port());

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = RabbitApplication.sendingTo(this.receiver)
		.withBean(SimpleMeterRegistry.class)
		.withUserConfiguration(Faults.class)
		.withPropertyValues("sentry.max-queue-size=1000");

	private final ApplicationContextRunner confirming = this.contextRunner.withPropertyValues("confirms=CORRELATED",
			"port=" + proxy.port());

	@Test
	void messagesWhoseConnectionIsCutBeforeTheirConfirmHaveFailedOnce() {
		List<String> plain = new ArrayList<>();
		this.confirming.withPropertyValues("sentry.insights.rabbit.enabled=false")
			.run(context -> plain.addAll(sendWhileTheConnectionGoes(context)));
		this.confirming.run(context -> {
			RabbitApplication.inTransaction("sending",
					() -> assertThat(sendWhileTheConnectionGoes(context)).isEqualTo(plain));
			assertThat(count(context, "error")).isEqualTo(SENT);
			RabbitApplication.inTransaction("sending again",
					() -> assertThat(confirm(send(context, "unread"))).isEqualTo("ack"));
			assertThat(count(context, "error")).isEqualTo(SENT);
		});
		assertThat(plain).hasSize(SENT).allSatisfy(outcome -> assertThat(outcome).startsWith("nack"));
		assertThat(this.receiver.transaction("sending").spans("queue.publish")).allSatisfy(InsightsContract::verify)
			.extracting(ReceivedSpan::status)
			.containsExactly("ok", "internal_error", "internal_error", "internal_error");
		assertThat(this.receiver.transaction("sending again").span("queue.publish").status()).isEqualTo("ok");
	}

	private static List<String> sendWhileTheConnectionGoes(ApplicationContext context) {
		return onOneChannel(context, () -> {
			proxy.holdAnswers();
			List<CorrelationData> sent = new ArrayList<>();
			for (int i = 0; i < SENT; i++) {
				sent.add(send(context, "unread"));
			}
			proxy.cut();
			List<String> outcomes = new ArrayList<>();
			for (CorrelationData correlation : sent) {
				outcomes.add(confirm(correlation));
			}
			proxy.restore();
			return outcomes;
		});
	}

	/**
	 * Run work on a channel that is open already, as nobody answers who wants another.
	 */
	private static <T> T onOneChannel(ApplicationContext context, Callable<T> work) {
		return context.getBean(RabbitTemplate.class).invoke(operations -> {
			try {
				assertThat(confirm(send(context, "unread"))).isEqualTo("ack");
				return work.call();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	@Test
	void nackOfTheBrokerIsAFailureAndOneThatComesLateIsCountedAlone() {
		this.confirming.run(context -> {
			context.getBean(RabbitTemplate.class).setMandatory(true);
			RabbitApplication.inTransaction("rejected",
					() -> assertThat(confirm(send(context, "nowhere"))).startsWith("nack"));
			assertThat(count(context, "error")).isOne();
			assertThat(this.receiver.transaction("rejected").span("queue.publish").status())
				.isEqualTo("internal_error");
			assertThat(sendAndEnd(context, "late", true)).startsWith("nack");
			assertThat(count(context, "error")).isEqualTo(2);
			assertThat(this.receiver.transaction("late").span("queue.publish").status()).isEqualTo("ok");
			assertThat(sendAndEnd(context, "unsampled", false)).startsWith("nack");
			assertThat(count(context, "error")).isEqualTo(3);
		});
		Sentry.flush(2000);
		assertThat(this.receiver.transactions()).extracting(ReceivedTransaction::name).doesNotContain("unsampled");
		assertThat(this.receiver.items("event")).isEmpty();
	}

	/**
	 * Send a message whose confirm arrives after the end of its transaction.
	 */
	private static String sendAndEnd(ApplicationContext context, String name, boolean sampled) {
		return onOneChannel(context, () -> {
			TransactionOptions options = new TransactionOptions();
			options.setBindToScope(true);
			ITransaction transaction = Sentry
				.startTransaction(new TransactionContext(name, "test", new TracesSamplingDecision(sampled)), options);
			proxy.holdAnswers();
			CorrelationData sent = send(context, "nowhere");
			transaction.finish(SpanStatus.OK);
			Sentry.configureScope(scope -> scope.clearTransaction());
			proxy.releaseAnswers();
			return confirm(sent);
		});
	}

	@Test
	void messageThatIsRequeuedAgainAndAgainIsToldEachTimeAndNothingIsLogged(CapturedOutput output) {
		this.contextRunner.run(context -> {
			Faults faults = context.getBean(Faults.class);
			faults.failures.set(REQUEUED);
			context.getBean("requeued", SimpleMessageListenerContainer.class).start();
			context.getBean(RabbitTemplate.class).convertAndSend("requeued", "message");
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> processed("requeued").size() > REQUEUED);
			assertThat(faults.leaks).isEmpty();
		});
		List<ReceivedSpan> processed = processed("requeued");
		assertThat(processed).hasSize(REQUEUED + 1).allSatisfy(InsightsContract::verify);
		assertThat(processed).filteredOn(process -> process.status().equals("ok")).hasSize(1);
		// Without a count of the broker all that is known is that it was delivered
		// before.
		assertThat(processed.get(0).data("messaging.message.retry.count").asInt()).isZero();
		assertThat(processed.subList(1, REQUEUED + 1))
			.allSatisfy(process -> assertThat(process.data("messaging.message.retry.count").asInt()).isOne());
		assertThat(output.toString()).doesNotContain("Instrumentation failed");
	}

	@Test
	void messageThatIsHandledWhileItsContainerGivesUpWaitingIsToldAndThenAgain() {
		this.contextRunner.run(context -> {
			Faults faults = context.getBean(Faults.class);
			SimpleMessageListenerContainer container = context.getBean("stopped", SimpleMessageListenerContainer.class);
			container.start();
			context.getBean(RabbitTemplate.class).convertAndSend("stopped", "message");
			assertThat(faults.entered.await(10, TimeUnit.SECONDS)).isTrue();
			container.stop();
			assertThat(processed("stopped")).isEmpty();
			faults.leave.countDown();
			Awaitility.await().until(() -> processed("stopped").size() == 1);
			container.start();
			Awaitility.await().until(() -> processed("stopped").size() == 2);
			assertThat(faults.leaks).isEmpty();
		});
		assertThat(processed("stopped")).allSatisfy(InsightsContract::verify)
			.extracting(process -> process.status() + " " + process.data("messaging.message.retry.count").asInt())
			.containsExactly("ok 0", "ok 1");
	}

	@Test
	void brokenHeadersBeginATraceOfTheirOwn() {
		this.contextRunner.withPropertyValues("sentry.insights.rabbit.exclude=connectionFactory").run(context -> {
			context.getBean("requeued", SimpleMessageListenerContainer.class).start();
			for (BrokenTraceHeaders headers : BrokenTraceHeaders.all()) {
				this.receiver.clear();
				Message message = RabbitApplication.message("message");
				message.getMessageProperties().setHeader("sentry-trace", headers.trace());
				message.getMessageProperties().setHeader("baggage", headers.baggage());
				context.getBean(RabbitTemplate.class).send("requeued", message);
				ReceivedSpan process = this.receiver.transaction("requeued").root();
				InsightsContract.verify(process);
				assertThat(process.status()).as(headers.mistake()).isEqualTo("ok");
				assertThat(BrokenTraceHeaders.isContinued(process.traceId())).as(headers.mistake()).isFalse();
			}
		});
	}

	private static CorrelationData send(ApplicationContext context, String queue) {
		CorrelationData correlation = new CorrelationData();
		context.getBean(RabbitTemplate.class).convertAndSend("", queue, "message", correlation);
		return correlation;
	}

	private static String confirm(CorrelationData correlation) throws Exception {
		CorrelationData.Confirm confirm = correlation.getFuture().get(10, TimeUnit.SECONDS);
		return confirm.isAck() ? "ack" : "nack " + confirm.getReason();
	}

	private static long count(ApplicationContext context, String outcome) {
		return context.getBean(SimpleMeterRegistry.class)
			.find("sentry.insights.queue.publish")
			.tag("outcome", outcome)
			.timers()
			.stream()
			.mapToLong(Timer::count)
			.sum();
	}

	private List<ReceivedSpan> processed(String queue) {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals(queue))
			.map(ReceivedTransaction::root)
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Faults {

		final AtomicInteger failures = new AtomicInteger();

		final java.util.Queue<ISpan> leaks = new ConcurrentLinkedQueue<>();

		final CountDownLatch entered = new CountDownLatch(1);

		final CountDownLatch leave = new CountDownLatch(1);

		@Bean
		static Queue unread() {
			return new Queue("unread");
		}

		@Bean
		static Queue requeuedQueue() {
			return new Queue("requeued");
		}

		@Bean
		static Queue stoppedQueue() {
			return new Queue("stopped");
		}

		@Bean
		SimpleMessageListenerContainer requeued(CachingConnectionFactory connectionFactory) {
			SimpleMessageListenerContainer container = container(connectionFactory, "requeued");
			container.setMessageListener(message -> {
				if (this.failures.getAndDecrement() > 0) {
					throw new IllegalStateException("out of stock");
				}
			});
			return container;
		}

		@Bean
		SimpleMessageListenerContainer stopped(CachingConnectionFactory connectionFactory) {
			SimpleMessageListenerContainer container = container(connectionFactory, "stopped");
			container.setShutdownTimeout(100);
			container.setMessageListener(message -> {
				this.entered.countDown();
				Awaitility.await().until(() -> this.leave.getCount() == 0);
			});
			return container;
		}

		/**
		 * What is left on the thread is seen before the next message.
		 */
		private SimpleMessageListenerContainer container(CachingConnectionFactory connectionFactory, String queue) {
			SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(connectionFactory);
			container.setQueueNames(queue);
			container.setAutoStartup(false);
			container.setReceiveTimeout(20);
			container.setAfterReceivePostProcessors(message -> {
				ISpan left = Sentry.getSpan();
				if (left != null) {
					this.leaks.add(left);
				}
				return message;
			});
			return container;
		}

	}

}
