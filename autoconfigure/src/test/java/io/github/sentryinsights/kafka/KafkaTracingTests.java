package io.github.sentryinsights.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.ISpan;
import io.sentry.Sentry;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.AbstractConsumerSeekAware;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.listener.adapter.RecordFilterStrategy;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.util.backoff.FixedBackOff;

import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

class KafkaTracingTests {

	private static final String PAYLOAD = "payload-of-nobodys-business";

	private static final String KEY = "key-of-nobodys-business";

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker);

	@Test
	void publishesAndProcessesInOneTrace() {
		this.contextRunner.withUserConfiguration(SimpleListener.class).run(context -> {
			KafkaApplication.inTransaction("sending",
					transaction -> template(context).send("simple", KEY, PAYLOAD).get());
			ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
			ReceivedTransaction transaction = this.receiver.transaction("simple");
			ReceivedSpan process = transaction.root();
			InsightsContract.verify(publish);
			InsightsContract.verify(process);
			assertThat(process.op()).isEqualTo("queue.process");
			assertThat(process.traceId()).isEqualTo(publish.traceId());
			assertThat(process.isChildOf(publish)).isTrue();
			assertThat(publish.status()).isEqualTo("ok");
			assertThat(process.status()).isEqualTo("ok");
			assertThat(publish.description()).isEqualTo("simple");
			assertThat(publish.data("messaging.destination.name").asText()).isEqualTo("simple");
			assertThat(process.data("messaging.destination.name").asText()).isEqualTo("simple");
			assertThat(publish.data("messaging.system").asText()).isEqualTo("kafka");
			assertThat(process.data("messaging.system").asText()).isEqualTo("kafka");
			assertThat(process.data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id"));
			assertThat(publish.data("messaging.message.body.size").asInt()).isEqualTo(PAYLOAD.length());
			assertThat(process.data("messaging.message.body.size").asInt()).isEqualTo(PAYLOAD.length());
			assertThat(process.data("messaging.message.retry.count").isInt()).isTrue();
			assertThat(process.data("messaging.message.retry.count").asInt()).isZero();
			assertThat(process.data("messaging.message.receive.latency").isIntegralNumber()).isTrue();
			assertThat(transaction.span("test.work").isChildOf(process)).isTrue();
			assertThat(this.receiver.text()).doesNotContain(PAYLOAD).doesNotContain(KEY);
		});
	}

	@Test
	void sendThatOutlivesItsTransactionIsReportedAsEnded() {
		this.contextRunner.withPropertyValues("linger=3000").run(context -> {
			List<CompletableFuture<?>> sent = new ArrayList<>();
			KafkaApplication.inTransaction("sending",
					transaction -> sent.add(template(context).send("unacknowledged", KEY, PAYLOAD)));
			assertThat(sent.get(0)).isNotDone();
			ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
			InsightsContract.verify(publish);
			assertThat(publish.isFinished()).isTrue();
			assertThat(publish.status()).isEqualTo("ok");
			assertThat(sent.get(0)).succeedsWithin(Duration.ofSeconds(10));
		});
	}

	@Test
	void failingListenerIsReportedForEachAttempt() {
		this.contextRunner.withUserConfiguration(FailingListener.class).run(context -> {
			template(context).send("failing", KEY, PAYLOAD).get();
			Awaitility.await().until(() -> processed("failing").size() == 3);
			assertThat(processed("failing")).allSatisfy(InsightsContract::verify)
				.allSatisfy(process -> assertThat(process.status()).isEqualTo("internal_error"))
				.extracting(process -> process.data("messaging.message.retry.count").asInt())
				.containsExactly(0, 1, 2);
			assertThat(processed("failing")).extracting(process -> process.data("messaging.message.id").asText())
				.containsOnly(processed("failing").get(0).data("messaging.message.id").asText());
		});
	}

	@Test
	void deadLetterGoesOnWithTheTraceOfItsRecord() {
		this.contextRunner.withUserConfiguration(DeadLetterListener.class).run(context -> {
			KafkaApplication.inTransaction("sending",
					transaction -> template(context).send("letters", KEY, PAYLOAD).get());
			ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
			ReceivedSpan process = this.receiver.transaction("letters-dlt").root();
			InsightsContract.verify(process);
			assertThat(process.traceId()).isEqualTo(publish.traceId());
			assertThat(process.data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id"));
		});
	}

	@Test
	void errorThatStopsTheListenerIsReported() {
		this.contextRunner.withUserConfiguration(ErrorListener.class).run(context -> {
			template(context).send("errors", KEY, PAYLOAD).get();
			ReceivedSpan process = this.receiver.transaction("errors").root();
			InsightsContract.verify(process);
			assertThat(process.status()).isEqualTo("internal_error");
		});
	}

	@Test
	void decisionNotToSampleReachesTheListener() {
		this.contextRunner.withUserConfiguration(SampledListener.class).run(context -> {
			BlockingQueue<Boolean> sampled = context.getBean(SampledListener.class).sampled;
			KafkaApplication.inUnsampledTransaction("sending",
					transaction -> template(context).send("sampled", KEY, PAYLOAD).get());
			assertThat(sampled.poll(10, TimeUnit.SECONDS)).isFalse();
			KafkaApplication.inTransaction("sending",
					transaction -> template(context).send("sampled", KEY, PAYLOAD).get());
			assertThat(sampled.poll(10, TimeUnit.SECONDS)).isTrue();
			this.receiver.transaction("sampled");
			assertThat(processed("sampled")).hasSize(1);
		});
	}

	@Test
	void interceptorOfTheUserIsCalledWithinTheTransaction() {
		this.contextRunner.withUserConfiguration(FailingOnceListener.class, UserInterceptor.class).run(context -> {
			template(context).send("intercepted", KEY, PAYLOAD).get();
			Awaitility.await().until(() -> processed("intercepted").size() == 2);
			UserInterceptor interceptor = context.getBean(UserInterceptor.class);
			Awaitility.await()
				.untilAsserted(() -> assertThat(interceptor.calls).containsExactly("setup", "intercept within true",
						"failure within true", "after within true", "clear", "setup", "intercept within true",
						"success within true", "after within true", "clear"));
		});
	}

	@Test
	void recordThatTheInterceptorOfTheUserSkipsEndsItsTransaction() {
		this.contextRunner.withUserConfiguration(SkippedListener.class).run(context -> {
			template(context).send("skipped", KEY, PAYLOAD).get();
			ReceivedSpan process = this.receiver.transaction("skipped").root();
			InsightsContract.verify(process);
			assertThat(process.status()).isEqualTo("ok");
		});
	}

	@Test
	void recordOfAnUninstrumentedSenderIsIdentifiedByItsPlace() {
		this.contextRunner.withUserConfiguration(SimpleListener.class)
			.withPropertyValues("sentry.insights.kafka.exclude=producerFactory")
			.run(context -> {
				template(context).send("simple", KEY, PAYLOAD).get();
				ReceivedSpan process = this.receiver
					.transaction(transaction -> transaction.root()
						.data("messaging.message.id")
						.asText()
						.matches("simple-0-\\d+"))
					.root();
				InsightsContract.verify(process);
				assertThat(process.data("messaging.message.receive.latency").isIntegralNumber()).isTrue();
			});
	}

	@Test
	void malformedHeadersStartATraceOfTheirOwn() {
		this.contextRunner.withUserConfiguration(SimpleListener.class)
			.withPropertyValues("sentry.insights.kafka.exclude=producerFactory")
			.run(context -> {
				ProducerRecord<String, String> record = new ProducerRecord<>("simple", KEY, PAYLOAD);
				for (String name : List.of(QueueConvention.TRACE_HEADER, QueueConvention.BAGGAGE_HEADER,
						QueueConvention.ENQUEUED_TIME_HEADER)) {
					record.headers().add(name, "=, nonsense".getBytes(StandardCharsets.UTF_8));
				}
				record.headers()
					.add(QueueConvention.MESSAGE_ID_HEADER, "malformed".getBytes(StandardCharsets.UTF_8))
					.add("retry_topic-attempts", new byte[] { 1, 2 })
					.add("retry_topic-backoff-timestamp", new byte[0]);
				template(context).send(record).get();
				ReceivedSpan process = this.receiver
					.transaction(
							transaction -> transaction.root().data("messaging.message.id").asText().equals("malformed"))
					.root();
				InsightsContract.verify(process);
				assertThat(process.status()).isEqualTo("ok");
			});
	}

	@Test
	void everyShapeOfListenerWorks() {
		this.contextRunner.withUserConfiguration(ListenerShapes.class).run(context -> {
			List<String> topics = List.of("acknowledged", "handlers", "filtered", "seeking", "future", "replying",
					"by-hand");
			for (String topic : topics) {
				template(context).send(topic, KEY, topic).get();
			}
			BlockingQueue<String> handled = context.getBean(ListenerShapes.class).handled;
			List<String> received = new ArrayList<>();
			while (received.size() < 7) {
				String next = handled.poll(10, TimeUnit.SECONDS);
				assertThat(next).as("after %s", received).isNotNull();
				received.add(next);
			}
			assertThat(received).containsExactlyInAnyOrder("acknowledged", "handlers", "seeking", "future", "replying",
					"by-hand", "replies");
			Stream.concat(topics.stream(), Stream.of("replies")).forEach(topic -> {
				ReceivedSpan process = this.receiver.transaction(topic).root();
				InsightsContract.verify(process);
				assertThat(process.status()).isEqualTo("ok");
			});
			ReceivedSpan reply = this.receiver.transaction("replying").span("queue.publish");
			assertThat(this.receiver.transaction("replies").root().isChildOf(reply)).isTrue();
			assertThat(processed("by-hand")).hasSize(1);
		});
	}

	@Test
	void withoutSentryNoHeaderIsWrittenAndOperationsAreCounted() {
		KafkaApplication.withoutSentry(broker)
			.withBean(SimpleMeterRegistry.class)
			.withUserConfiguration(HeaderListener.class)
			.run(context -> {
				template(context).send("headers", KEY, PAYLOAD).get();
				assertThat(context.getBean(HeaderListener.class).names.poll(10, TimeUnit.SECONDS)).isEmpty();
				SimpleMeterRegistry registry = context.getBean(SimpleMeterRegistry.class);
				Awaitility.await()
					.untilAsserted(() -> assertThat(registry.find("sentry.insights.queue.process")
						.tags("name", "headers", "outcome", "success")
						.timer()).satisfies(timer -> assertThat(timer.count()).isOne()));
				assertThat(registry.get("sentry.insights.queue.publish").tag("name", "headers").timer().count())
					.isOne();
			});
	}

	@Test
	void producerAndTemplateAreInjectableByTheirTypes() {
		this.contextRunner.run(context -> {
			assertThat(context.getBean(DefaultKafkaProducerFactory.class).getClass())
				.isEqualTo(DefaultKafkaProducerFactory.class);
			assertThat(context.getBean(KafkaTemplate.class).getClass()).isEqualTo(KafkaTemplate.class);
			assertThat(context.getBean(ConcurrentKafkaListenerContainerFactory.class).getClass())
				.isEqualTo(ConcurrentKafkaListenerContainerFactory.class);
		});
	}

	@Test
	void secondContextReportsItsOwnRecordsOnce() {
		this.contextRunner.withUserConfiguration(SimpleListener.class).run(first -> {
			template(first).send("simple", KEY, PAYLOAD).get();
			this.receiver.transaction("simple");
		});
		this.receiver.clear();
		this.contextRunner.withUserConfiguration(SimpleListener.class).run(second -> {
			KafkaApplication.inTransaction("second",
					transaction -> template(second).send("simple", KEY, PAYLOAD).get());
			ReceivedSpan publish = this.receiver.transaction("second").span("queue.publish");
			ReceivedSpan process = this.receiver
				.transaction(transaction -> transaction.root().traceId().equals(publish.traceId())
						&& transaction.name().equals("simple"))
				.root();
			assertThat(process.isChildOf(publish)).isTrue();
			assertThat(processed("simple")).hasSize(1);
		});
	}

	private List<ReceivedSpan> processed(String topic) {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals(topic))
			.map(ReceivedTransaction::root)
			.toList();
	}

	@SuppressWarnings("unchecked")
	private static KafkaTemplate<String, String> template(ApplicationContext context) {
		return context.getBean(KafkaTemplate.class);
	}

	private static boolean isWithinTransaction() {
		ISpan span = Sentry.getSpan();
		return span != null && span.getOperation().equals("queue.process");
	}

	@Configuration(proxyBeanMethods = false)
	static class SimpleListener {

		@KafkaListener(topics = "simple")
		void handle(String value) {
			Sentry.getSpan().startChild("test.work").finish();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailingListener {

		@Bean
		DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler((record, exception) -> {
			}, new FixedBackOff(0, 2));
		}

		@KafkaListener(topics = "failing")
		void handle(String value) {
			throw new IllegalStateException("out of stock");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DeadLetterListener {

		@Bean
		DefaultErrorHandler errorHandler(KafkaTemplate<String, String> template) {
			return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(template,
					(record, exception) -> new TopicPartition("letters-dlt", -1)), new FixedBackOff(0, 0));
		}

		@KafkaListener(topics = "letters")
		void handle(String value) {
			throw new IllegalStateException("out of stock");
		}

		@KafkaListener(topics = "letters-dlt")
		void handleDeadLetter(String value) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ErrorListener {

		@Bean
		DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler(new FixedBackOff(0, 0));
		}

		@Bean
		KafkaMessageListenerContainer<String, String> container(ConsumerFactory<String, String> consumerFactory) {
			ContainerProperties properties = new ContainerProperties("errors");
			properties.setMessageListener((MessageListener<String, String>) record -> {
				throw new StackOverflowError("too deep");
			});
			return new KafkaMessageListenerContainer<>(consumerFactory, properties);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SampledListener {

		final BlockingQueue<Boolean> sampled = new LinkedBlockingQueue<>();

		@KafkaListener(topics = "sampled")
		void handle(String value) {
			this.sampled.add(Sentry.getSpan().isSampled());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailingOnceListener {

		private boolean failed;

		@Bean
		DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler(new FixedBackOff(0, 1));
		}

		@KafkaListener(topics = "intercepted")
		void handle(String value) {
			if (!this.failed) {
				this.failed = true;
				throw new IllegalStateException("out of stock");
			}
		}

	}

	static class UserInterceptor implements RecordInterceptor<String, String> {

		final List<String> calls = new ArrayList<>();

		private final List<String> pending = new ArrayList<>();

		@Override
		public ConsumerRecord<String, String> intercept(ConsumerRecord<String, String> record,
				Consumer<String, String> consumer) {
			add("intercept within " + isWithinTransaction());
			return record;
		}

		@Override
		public void success(ConsumerRecord<String, String> record, Consumer<String, String> consumer) {
			add("success within " + isWithinTransaction());
		}

		@Override
		public void failure(ConsumerRecord<String, String> record, Exception exception,
				Consumer<String, String> consumer) {
			add("failure within " + isWithinTransaction());
		}

		@Override
		public void afterRecord(ConsumerRecord<String, String> record, Consumer<String, String> consumer) {
			add("after within " + isWithinTransaction());
		}

		@Override
		public synchronized void setupThreadState(Consumer<?, ?> consumer) {
			this.pending.clear();
			this.pending.add("setup");
		}

		@Override
		public synchronized void clearThreadState(Consumer<?, ?> consumer) {
			if (this.pending.size() > 1) {
				this.calls.addAll(this.pending);
				this.calls.add("clear");
			}
		}

		private synchronized void add(String call) {
			this.pending.add(call);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SkippedListener {

		@Bean
		RecordInterceptor<String, String> interceptor() {
			return (record, consumer) -> null;
		}

		@KafkaListener(topics = "skipped")
		void handle(String value) {
			throw new IllegalStateException("never called");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ListenerShapes {

		final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

		@Bean
		static ConcurrentKafkaListenerContainerFactory<String, String> manual(
				ConsumerFactory<String, String> consumerFactory) {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(consumerFactory);
			factory.getContainerProperties().setAckMode(AckMode.MANUAL);
			return factory;
		}

		@Bean
		static RecordFilterStrategy<String, String> discardAll() {
			return record -> true;
		}

		@Bean
		static ConcurrentKafkaListenerContainerFactory<String, String> replying(
				ConsumerFactory<String, String> consumerFactory, KafkaTemplate<String, String> template) {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(consumerFactory);
			factory.setReplyTemplate(template);
			return factory;
		}

		@Bean
		KafkaMessageListenerContainer<String, String> byHand(ConsumerFactory<String, String> consumerFactory) {
			ContainerProperties properties = new ContainerProperties("by-hand");
			properties.setMessageListener((MessageListener<String, String>) record -> this.handled.add(record.value()));
			return new KafkaMessageListenerContainer<>(consumerFactory, properties);
		}

		@Bean
		SeekingListener seekingListener() {
			return new SeekingListener(this.handled);
		}

		@Bean
		HandlerListener handlerListener() {
			return new HandlerListener(this.handled);
		}

		@KafkaListener(topics = "acknowledged", containerFactory = "manual")
		void acknowledge(ConsumerRecord<String, String> record, Acknowledgment acknowledgment,
				Consumer<?, ?> consumer) {
			acknowledgment.acknowledge();
			consumer.assignment();
			this.handled.add(record.value());
		}

		@KafkaListener(topics = "filtered", filter = "discardAll")
		void filter(String value) {
			this.handled.add(value);
		}

		@KafkaListener(topics = "future")
		CompletableFuture<Void> later(String value) {
			return CompletableFuture.runAsync(() -> this.handled.add(value));
		}

		@KafkaListener(topics = "replying", containerFactory = "replying")
		@SendTo("replies")
		String reply(String value) {
			this.handled.add(value);
			return "replies";
		}

		@KafkaListener(topics = "replies")
		void handleReply(String value) {
			this.handled.add(value);
		}

	}

	static class SeekingListener extends AbstractConsumerSeekAware {

		private final BlockingQueue<String> handled;

		private final BlockingQueue<Map<TopicPartition, Long>> assignments = new LinkedBlockingQueue<>();

		SeekingListener(BlockingQueue<String> handled) {
			this.handled = handled;
		}

		@Override
		public void onPartitionsAssigned(Map<TopicPartition, Long> assignments, ConsumerSeekCallback callback) {
			super.onPartitionsAssigned(assignments, callback);
			this.assignments.add(assignments);
		}

		@KafkaListener(topics = "seeking")
		void handle(String value) {
			assertThat(this.assignments).isNotEmpty();
			this.handled.add(value);
		}

	}

	@KafkaListener(topics = "handlers")
	static class HandlerListener {

		private final BlockingQueue<String> handled;

		HandlerListener(BlockingQueue<String> handled) {
			this.handled = handled;
		}

		@KafkaHandler
		void handle(String value) {
			this.handled.add(value);
		}

		@KafkaHandler(isDefault = true)
		void handleOther(Object value) {
			this.handled.add("something else");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HeaderListener {

		final BlockingQueue<List<String>> names = new LinkedBlockingQueue<>();

		@KafkaListener(topics = "headers")
		void handle(ConsumerRecord<String, String> record) {
			List<String> names = new ArrayList<>();
			record.headers().forEach(header -> names.add(header.key()));
			this.names.add(names);
		}

	}

}
