package io.github.sentryinsights.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.ISpan;
import io.sentry.Sentry;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.RecordInterceptor;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests over a broker that goes away, and comes back.
 */
class KafkaOutageTests {

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.behindProxy();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker)
		.withBean(SimpleMeterRegistry.class);

	@AfterEach
	void restore() {
		broker.proxy().restore();
	}

	@Test
	void sendToABrokerThatIsGoneFailsAsItDoesWithoutInstrumentation() {
		broker.proxy().cut();
		this.contextRunner.withPropertyValues("max-block=500", "sentry.insights.kafka.enabled=false")
			.run(this::assertSendFails);
		this.contextRunner.withPropertyValues("max-block=500").run(context -> {
			KafkaApplication.inTransaction("sending", transaction -> assertSendFails(context));
			assertThat(count(context, "publish", "error")).isOne();
		});
		ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
		InsightsContract.verify(publish);
		assertThat(publish.status()).isEqualTo("internal_error");
	}

	@SuppressWarnings("unchecked")
	private void assertSendFails(ApplicationContext context) {
		KafkaTemplate<String, String> template = context.getBean(KafkaTemplate.class);
		assertThatExceptionOfType(KafkaException.class).isThrownBy(() -> template.send("gone", "key", "value"))
			.withMessage("Send failed")
			.havingCause()
			.isInstanceOf(TimeoutException.class);
	}

	@Test
	void sendWhoseBrokerGoesAwayFailsOnceAndAsItDoesWithoutInstrumentation() {
		ApplicationContextRunner impatient = this.contextRunner.withPropertyValues("request-timeout=500",
				"delivery-timeout=700");
		List<String> plain = new ArrayList<>();
		impatient.withPropertyValues("sentry.insights.kafka.enabled=false")
			.run(context -> plain.addAll(sendWhileTheBrokerGoes(context)));
		impatient.run(context -> {
			KafkaApplication.inTransaction("sending",
					transaction -> assertThat(sendWhileTheBrokerGoes(context)).isEqualTo(plain));
			assertThat(count(context, "publish", "error")).isOne();
			assertThat(count(context, "publish", "success")).isOne();
		});
		assertThat(plain).containsExactly("callback TimeoutException", "future TimeoutException");
		List<ReceivedSpan> publishes = this.receiver.transaction("sending").spans("queue.publish");
		assertThat(publishes).allSatisfy(InsightsContract::verify)
			.extracting(ReceivedSpan::status)
			.containsExactly("ok", "internal_error");
		assertThat(publishes.get(1).data().has("messaging.kafka.offset")).isFalse();
	}

	/**
	 * Send a record that the broker gets, but whose acknowledgement never arrives.
	 */
	@SuppressWarnings("unchecked")
	private static List<String> sendWhileTheBrokerGoes(ApplicationContext context) throws Exception {
		DefaultKafkaProducerFactory<String, String> factory = context.getBean(DefaultKafkaProducerFactory.class);
		Queue<String> outcomes = new ConcurrentLinkedQueue<>();
		try (Producer<String, String> producer = factory.createProducer()) {
			producer.send(new ProducerRecord<>("going", "before")).get();
			broker.proxy().cutAtNextAnswer();
			var future = producer.send(new ProducerRecord<>("going", "within"),
					(metadata, exception) -> outcomes.add("callback " + name(exception)));
			Awaitility.await().until(future::isDone);
			try {
				future.get();
			}
			catch (ExecutionException ex) {
				outcomes.add("future " + name(ex.getCause()));
			}
		}
		finally {
			broker.proxy().restore();
			factory.reset();
		}
		return List.copyOf(outcomes);
	}

	@Test
	@SuppressWarnings("unchecked")
	void sendThatFailsAfterATransactionThatIsNotSampledIsCountedAlone() {
		this.contextRunner.withPropertyValues("request-timeout=500", "delivery-timeout=700").run(context -> {
			KafkaTemplate<String, String> template = context.getBean(KafkaTemplate.class);
			List<CompletableFuture<?>> sent = new ArrayList<>();
			KafkaApplication.inUnsampledTransaction("sending", transaction -> {
				template.send("going", "before").get();
				broker.proxy().holdAnswers();
				sent.add(template.send("going", "within"));
			});
			broker.proxy().cut();
			assertThat(sent.get(0)).failsWithin(Duration.ofSeconds(10));
			assertThat(count(context, "publish", "error")).isOne();
			assertThat(count(context, "publish", "success")).isOne();
		});
		Sentry.flush(2000);
		assertThat(this.receiver.items("event")).isEmpty();
		assertThat(this.receiver.transactions()).isEmpty();
	}

	@Test
	@SuppressWarnings("unchecked")
	void sendThatTheProducerRepeatsIsReportedAndHandledOnce() {
		this.contextRunner.withUserConfiguration(Listener.class).withPropertyValues("topic=repeating").run(context -> {
			KafkaTemplate<String, String> template = context.getBean(KafkaTemplate.class);
			Listener listener = context.getBean(Listener.class);
			template.send("repeating", "first").get();
			KafkaApplication.inTransaction("sending", transaction -> {
				broker.proxy().cutAtNextAnswer();
				var sending = template.send("repeating", "second");
				Awaitility.await().until(broker.proxy()::isCut);
				broker.proxy().restore();
				assertThat(sending).succeedsWithin(Duration.ofSeconds(10));
			});
			template.send("repeating", "third").get();
			Awaitility.await().until(() -> processed("repeating").size() == 3);
			assertThat(listener.handled).extracting(ConsumerRecord::value).containsExactly("first", "second", "third");
			assertThat(listener.handled).allSatisfy(record -> assertThat(record.headers().toArray()).hasSize(4));
			assertThat(listener.leaks).isEmpty();
			assertThat(count(context, "publish", "success")).isEqualTo(3);
			assertThat(count(context, "process", "success")).isEqualTo(3);
		});
		ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
		assertThat(publish.status()).isEqualTo("ok");
		assertThat(processed("repeating").get(1).isChildOf(publish)).isTrue();
	}

	@Test
	@SuppressWarnings("unchecked")
	void listenerGoesOnWhenItsBrokerIsBackAndOnlyRecordsAreReported() {
		this.contextRunner.withUserConfiguration(Listener.class).withPropertyValues("topic=going-on").run(context -> {
			KafkaTemplate<String, String> template = context.getBean(KafkaTemplate.class);
			Listener listener = context.getBean(Listener.class);
			template.send("going-on", "first").get();
			template.send("going-on", Listener.WAIT).get();
			assertThat(listener.entered.await(10, TimeUnit.SECONDS)).isTrue();
			broker.proxy().cut();
			listener.leave.countDown();
			Awaitility.await().until(() -> listener.handled.size() == 2);
			broker.proxy().restore();
			template.send("going-on", "third").get();
			Awaitility.await().until(() -> processed("going-on").size() >= 3);
			assertThat(listener.handled).extracting(ConsumerRecord::value)
				.containsExactly("first", Listener.WAIT, "third");
			assertThat(listener.leaks).isEmpty();
			assertThat(count(context, "process", "success")).isEqualTo(3);
		});
		assertThat(processed("going-on")).hasSize(3)
			.allSatisfy(InsightsContract::verify)
			.allSatisfy(process -> assertThat(process.status()).isEqualTo("ok"));
	}

	private static long count(ApplicationContext context, String operation, String outcome) {
		return context.getBean(SimpleMeterRegistry.class)
			.find("sentry.insights.queue." + operation)
			.tag("outcome", outcome)
			.timers()
			.stream()
			.mapToLong(Timer::count)
			.sum();
	}

	private static String name(@Nullable Throwable exception) {
		return (exception != null) ? exception.getClass().getSimpleName() : "none";
	}

	private List<ReceivedSpan> processed(String topic) {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals(topic))
			.map(ReceivedTransaction::root)
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Listener {

		static final String WAIT = "wait";

		final Queue<ConsumerRecord<String, String>> handled = new ConcurrentLinkedQueue<>();

		final Queue<ISpan> leaks = new ConcurrentLinkedQueue<>();

		final CountDownLatch entered = new CountDownLatch(1);

		final CountDownLatch leave = new CountDownLatch(1);

		@Bean
		RecordInterceptor<String, String> interceptor() {
			return new RecordInterceptor<>() {

				@Override
				public ConsumerRecord<String, String> intercept(ConsumerRecord<String, String> record,
						Consumer<String, String> consumer) {
					return record;
				}

				@Override
				public void setupThreadState(Consumer<?, ?> consumer) {
					ISpan left = Sentry.getSpan();
					if (left != null) {
						Listener.this.leaks.add(left);
					}
				}

			};
		}

		@KafkaListener(topics = "${topic}")
		void handle(ConsumerRecord<String, String> record) throws InterruptedException {
			if (record.value().equals(WAIT)) {
				this.entered.countDown();
				this.leave.await(10, TimeUnit.SECONDS);
			}
			this.handled.add(record);
		}

	}

}
