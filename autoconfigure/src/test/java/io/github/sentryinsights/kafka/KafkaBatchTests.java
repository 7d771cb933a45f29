package io.github.sentryinsights.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.sentry.Sentry;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.BatchInterceptor;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.adapter.RecordFilterStrategy;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.util.backoff.FixedBackOff;

import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

class KafkaBatchTests {

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker);

	@Test
	void batchOfOneTraceBelongsToIt() {
		this.contextRunner.withUserConfiguration(OneTraceListener.class).run(context -> {
			KafkaApplication.inTransaction("sending", transaction -> send(context, "batch-one-trace", 3));
			start(context);
			ReceivedTransaction transaction = this.receiver.transaction("batch-one-trace");
			ReceivedSpan process = transaction.root();
			List<ReceivedSpan> publishes = this.receiver.transaction("sending").spans("queue.publish");
			InsightsContract.verify(process);
			assertThat(process.status()).isEqualTo("ok");
			assertThat(process.traceId()).isEqualTo(publishes.get(0).traceId());
			assertThat(process.isChildOf(publishes.get(0))).isTrue();
			assertThat(process.data("messaging.message.id")).isEqualTo(publishes.get(0).data("messaging.message.id"));
			assertThat(process.data("messaging.batch.message_count").asInt()).isEqualTo(3);
			assertThat(process.data("messaging.message.body.size").asInt()).isEqualTo(3 * "value-0".length());
			assertThat(process.data("messaging.message.retry.count").asInt()).isZero();
			assertThat(process.data("messaging.destination.partition.id").asText()).isEqualTo("0");
			assertThat(process.data("messaging.kafka.offset").asInt()).isZero();
			assertThat(process.data("messaging.message.receive.latency").asLong())
				.isLessThanOrEqualTo(process.data("messaging.batch.receive.latency.max").asLong());
			assertThat(traces(process))
				.isEqualTo(publishes.stream().map(publish -> publish.traceId() + "-" + publish.spanId()).toList());
			assertThat(transaction.span("test.work").isChildOf(process)).isTrue();
			assertThat(processed("batch-one-trace")).hasSize(1);
		});
	}

	@Test
	void batchOfSeveralTracesNamesSomeOfThem() {
		this.contextRunner.withUserConfiguration(SeveralTracesListener.class).run(context -> {
			for (int i = 0; i < 25; i++) {
				KafkaApplication.inTransaction("sending-" + i, transaction -> send(context, "batch-several-traces", 1));
			}
			start(context);
			ReceivedSpan process = this.receiver.transaction("batch-several-traces").root();
			List<String> published = new ArrayList<>();
			for (int i = 0; i < 25; i++) {
				ReceivedSpan publish = this.receiver.transaction("sending-" + i).span("queue.publish");
				published.add(publish.traceId() + "-" + publish.spanId());
			}
			InsightsContract.verify(process);
			assertThat(process.data("messaging.batch.message_count").asInt()).isEqualTo(25);
			assertThat(traces(process)).isEqualTo(published.subList(0, 20));
			assertThat(published).noneMatch(trace -> trace.startsWith(process.traceId()));
		});
	}

	@Test
	void eachRecordOfABatchHasItsTransactionOnRequest() {
		this.contextRunner.withUserConfiguration(EachRecordListener.class)
			.withPropertyValues("sentry.insights.kafka.batch=per-record")
			.run(context -> {
				for (int i = 0; i < 3; i++) {
					KafkaApplication.inTransaction("sending-" + i, transaction -> send(context, "batch-each", 1));
				}
				start(context);
				Awaitility.await().until(() -> processed("batch-each").size() == 3);
				for (int i = 0; i < 3; i++) {
					ReceivedSpan publish = this.receiver.transaction("sending-" + i).span("queue.publish");
					ReceivedTransaction transaction = this.receiver.transaction(
							received -> received.name().equals("batch-each") && received.root().isChildOf(publish));
					InsightsContract.verify(transaction.root());
					assertThat(transaction.root().status()).isEqualTo("ok");
					assertThat(transaction.root().data("messaging.message.id"))
						.isEqualTo(publish.data("messaging.message.id"));
					assertThat(transaction.root().data("messaging.kafka.offset").asInt()).isEqualTo(i);
					assertThat(transaction.spans("test.work")).hasSize((i == 0) ? 1 : 0);
				}
			});
	}

	@Test
	void recordsBeforeTheCulpritHaveBeenHandled() {
		this.contextRunner.withUserConfiguration(CulpritListener.class)
			.withPropertyValues("sentry.insights.kafka.batch=per-record")
			.run(context -> {
				send(context, "batch-culprit", 3);
				start(context);
				Awaitility.await().until(() -> processed("batch-culprit").size() == 5);
				assertThat(processed("batch-culprit")).allSatisfy(InsightsContract::verify)
					.extracting(process -> process.data("messaging.kafka.offset").asInt() + " " + process.status() + " "
							+ process.data("messaging.message.retry.count").asInt())
					.containsExactlyInAnyOrder("0 ok 0", "1 internal_error 0", "2 internal_error 0", "1 ok 1",
							"2 ok 1");
			});
	}

	@Test
	void everyAttemptIsReportedAndTheErrorHandlerRunsInside() {
		this.contextRunner.withUserConfiguration(FailingListener.class).run(context -> {
			send(context, "batch-failing", 2);
			start(context);
			Awaitility.await().until(() -> processed("batch-failing").size() == 2);
			assertThat(processed("batch-failing")).allSatisfy(InsightsContract::verify)
				.allSatisfy(process -> assertThat(process.status()).isEqualTo("internal_error"))
				.extracting(process -> process.data("messaging.message.retry.count").asInt())
				.containsExactly(0, 1);
			ReceivedTransaction last = this.receiver
				.transaction(transaction -> transaction.name().equals("batch-failing")
						&& !transaction.spans("queue.publish").isEmpty());
			assertThat(last.spans("queue.publish")).hasSize(2)
				.allSatisfy(publish -> assertThat(publish.description()).isEqualTo("batch-failing-dlt"))
				.allSatisfy(publish -> assertThat(publish.isChildOf(last.root())).isTrue());
			assertThat(last.root().data("messaging.message.retry.count").asInt()).isEqualTo(1);
		});
	}

	@Test
	void interceptorOfTheUserIsCalledWithinTheTransaction() {
		this.contextRunner.withUserConfiguration(InterceptedListener.class).run(context -> {
			send(context, "batch-intercepted", 1);
			start(context);
			Awaitility.await().until(() -> processed("batch-intercepted").size() == 2);
			List<String> calls = context.getBean(UserInterceptor.class).calls;
			Awaitility.await()
				.untilAsserted(() -> assertThat(calls).startsWith("setup", "intercept true", "failure true",
						"intercept true", "success true", "clear"));
		});
	}

	@Test
	void batchThatTheInterceptorOfTheUserSkipsEndsItsTransaction() {
		this.contextRunner.withUserConfiguration(SkippedListener.class).run(context -> {
			send(context, "batch-skipped", 1);
			start(context);
			ReceivedSpan process = this.receiver.transaction("batch-skipped").root();
			InsightsContract.verify(process);
			assertThat(process.status()).isEqualTo("ok");
		});
	}

	@Test
	void everyShapeOfListenerWorks() {
		this.contextRunner.withUserConfiguration(ListenerShapes.class).run(context -> {
			List<String> topics = List.of("batch-acknowledged", "batch-full", "batch-filtered", "batch-by-hand");
			for (String topic : topics) {
				send(context, topic, 2);
			}
			start(context);
			context.getBean("batchByHand", KafkaMessageListenerContainer.class).start();
			BlockingQueue<String> handled = context.getBean(ListenerShapes.class).handled;
			List<String> received = new ArrayList<>();
			while (received.size() < topics.size()) {
				received.add(handled.poll(10, TimeUnit.SECONDS));
			}
			assertThat(received).containsExactlyInAnyOrder("batch-acknowledged 2", "batch-full 2", "batch-filtered 1",
					"batch-by-hand 2");
			for (String topic : topics) {
				ReceivedSpan process = this.receiver.transaction(topic).root();
				InsightsContract.verify(process);
				assertThat(process.status()).isEqualTo("ok");
				assertThat(process.data("messaging.batch.message_count").asInt()).isEqualTo(2);
				assertThat(processed(topic)).hasSize(1);
			}
		});
	}

	@Test
	void batchThatIsNotSampledIsNotDescribed() {
		AtomicInteger asked = new AtomicInteger();
		ConsumerRecord<String, String> record = new ConsumerRecord<>("batch-unsampled", 0, 7, "key", "value") {

			@Override
			public int serializedValueSize() {
				asked.incrementAndGet();
				return super.serializedValueSize();
			}

		};
		for (double rate : List.of(0.0, 1.0)) {
			this.contextRunner.withPropertyValues("sentry.traces-sample-rate=" + rate).run(context -> {
				Deliveries deliveries = new Deliveries(context.getBean(Operations.class),
						context.getBean(KafkaReporting.class));
				deliveries
					.begin(new ConsumerRecords<>(Map.of(new TopicPartition("batch-unsampled", 0), List.of(record))));
				assertThat(deliveries.current()).isNotNull();
				deliveries.succeed();
				deliveries.end();
			});
			assertThat(asked).hasValue((int) rate);
		}
	}

	@Test
	void batchOfSeveralTopicsIsNamedAfterAll() {
		this.contextRunner.run(context -> {
			Deliveries deliveries = new Deliveries(context.getBean(Operations.class),
					context.getBean(KafkaReporting.class));
			deliveries.begin(new ConsumerRecords<>(Map.of(new TopicPartition("batch-topic-b", 0),
					List.of(new ConsumerRecord<>("batch-topic-b", 0, 7, "key", "value")),
					new TopicPartition("batch-topic-a", 0),
					List.of(new ConsumerRecord<>("batch-topic-a", 0, 8, "key", "value")))));
			deliveries.succeed();
			deliveries.end();
			ReceivedSpan process = this.receiver.transaction("batch-topic-a,batch-topic-b").root();
			InsightsContract.verify(process);
			assertThat(process.data("messaging.batch.message_count").asInt()).isEqualTo(2);
			assertThat(process.data().has("messaging.destination.partition.id")).isFalse();
		});
	}

	private List<ReceivedSpan> processed(String topic) {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals(topic))
			.map(ReceivedTransaction::root)
			.toList();
	}

	private static List<String> traces(ReceivedSpan process) {
		List<String> traces = new ArrayList<>();
		process.data("messaging.batch.traces").forEach(trace -> traces.add(trace.asText()));
		return traces;
	}

	@SuppressWarnings("unchecked")
	private static void send(ApplicationContext context, String topic, int records) throws Exception {
		KafkaTemplate<String, String> template = context.getBean(KafkaTemplate.class);
		for (int i = 0; i < records; i++) {
			template.send(topic, 0, "key", "value-" + i).get();
		}
	}

	/**
	 * Listeners start when all is there, so that they get it at once.
	 */
	private static void start(ApplicationContext context) {
		context.getBean(KafkaListenerEndpointRegistry.class).start();
	}

	private static boolean isWithinTransaction() {
		return Sentry.getSpan() != null && Sentry.getSpan().getOperation().equals("queue.process");
	}

	@Configuration(proxyBeanMethods = false)
	static class OneTraceListener {

		@KafkaListener(topics = "batch-one-trace", batch = "true", autoStartup = "false")
		void handle(List<String> values) {
			Sentry.getSpan().startChild("test.work").finish();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SeveralTracesListener {

		@KafkaListener(topics = "batch-several-traces", batch = "true", autoStartup = "false")
		void handle(List<String> values) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EachRecordListener {

		@KafkaListener(topics = "batch-each", batch = "true", autoStartup = "false")
		void handle(List<String> values) {
			Sentry.getSpan().startChild("test.work").finish();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CulpritListener {

		private boolean failed;

		@Bean
		static DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler(new FixedBackOff(0, 2));
		}

		@KafkaListener(topics = "batch-culprit", batch = "true", autoStartup = "false")
		void handle(List<String> values) {
			if (!this.failed) {
				this.failed = true;
				throw new BatchListenerFailedException("out of stock", 1);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailingListener {

		@Bean
		DefaultErrorHandler errorHandler(KafkaTemplate<String, String> template) {
			return new DefaultErrorHandler(
					new DeadLetterPublishingRecoverer(template,
							(record, exception) -> new TopicPartition("batch-failing-dlt", -1)),
					new FixedBackOff(0, 1));
		}

		@KafkaListener(topics = "batch-failing", batch = "true", autoStartup = "false")
		void handle(List<String> values) {
			throw new IllegalStateException("out of stock");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InterceptedListener {

		private boolean failed;

		@Bean
		static UserInterceptor userInterceptor() {
			return new UserInterceptor();
		}

		@Bean
		static DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler(new FixedBackOff(0, 1));
		}

		@Bean
		static ConcurrentKafkaListenerContainerFactory<String, String> intercepted(
				ConsumerFactory<String, String> consumerFactory, UserInterceptor userInterceptor,
				DefaultErrorHandler errorHandler) {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(consumerFactory);
			factory.setCommonErrorHandler(errorHandler);
			factory.setBatchInterceptor(userInterceptor);
			return factory;
		}

		@KafkaListener(topics = "batch-intercepted", batch = "true", autoStartup = "false",
				containerFactory = "intercepted")
		void handle(List<String> values) {
			if (!this.failed) {
				this.failed = true;
				throw new IllegalStateException("out of stock");
			}
		}

	}

	static class UserInterceptor implements BatchInterceptor<String, String> {

		final List<String> calls = new CopyOnWriteArrayList<>();

		@Override
		public ConsumerRecords<String, String> intercept(ConsumerRecords<String, String> records,
				Consumer<String, String> consumer) {
			this.calls.add("intercept " + isWithinTransaction());
			return records;
		}

		@Override
		public void success(ConsumerRecords<String, String> records, Consumer<String, String> consumer) {
			this.calls.add("success " + isWithinTransaction());
		}

		@Override
		public void failure(ConsumerRecords<String, String> records, Exception exception,
				Consumer<String, String> consumer) {
			this.calls.add("failure " + isWithinTransaction());
		}

		@Override
		public void setupThreadState(Consumer<?, ?> consumer) {
			if (!this.calls.contains("intercept true")) {
				this.calls.clear();
				this.calls.add("setup");
			}
		}

		@Override
		public void clearThreadState(Consumer<?, ?> consumer) {
			this.calls.add("clear");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SkippedListener {

		@Bean
		static ConcurrentKafkaListenerContainerFactory<String, String> skipping(
				ConsumerFactory<String, String> consumerFactory) {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(consumerFactory);
			factory.setBatchInterceptor((records, consumer) -> null);
			return factory;
		}

		@KafkaListener(topics = "batch-skipped", batch = "true", autoStartup = "false", containerFactory = "skipping")
		void handle(List<String> values) {
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
			factory.setBatchListener(true);
			factory.getContainerProperties().setAckMode(AckMode.MANUAL);
			return factory;
		}

		@Bean
		static RecordFilterStrategy<String, String> discardFirst() {
			return record -> record.value().equals("value-0");
		}

		@Bean
		KafkaMessageListenerContainer<String, String> batchByHand(ConsumerFactory<String, String> consumerFactory) {
			ContainerProperties properties = new ContainerProperties("batch-by-hand");
			properties.setMessageListener((BatchMessageListener<String, String>) records -> this.handled
				.add("batch-by-hand " + records.size()));
			KafkaMessageListenerContainer<String, String> container = new KafkaMessageListenerContainer<>(
					consumerFactory, properties);
			container.setAutoStartup(false);
			return container;
		}

		@KafkaListener(topics = "batch-acknowledged", autoStartup = "false", containerFactory = "manual")
		void acknowledge(List<ConsumerRecord<String, String>> records, Acknowledgment acknowledgment,
				Consumer<?, ?> consumer) {
			acknowledgment.acknowledge();
			consumer.assignment();
			this.handled.add("batch-acknowledged " + records.size());
		}

		@KafkaListener(topics = "batch-full", batch = "true", autoStartup = "false")
		void handle(ConsumerRecords<String, String> records) {
			this.handled.add("batch-full " + records.count());
		}

		@KafkaListener(topics = "batch-filtered", batch = "true", autoStartup = "false", filter = "discardFirst")
		void filter(List<String> values) {
			this.handled.add("batch-filtered " + values.size());
		}

	}

}
