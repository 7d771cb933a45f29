package io.github.sentryinsights.jms;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.Sentry;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

class JmsTracingTests {

	private static final String PAYLOAD = "payload-of-nobodys-business";

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = JmsApplication.sendingTo(this.receiver);

	@Test
	void sendsAndProcessesInOneTrace() {
		this.contextRunner.withUserConfiguration(SimpleListener.class).run(context -> {
			JmsApplication.inTransaction("sending", () -> template(context).convertAndSend("simple", PAYLOAD));
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
				assertThat(span.data("messaging.system").asText()).isEqualTo("jms");
				assertThat(span.data("messaging.destination.name").asText()).isEqualTo("simple");
				assertThat(span.data("messaging.message.body.size").asInt()).isEqualTo(PAYLOAD.length());
			});
			assertThat(process.data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id"));
			assertThat(process.data("messaging.message.retry.count").asInt()).isZero();
			assertThat(process.data("messaging.message.receive.latency").isIntegralNumber()).isTrue();
			assertThat(transaction.span("test.work").isChildOf(process)).isTrue();
			assertThat(this.receiver.text()).doesNotContain(PAYLOAD);
		});
	}

	@Test
	void headersArePropertiesWithUnderscores() {
		this.contextRunner.run(context -> {
			JmsApplication.inTransaction("sending", () -> template(context).convertAndSend("headers", PAYLOAD));
			ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
			Message message = template(context).receive("headers");
			assertThat(message.getStringProperty("sentry_trace"))
				.isEqualTo(publish.traceId() + "-" + publish.spanId() + "-1");
			assertThat(message.getStringProperty("baggage")).contains("sentry-trace_id=" + publish.traceId());
			assertThat(Double.parseDouble(message.getStringProperty("sentry_task_enqueued_time"))).isPositive();
			assertThat(message.getStringProperty("messaging_message_id"))
				.isEqualTo(publish.data("messaging.message.id").asText());
		});
	}

	@Test
	void everyWayToSendIsReportedOnce() {
		this.contextRunner.withUserConfiguration(LayeredFactories.class).run(context -> {
			ConnectionFactory factory = context.getBean("connectionFactory", ConnectionFactory.class);
			JmsApplication.inTransaction("sending", () -> {
				new JmsTemplate(context.getBean(CachingConnectionFactory.class)).convertAndSend("cached", PAYLOAD);
				new JmsTemplate(context.getBean(JmsPoolConnectionFactory.class)).convertAndSend("pooled", PAYLOAD);
				try (JMSContext jms = factory.createContext()) {
					jms.createProducer()
						.setProperty("order", 1)
						.send(jms.createQueue("fluent"), PAYLOAD)
						.send(jms.createQueue("fluent"), jms.createTextMessage(PAYLOAD))
						.send(jms.createQueue("fluent"), Map.of("key", "value"));
				}
				try (Connection connection = factory.createConnection();
						Session session = connection.createSession();
						MessageProducer producer = session.createProducer(session.createTopic("raw"))) {
					producer.send(session.createTextMessage(PAYLOAD));
				}
			});
			List<ReceivedSpan> published = this.receiver.transaction("sending").spans("queue.publish");
			assertThat(published).allSatisfy(InsightsContract::verify)
				.extracting(ReceivedSpan::description)
				.containsExactly("cached", "pooled", "fluent", "fluent", "fluent", "raw");
			try (JMSContext jms = factory.createContext()) {
				var consumer = jms.createConsumer(jms.createQueue("fluent"));
				for (int i = 2; i < 5; i++) {
					Message message = consumer.receive(10_000);
					assertThat(message.getStringProperty("sentry_trace")).contains(published.get(i).spanId());
					assertThat(message.getStringProperty("messaging_message_id"))
						.isEqualTo(published.get(i).data("messaging.message.id").asText());
				}
			}
		});
	}

	@Test
	void producerKeepsThePropertiesOfTheApplicationAlone() {
		this.contextRunner.run(context -> {
			ConnectionFactory factory = context.getBean(ConnectionFactory.class);
			try (JMSContext jms = factory.createContext()) {
				JMSProducer producer = jms.createProducer()
					.setProperty("messaging_message_id", "order-7")
					.setProperty("baggage", "tenant=7")
					.setProperty("order", 1);
				JmsApplication.inTransaction("sending", () -> producer.send(jms.createQueue("own-id"), PAYLOAD));
				assertThat(producer.getPropertyNames()).containsExactlyInAnyOrder("messaging_message_id", "baggage",
						"order");
				assertThat(producer.getStringProperty("baggage")).isEqualTo("tenant=7");
				assertThat(producer.getIntProperty("order")).isOne();
				Message message = jms.createConsumer(jms.createQueue("own-id")).receive(10_000);
				assertThat(message.getStringProperty("messaging_message_id")).isEqualTo("order-7");
				assertThat(message.getStringProperty("baggage")).contains("sentry-trace_id=", "tenant=7");
				assertThat(message.getIntProperty("order")).isOne();
				ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
				assertThat(publish.data("messaging.message.id").asText()).isEqualTo("order-7");
				assertThat(message.getStringProperty("sentry_trace")).contains(publish.spanId());
			}
		});
	}

	@Test
	void asynchronousSendEndsWithItsCompletion() {
		this.contextRunner.withBean(SimpleMeterRegistry.class).run(context -> {
			ConnectionFactory factory = context.getBean(ConnectionFactory.class);
			CountDownLatch completed = new CountDownLatch(1);
			JmsApplication.inTransaction("sending", () -> {
				try (Connection connection = factory.createConnection();
						Session session = connection.createSession();
						MessageProducer producer = session.createProducer(session.createQueue("completed"))) {
					producer.send(session.createTextMessage(PAYLOAD), new CompletionListener() {

						@Override
						public void onCompletion(Message message) {
							completed.countDown();
						}

						@Override
						public void onException(Message message, Exception exception) {
						}

					});
					assertThat(completed.await(10, TimeUnit.SECONDS)).isTrue();
				}
			});
			ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
			assertThat(publish.status()).isEqualTo("ok");
			assertThat(context.getBean(SimpleMeterRegistry.class)
				.get("sentry.insights.queue.publish")
				.tags("name", "completed", "outcome", "success")
				.timer()
				.count()).isOne();
		});
	}

	@Test
	void sendThatFailsIsAFailureAndItsExceptionTheSame() {
		this.contextRunner.run(context -> {
			AtomicReference<Throwable> thrown = new AtomicReference<>();
			JmsApplication.inTransaction("sending", () -> {
				try (Connection connection = context.getBean(ConnectionFactory.class).createConnection();
						Session session = connection.createSession()) {
					MessageProducer producer = session.createProducer(session.createQueue("closed"));
					Message message = session.createTextMessage(PAYLOAD);
					session.close();
					assertThatExceptionOfType(jakarta.jms.JMSException.class).isThrownBy(() -> producer.send(message))
						.satisfies(thrown::set);
				}
			});
			assertThat(thrown.get()).isInstanceOf(jakarta.jms.IllegalStateException.class)
				.isNotInstanceOf(InvalidDestinationException.class);
			assertThat(this.receiver.transaction("sending").span("queue.publish").status()).isEqualTo("internal_error");
		});
	}

	@Test
	void messageThatIsSentOnKeepsItsIdentity() {
		this.contextRunner.run(context -> {
			JmsApplication.inTransaction("first", () -> template(context).convertAndSend("forwarded", PAYLOAD));
			Message message = template(context).receive("forwarded");
			JmsApplication.inTransaction("second", () -> template(context).send("forwarded-on", session -> message));
			ReceivedSpan first = this.receiver.transaction("first").span("queue.publish");
			ReceivedSpan second = this.receiver.transaction("second").span("queue.publish");
			assertThat(second.data("messaging.message.id")).isEqualTo(first.data("messaging.message.id"));
			// The properties of a message that has been received are read-only.
			assertThat(template(context).receive("forwarded-on").getStringProperty("sentry_trace"))
				.contains(first.spanId());
		});
	}

	@Test
	void rolledBackMessageIsRetried() {
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
			Awaitility.await().until(() -> processed("errors").size() == 2);
			assertThat(processed("errors")).extracting(ReceivedSpan::status).containsExactly("internal_error", "ok");
		});
	}

	@Test
	void messageOfAnUninstrumentedSenderIsIdentifiedByTheProvider() {
		this.contextRunner.withUserConfiguration(SimpleListener.class)
			.withPropertyValues("sentry.insights.jms.exclude=connectionFactory")
			.run(context -> {
				template(context).convertAndSend("simple", PAYLOAD);
				ReceivedSpan process = this.receiver.transaction("simple").root();
				InsightsContract.verify(process);
				assertThat(process.data("messaging.message.id").asText()).startsWith("ID:");
				assertThat(process.data("messaging.message.receive.latency").isIntegralNumber()).isTrue();
			});
	}

	@Test
	void malformedHeadersStartATraceOfTheirOwn() {
		this.contextRunner.withUserConfiguration(SimpleListener.class)
			.withPropertyValues("sentry.insights.jms.exclude=connectionFactory")
			.run(context -> {
				template(context).convertAndSend("simple", PAYLOAD, message -> {
					message.setIntProperty("sentry_trace", 7);
					message.setStringProperty("baggage", "x".repeat(20_000) + "=,;");
					message.setBooleanProperty("sentry_task_enqueued_time", true);
					message.setStringProperty("messaging_message_id", "malformed");
					return message;
				});
				ReceivedSpan process = this.receiver.transaction("simple").root();
				InsightsContract.verify(process);
				assertThat(process.status()).isEqualTo("ok");
				assertThat(process.data("messaging.message.id").asText()).isEqualTo("malformed");
			});
	}

	@Test
	void headersWithDashesAreReadAsWell() {
		this.contextRunner.withUserConfiguration(SimpleListener.class)
			.withPropertyValues("sentry.insights.jms.exclude=connectionFactory")
			.run(context -> {
				template(context).convertAndSend("simple", PAYLOAD, message -> {
					((org.apache.activemq.artemis.jms.client.ActiveMQMessage) message).getCoreMessage()
						.putStringProperty("sentry-trace", "0123456789abcdef0123456789abcdef-0123456789abcdef-1");
					return message;
				});
				assertThat(this.receiver.transaction("simple").root().traceId())
					.isEqualTo("0123456789abcdef0123456789abcdef");
			});
	}

	@Test
	void requestsAndRepliesAreOneTrace() {
		this.contextRunner.withUserConfiguration(ReplyingListener.class).run(context -> {
			JmsApplication.inTransaction("asking", () -> {
				Message reply = template(context).sendAndReceive("asked",
						session -> session.createTextMessage(PAYLOAD));
				assertThat(reply.getBody(String.class)).isEqualTo("answer");
			});
			ReceivedSpan request = this.receiver.transaction("asking").span("queue.publish");
			ReceivedTransaction asked = this.receiver.transaction("asked");
			assertThat(asked.root().isChildOf(request)).isTrue();
			ReceivedSpan reply = asked.span("queue.publish");
			InsightsContract.verify(reply);
			assertThat(reply.description()).isEqualTo("temporary queue");
		});
	}

	@Test
	void everyShapeOfListenerWorks() {
		this.contextRunner.withUserConfiguration(ListenerShapes.class).run(context -> {
			List<String> queues = List.of("simple-container", "by-hand", "late");
			queues.forEach(queue -> template(context).convertAndSend(queue, queue));
			template(context).setPubSubDomain(true);
			template(context).convertAndSend("news", "news");
			BlockingQueue<String> handled = context.getBean(ListenerShapes.class).handled;
			List<String> received = new ArrayList<>();
			while (received.size() < 4) {
				String next = handled.poll(10, TimeUnit.SECONDS);
				assertThat(next).as("after %s", received).isNotNull();
				received.add(next);
			}
			assertThat(received).containsExactlyInAnyOrder("simple-container", "by-hand", "late", "news");
			received.forEach(name -> {
				ReceivedSpan process = this.receiver.transaction(name).root();
				InsightsContract.verify(process);
				assertThat(process.status()).isEqualTo("ok");
				assertThat(processed(name)).hasSize(1);
			});
		});
	}

	@Test
	void withoutSentryNoHeaderIsWrittenAndOperationsAreCounted() {
		JmsApplication.withoutSentry()
			.withBean(SimpleMeterRegistry.class)
			.withUserConfiguration(PropertyListener.class)
			.run(context -> {
				template(context).convertAndSend("properties", PAYLOAD);
				assertThat(context.getBean(PropertyListener.class).traces.poll(10, TimeUnit.SECONDS)).isEqualTo("none");
				SimpleMeterRegistry registry = context.getBean(SimpleMeterRegistry.class);
				assertThat(registry.get("sentry.insights.queue.publish").tag("name", "properties").timer().count())
					.isOne();
				Awaitility.await()
					.untilAsserted(() -> assertThat(registry.find("sentry.insights.queue.process")
						.tags("name", "properties", "outcome", "success")
						.timer()).satisfies(timer -> assertThat(timer.count()).isOne()));
			});
	}

	@Test
	void beansAreInjectableByTheirTypes() {
		this.contextRunner.withUserConfiguration(LayeredFactories.class).run(context -> {
			assertThat(context).hasSingleBean(ActiveMQConnectionFactory.class)
				.hasSingleBean(CachingConnectionFactory.class)
				.hasSingleBean(JmsPoolConnectionFactory.class)
				.hasSingleBean(DefaultJmsListenerContainerFactory.class);
			assertThat(template(context).getClass()).isEqualTo(JmsTemplate.class);
		});
	}

	private List<ReceivedSpan> processed(String name) {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals(name))
			.map(ReceivedTransaction::root)
			.toList();
	}

	private static JmsTemplate template(ApplicationContext context) {
		return context.getBean(JmsTemplate.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class SimpleListener {

		@JmsListener(destination = "simple")
		void handle(String body) {
			Sentry.getSpan().startChild("test.work").finish();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PropertyListener {

		final BlockingQueue<String> traces = new LinkedBlockingQueue<>();

		@JmsListener(destination = "properties")
		void handle(Message message) throws Exception {
			this.traces.add(message.propertyExists("sentry_trace") ? "some" : "none");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LayeredFactories {

		@Bean
		CachingConnectionFactory cachingConnectionFactory(ActiveMQConnectionFactory connectionFactory) {
			return new CachingConnectionFactory(connectionFactory);
		}

		@Bean(destroyMethod = "stop")
		JmsPoolConnectionFactory pooledConnectionFactory(ActiveMQConnectionFactory connectionFactory) {
			JmsPoolConnectionFactory factory = new JmsPoolConnectionFactory();
			factory.setConnectionFactory(connectionFactory);
			return factory;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailingOnceListener {

		private boolean failed;

		@JmsListener(destination = "failing")
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
		DefaultMessageListenerContainer errors(ActiveMQConnectionFactory connectionFactory) {
			AtomicBoolean failed = new AtomicBoolean();
			return container(connectionFactory, "errors", message -> {
				if (!failed.getAndSet(true)) {
					throw new StackOverflowError("too deep");
				}
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReplyingListener {

		@JmsListener(destination = "asked")
		String answer(String body) {
			return "answer";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ListenerShapes {

		final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

		@JmsListener(destination = "simple-container", containerFactory = "simple")
		void simple(String body) {
			this.handled.add(body);
		}

		@Bean
		DefaultMessageListenerContainer byHand(ActiveMQConnectionFactory connectionFactory) {
			return container(connectionFactory, "by-hand", this::handle);
		}

		@Bean
		DefaultMessageListenerContainer late(ActiveMQConnectionFactory connectionFactory) {
			return container(connectionFactory, "late", null);
		}

		@Bean
		Object setter(DefaultMessageListenerContainer late) {
			late.setMessageListener((MessageListener) this::handle);
			return "set";
		}

		@Bean
		DefaultMessageListenerContainer news(ActiveMQConnectionFactory connectionFactory) {
			DefaultMessageListenerContainer container = container(connectionFactory, "news", this::handle);
			container.setPubSubDomain(true);
			return container;
		}

		private void handle(Message message) {
			try {
				this.handled.add(message.getBody(String.class));
			}
			catch (jakarta.jms.JMSException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	private static DefaultMessageListenerContainer container(ConnectionFactory connectionFactory, String destination,
			MessageListener listener) {
		DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
		container.setConnectionFactory(connectionFactory);
		container.setDestinationName(destination);
		container.setReceiveTimeout(100);
		container.setSessionTransacted(true);
		container.setRecoveryInterval(100);
		container.setMessageListener(listener);
		return container;
	}

}
