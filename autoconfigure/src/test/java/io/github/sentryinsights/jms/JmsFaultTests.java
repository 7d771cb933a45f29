package io.github.sentryinsights.jms;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;

import io.github.sentryinsights.testing.BrokenTraceHeaders;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;
import io.github.sentryinsights.testing.TcpProxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whatever becomes of connections, sessions and containers: each message is told as often
 * as it was handed over, with how it went.
 */
class JmsFaultTests {

	@RegisterExtension
	static final TcpProxy proxy = TcpProxy.start(JmsBroker.get().port());

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = JmsApplication.sendingTo(this.receiver)
		.withBean(SimpleMeterRegistry.class)
		.withUserConfiguration(Faults.class)
		.withPropertyValues("broker-url=tcp://127.0.0.1:" + proxy.port() + "?callTimeout=5000");

	@Test
	void sendWhoseConnectionIsCutFailsOnceAndAsItDoesWithoutInstrumentation() {
		this.contextRunner.withPropertyValues("sentry.insights.jms.enabled=false")
			.run(JmsFaultTests::assertThatSendFailsWhenTheConnectionGoes);
		this.contextRunner.run(context -> {
			JmsApplication.inTransaction("sending", () -> assertThatSendFailsWhenTheConnectionGoes(context));
			assertThat(count(context, "error")).isOne();
			assertThat(count(context, "success")).isZero();
			JmsApplication.inTransaction("sending again", () -> template(context).convertAndSend("unread", "message"));
			assertThat(count(context, "success")).isOne();
		});
		ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
		InsightsContract.verify(publish);
		assertThat(publish.status()).isEqualTo("internal_error");
		assertThat(this.receiver.transaction("sending again").span("queue.publish").status()).isEqualTo("ok");
	}

	/**
	 * The broker gets the message, but its answer never arrives.
	 */
	private static void assertThatSendFailsWhenTheConnectionGoes(ApplicationContext context) throws JMSException {
		ConnectionFactory factory = context.getBean("connectionFactory", ConnectionFactory.class);
		try (Connection connection = factory.createConnection(); Session session = connection.createSession()) {
			MessageProducer producer = session.createProducer(session.createQueue("unread"));
			Message message = session.createTextMessage("message");
			proxy.cutAtNextAnswer();
			assertThatExceptionOfType(JMSException.class).isThrownBy(() -> producer.send(message));
		}
		proxy.restore();
	}

	@Test
	void messageOfASessionThatIsRolledBackHasBeenSent() {
		this.contextRunner.run(context -> {
			JmsApplication.inTransaction("sending", () -> {
				try (Connection connection = context.getBean("connectionFactory", ConnectionFactory.class)
					.createConnection(); Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
					session.createProducer(session.createQueue("rolled-back"))
						.send(session.createTextMessage("message"));
					session.rollback();
				}
			});
			assertThat(count(context, "success")).isOne();
			assertThat(count(context, "error")).isZero();
			template(context).setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
			assertThat(template(context).receive("rolled-back")).isNull();
		});
		assertThat(this.receiver.transaction("sending").span("queue.publish").status()).isEqualTo("ok");
	}

	@Test
	void eachDeliveryAfterARollbackIsARetryMore() {
		this.contextRunner.run(context -> {
			Faults faults = context.getBean(Faults.class);
			faults.failures.set(3);
			container(context, "redelivered").start();
			template(context).convertAndSend("redelivered", "message");
			Awaitility.await().until(() -> processed("redelivered").size() == 4);
		});
		assertThat(deliveries("redelivered")).containsExactly("internal_error 0", "internal_error 1",
				"internal_error 2", "ok 3");
	}

	@Test
	void messageWhoseContainerStopsIsToldOnce() {
		this.contextRunner.run(context -> {
			Faults faults = context.getBean(Faults.class);
			DefaultMessageListenerContainer container = container(context, "stopped");
			CountDownLatch stopped = new CountDownLatch(1);
			container.start();
			template(context).convertAndSend("stopped", "message");
			assertThat(faults.entered.await(10, TimeUnit.SECONDS)).isTrue();
			container.stop(stopped::countDown);
			assertThat(processed("stopped")).isEmpty();
			faults.leave.countDown();
			assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
			Awaitility.await().until(() -> !processed("stopped").isEmpty());
		});
		assertThat(deliveries("stopped")).containsExactly("ok 0");
	}

	@Test
	void messageWhoseConnectionIsCutWhileItIsHandledIsToldAndThenAgain() {
		this.contextRunner.run(context -> {
			Faults faults = context.getBean(Faults.class);
			container(context, "stopped").start();
			template(context).convertAndSend("stopped", "message");
			assertThat(faults.entered.await(10, TimeUnit.SECONDS)).isTrue();
			proxy.cut();
			faults.leave.countDown();
			Awaitility.await().until(() -> processed("stopped").size() == 1);
			proxy.restore();
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> processed("stopped").size() == 2);
		});
		assertThat(deliveries("stopped")).containsExactly("ok 0", "ok 1");
	}

	@Test
	void brokenHeadersBeginATraceOfTheirOwn() {
		this.contextRunner.withPropertyValues("sentry.insights.jms.exclude=connectionFactory").run(context -> {
			container(context, "redelivered").start();
			for (BrokenTraceHeaders headers : BrokenTraceHeaders.all()) {
				this.receiver.clear();
				template(context).convertAndSend("redelivered", "message", message -> {
					message.setStringProperty("sentry_trace", headers.trace());
					message.setStringProperty("baggage", headers.baggage());
					return message;
				});
				ReceivedSpan process = this.receiver.transaction("redelivered").root();
				InsightsContract.verify(process);
				assertThat(process.status()).as(headers.mistake()).isEqualTo("ok");
				assertThat(BrokenTraceHeaders.isContinued(process.traceId())).as(headers.mistake()).isFalse();
			}
		});
	}

	private static JmsTemplate template(ApplicationContext context) {
		return context.getBean(JmsTemplate.class);
	}

	private static DefaultMessageListenerContainer container(ApplicationContext context, String name) {
		return context.getBean(name, DefaultMessageListenerContainer.class);
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

	private List<String> deliveries(String queue) {
		assertThat(processed(queue)).allSatisfy(InsightsContract::verify);
		return processed(queue).stream()
			.map(process -> process.status() + " " + process.data("messaging.message.retry.count").asInt())
			.toList();
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

		final CountDownLatch entered = new CountDownLatch(1);

		final CountDownLatch leave = new CountDownLatch(1);

		@Bean
		DefaultMessageListenerContainer redelivered(ConnectionFactory connectionFactory) {
			return container(connectionFactory, "redelivered", message -> {
				if (this.failures.getAndDecrement() > 0) {
					throw new IllegalStateException("out of stock");
				}
			});
		}

		@Bean
		DefaultMessageListenerContainer stopped(ConnectionFactory connectionFactory) {
			return container(connectionFactory, "stopped", message -> {
				this.entered.countDown();
				Awaitility.await().until(() -> this.leave.getCount() == 0);
			});
		}

		private static DefaultMessageListenerContainer container(ConnectionFactory connectionFactory, String queue,
				MessageListener listener) {
			DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
			container.setConnectionFactory(connectionFactory);
			container.setDestinationName(queue);
			container.setAutoStartup(false);
			container.setReceiveTimeout(100);
			container.setRecoveryInterval(100);
			container.setSessionTransacted(true);
			container.setMessageListener(listener);
			return container;
		}

	}

}
