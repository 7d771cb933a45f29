package io.github.sentryinsights.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.sentry.ISpan;
import io.sentry.Sentry;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ShortDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.BatchInterceptor;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.CommonContainerStoppingErrorHandler;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ConsumerAwareMessageListener;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.listener.ThreadStateProcessor;
import org.springframework.kafka.listener.adapter.FilteringMessageListenerAdapter;
import org.springframework.kafka.support.TopicPartitionOffset;
import org.springframework.util.backoff.FixedBackOff;

import io.github.sentryinsights.testing.BrokenTraceHeaders;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever becomes of a container: each record is told as often as it was handed over,
 * with how it went, and nothing stays behind on the container's thread.
 */
class KafkaContainerFaultTests {

	private static final Duration LIMIT = Duration.ofSeconds(15);

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker)
		.withUserConfiguration(Containers.class);

	@Test
	void exceptionInAnyHookOfRecordsLeavesNothingBehind() {
		send("hooks-records", 0, 2);
		this.contextRunner.run(context -> {
			for (Hook hook : Hook.values()) {
				for (Throwable thrown : List.of(new IllegalStateException("hook"), new StackOverflowError("hook"))) {
					Watch watch = watch(context, hook, thrown);
					var container = container(context, "hooks-records");
					container.setupMessageListener(new FilteringMessageListenerAdapter<>(
							(MessageListener<String, String>) record -> watch.listen(record.offset()), record -> {
								watch.filter(record.offset());
								return false;
							}));
					verify(hook, thrown, watch, container);
				}
			}
		});
	}

	@Test
	void exceptionInAnyHookOfBatchesLeavesNothingBehind() {
		send("hooks-batches", 0, 2);
		this.contextRunner.run(context -> {
			for (Hook hook : Hook.OF_BATCHES) {
				for (Throwable thrown : List.of(new IllegalStateException("hook"), new StackOverflowError("hook"))) {
					Watch watch = watch(context, hook, thrown);
					var container = container(context, "hooks-batches");
					container.setupMessageListener(
							(BatchMessageListener<String, String>) records -> watch.listen(records.get(0).offset()));
					verify(hook, thrown, watch, container);
				}
			}
		});
	}

	private Watch watch(ApplicationContext context, Hook hook, Throwable thrown) {
		this.receiver.clear();
		Watch watch = context.getBean(Containers.class).watch;
		watch.reset(hook, thrown);
		return watch;
	}

	/**
	 * The container goes on to the second of two records, or stops because of what is
	 * thrown.
	 */
	private void verify(Hook hook, Throwable thrown, Watch watch,
			ConcurrentMessageListenerContainer<String, String> container) {
		container.getContainerProperties()
			.setKafkaConsumerProperties(property(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1"));
		container.start();
		String description = hook + " " + thrown;
		Awaitility.await(description)
			.atMost(LIMIT)
			.until(() -> watch.handled.contains(1L) || watch.stopped.getCount() == 0);
		container.stop();
		await(watch.stopped);
		assertThat(watch.thrown).as(description).isTrue();
		List<String> told = watch.told;
		Awaitility.await(description).untilAsserted(() -> assertThat(processed()).hasSameSizeAs(told));
		assertThat(processed()).as(description)
			.allSatisfy(InsightsContract::verify)
			.extracting(process -> offset(process) + " " + process.status())
			.containsExactlyElementsOf(told);
		assertThat(watch.leaks).as(description).isEmpty();
	}

	@Test
	void recordsOfAPartitionThatGoesToAnotherConsumerAreToldByBoth() {
		send("rebalanced", 0, 3);
		this.contextRunner.run(context -> {
			CountDownLatch takenOver = new CountDownLatch(3);
			Queue<String> handled = new ConcurrentLinkedQueue<>();
			var first = group(context, "rebalanced");
			first.getContainerProperties()
				.setKafkaConsumerProperties(property(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, "1000"));
			first.setupMessageListener((MessageListener<String, String>) record -> {
				handled.add(place(record) + " ok");
				await(takenOver);
			});
			first.start();
			Awaitility.await().atMost(LIMIT).until(() -> !handled.isEmpty());
			var second = group(context, "rebalanced");
			second.setupMessageListener((MessageListener<String, String>) record -> {
				handled.add(place(record) + " ok");
				takenOver.countDown();
			});
			second.start();
			Awaitility.await().atMost(LIMIT).until(() -> handled.size() >= 6);
			verify(handled, context.getBean(Containers.class).watch, first, second);
			assertThat(processed()).extracting(KafkaContainerFaultTests::offset).contains(0L, 1L, 2L);
		});
	}

	@Test
	void containerThatIsPausedInTheMiddleOfItsRecordsTellsEachOnce() {
		send("paused", 0, 4);
		this.contextRunner.run(context -> {
			Queue<String> handled = new ConcurrentLinkedQueue<>();
			var container = container(context, "paused");
			container.getContainerProperties().setPauseImmediate(true);
			container.setupMessageListener((MessageListener<String, String>) record -> {
				handled.add(place(record) + " ok");
				if (record.offset() == 1) {
					container.pause();
				}
			});
			container.start();
			Awaitility.await().atMost(LIMIT).until(container::isContainerPaused);
			assertThat(handled).hasSize(2);
			container.resume();
			Awaitility.await().atMost(LIMIT).until(() -> handled.size() == 4);
			TopicPartition partition = new TopicPartition("paused", 0);
			container.pausePartition(partition);
			Awaitility.await().atMost(LIMIT).until(() -> container.isPartitionPaused(partition));
			send("paused", 0, 1);
			container.resumePartition(partition);
			Awaitility.await().atMost(LIMIT).until(() -> handled.size() == 5);
			verify(handled, context.getBean(Containers.class).watch, container);
		});
	}

	@Test
	void recordsAfterASeekOfTheListenerAreToldAgain() {
		send("sought", 0, 4);
		this.contextRunner.run(context -> {
			Queue<String> handled = new ConcurrentLinkedQueue<>();
			var container = container(context, "sought");
			container.setupMessageListener((ConsumerAwareMessageListener<String, String>) (record, consumer) -> {
				handled.add(place(record) + " ok");
				if (record.offset() == 3 && handled.size() == 4) {
					consumer.seek(new TopicPartition("sought", 0), 1);
				}
			});
			container.start();
			Awaitility.await().atMost(LIMIT).until(() -> handled.size() == 7);
			verify(handled, context.getBean(Containers.class).watch, container);
			assertThat(processed()).extracting(KafkaContainerFaultTests::offset)
				.containsExactly(0L, 1L, 2L, 3L, 1L, 2L, 3L);
		});
	}

	@Test
	void containerThatStopsInTheMiddleTellsWhatItHandled() {
		send("stopped", 0, 3);
		this.contextRunner.run(context -> {
			Queue<String> handled = new ConcurrentLinkedQueue<>();
			CountDownLatch stopping = new CountDownLatch(1);
			CountDownLatch stopped = new CountDownLatch(1);
			var container = container(context, "stopped");
			container.getContainerProperties().setStopImmediate(true);
			container.setupMessageListener((MessageListener<String, String>) record -> {
				stopping.countDown();
				Awaitility.await()
					.atMost(LIMIT)
					.until(() -> container.getContainers().stream().noneMatch(SmartLifecycle::isRunning));
				handled.add(place(record) + " ok");
			});
			container.start();
			await(stopping);
			container.stop(stopped::countDown);
			await(stopped);
			assertThat(handled).hasSize(1);
			verify(handled, context.getBean(Containers.class).watch, container);
		});
	}

	@Test
	void batchWhoseContainerStopsIsToldOnce() {
		send("stopped-batch", 0, 3);
		this.contextRunner.run(context -> {
			Queue<String> handled = new ConcurrentLinkedQueue<>();
			CountDownLatch stopping = new CountDownLatch(1);
			var container = container(context, "stopped-batch");
			container.setupMessageListener((BatchMessageListener<String, String>) records -> {
				stopping.countDown();
				Awaitility.await().atMost(LIMIT).until(() -> !container.isRunning());
				handled.add("0-0 internal_error");
				throw new IllegalStateException("stopped");
			});
			container.start();
			await(stopping);
			container.stop();
			verify(handled, context.getBean(Containers.class).watch, container);
			assertThat(processed().get(0).data("messaging.batch.message_count").asInt()).isEqualTo(3);
		});
	}

	@Test
	void brokenHeadersBeginATraceOfTheirOwn() {
		List<BrokenTraceHeaders> broken = BrokenTraceHeaders.all();
		try (KafkaProducer<String, String> producer = producer()) {
			for (BrokenTraceHeaders headers : broken) {
				ProducerRecord<String, String> record = new ProducerRecord<>("broken-headers", 0, null,
						headers.mistake());
				// Once more, as records may have several headers of one name.
				for (int i = 0; i < 2; i++) {
					record.headers().add("sentry-trace", headers.trace().getBytes(StandardCharsets.UTF_8));
					record.headers().add("baggage", headers.baggage().getBytes(StandardCharsets.UTF_8));
				}
				producer.send(record);
			}
		}
		this.contextRunner.run(context -> {
			Queue<String> handled = new ConcurrentLinkedQueue<>();
			var container = container(context, "broken-headers");
			container
				.setupMessageListener((MessageListener<String, String>) record -> handled.add(place(record) + " ok"));
			container.start();
			Awaitility.await().atMost(LIMIT).until(() -> handled.size() == broken.size());
			verify(handled, context.getBean(Containers.class).watch, container);
		});
		assertThat(processed()).extracting(ReceivedSpan::traceId)
			.doesNotHaveDuplicates()
			.noneMatch(BrokenTraceHeaders::isContinued);
	}

	@Test
	void recordThatNobodyCanDeserializeIsNotHandedOverAndNotTold() {
		send("unreadable-raw", 0, 1);
		this.contextRunner.run(context -> {
			Watch watch = context.getBean(Containers.class).watch;
			var container = container(context, "unreadable-raw", "numbers");
			container.setupMessageListener((MessageListener<String, String>) record -> watch.listen(record.offset()));
			container.start();
			await(watch.stopped);
			assertThat(watch.leaks).isEmpty();
			assertThat(watch.told).isEmpty();
		});
		Sentry.flush(2000);
		assertThat(processed()).isEmpty();
	}

	@SafeVarargs
	private void verify(Queue<String> handled, Watch watch,
			AbstractMessageListenerContainer<String, String>... containers) {
		for (AbstractMessageListenerContainer<String, String> container : containers) {
			container.stop();
		}
		await(watch.stopped);
		Awaitility.await().untilAsserted(() -> assertThat(processed()).hasSameSizeAs(handled));
		assertThat(processed()).allSatisfy(InsightsContract::verify)
			.extracting(process -> process.data("messaging.destination.partition.id").asText() + "-" + offset(process)
					+ " " + process.status())
			.containsExactlyInAnyOrderElementsOf(handled);
		assertThat(watch.leaks).isEmpty();
	}

	private static String place(ConsumerRecord<String, String> record) {
		return record.partition() + "-" + record.offset();
	}

	private static long offset(ReceivedSpan process) {
		return process.data("messaging.kafka.offset").asLong();
	}

	private static Properties property(String name, String value) {
		Properties properties = new Properties();
		properties.setProperty(name, value);
		return properties;
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private List<ReceivedSpan> processed() {
		return this.receiver.transactions()
			.stream()
			.map(ReceivedTransaction::root)
			.filter(root -> root.op().equals("queue.process"))
			.toList();
	}

	/**
	 * Without instrumentation, so that each record begins a trace.
	 */
	private static void send(String topic, int partition, int records) {
		try (KafkaProducer<String, String> producer = producer()) {
			for (int i = 0; i < records; i++) {
				producer.send(new ProducerRecord<>(topic, partition, null, "value"));
			}
		}
	}

	private static KafkaProducer<String, String> producer() {
		return new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address()),
				new StringSerializer(), new StringSerializer());
	}

	/**
	 * Return a container that reads a partition from its beginning.
	 */
	private static ConcurrentMessageListenerContainer<String, String> container(ApplicationContext context,
			String topic) {
		return container(context, topic, "watched");
	}

	private static ConcurrentMessageListenerContainer<String, String> container(ApplicationContext context,
			String topic, String factory) {
		return factory(context, factory).createContainer(new TopicPartitionOffset(topic, 0, 0L));
	}

	private static ConcurrentMessageListenerContainer<String, String> group(ApplicationContext context, String topic) {
		ConcurrentMessageListenerContainer<String, String> container = factory(context, "watched")
			.createContainer(topic);
		container.getContainerProperties().setGroupId(topic);
		return container;
	}

	@SuppressWarnings("unchecked")
	private static ConcurrentKafkaListenerContainerFactory<String, String> factory(ApplicationContext context,
			String name) {
		return context.getBean(name, ConcurrentKafkaListenerContainerFactory.class);
	}

	/**
	 * What a container calls for a record or for its thread.
	 */
	private enum Hook {

		INTERCEPT, FILTER, LISTENER, SUCCESS, FAILURE, ERROR_HANDLER, AFTER_RECORD, SETUP, CLEAR;

		static final Set<Hook> OF_BATCHES = EnumSet.complementOf(EnumSet.of(FILTER, AFTER_RECORD));

		private static final Set<Hook> OF_FAILURES = EnumSet.of(FAILURE, ERROR_HANDLER);

	}

	/**
	 * Throws from one hook, once, and sees what the container hands over and what is left
	 * on its thread.
	 */
	private static final class Watch {

		final List<String> told = Collections.synchronizedList(new ArrayList<>());

		final Queue<Long> handled = new ConcurrentLinkedQueue<>();

		final Queue<ISpan> leaks = new ConcurrentLinkedQueue<>();

		volatile CountDownLatch stopped = new CountDownLatch(1);

		volatile boolean thrown;

		private volatile @Nullable Hook hook;

		private volatile @Nullable Throwable error;

		void reset(Hook hook, Throwable error) {
			this.told.clear();
			this.handled.clear();
			this.leaks.clear();
			this.stopped = new CountDownLatch(1);
			this.thrown = false;
			this.error = error;
			this.hook = hook;
		}

		void intercept(long offset) {
			this.told.add(offset + " ok");
			failing(Hook.INTERCEPT, offset);
		}

		void filter(long offset) {
			failing(Hook.FILTER, offset);
		}

		void listen(long offset) {
			Hook hook = this.hook;
			if (hook != null && !this.thrown && Hook.OF_FAILURES.contains(hook)) {
				failed(offset);
				throw new IllegalStateException("out of stock");
			}
			failing(Hook.LISTENER, offset);
			this.handled.add(offset);
		}

		private void failing(Hook hook, long offset) {
			try {
				run(hook);
			}
			catch (Throwable ex) {
				failed(offset);
				throw ex;
			}
		}

		private void failed(long offset) {
			this.told.set(this.told.size() - 1, offset + " internal_error");
		}

		void run(Hook hook) {
			Throwable error = this.error;
			if (this.hook != hook || this.thrown) {
				return;
			}
			this.thrown = true;
			if (error instanceof Error serious) {
				throw serious;
			}
			throw (RuntimeException) error;
		}

		void setup() {
			look();
			run(Hook.SETUP);
		}

		/**
		 * The thread of the container ends with this exception, and nobody closes its
		 * consumer.
		 */
		void clear(Consumer<?, ?> consumer) {
			if (this.hook == Hook.CLEAR && !this.told.isEmpty()) {
				consumer.close();
				run(Hook.CLEAR);
			}
		}

		void look() {
			ISpan left = Sentry.getSpan();
			if (left != null) {
				this.leaks.add(left);
			}
		}

	}

	private interface Watched extends ThreadStateProcessor {

		Watch watch();

		@Override
		default void setupThreadState(Consumer<?, ?> consumer) {
			watch().setup();
		}

		@Override
		default void clearThreadState(Consumer<?, ?> consumer) {
			watch().clear(consumer);
		}

	}

	private record WatchedRecords(Watch watch) implements Watched, RecordInterceptor<String, String> {

		@Override
		public ConsumerRecord<String, String> intercept(ConsumerRecord<String, String> record,
				Consumer<String, String> consumer) {
			this.watch.intercept(record.offset());
			return record;
		}

		@Override
		public void success(ConsumerRecord<String, String> record, Consumer<String, String> consumer) {
			this.watch.run(Hook.SUCCESS);
		}

		@Override
		public void failure(ConsumerRecord<String, String> record, Exception exception,
				Consumer<String, String> consumer) {
			this.watch.run(Hook.FAILURE);
		}

		@Override
		public void afterRecord(ConsumerRecord<String, String> record, Consumer<String, String> consumer) {
			this.watch.run(Hook.AFTER_RECORD);
		}

	}

	private record WatchedBatches(Watch watch) implements Watched, BatchInterceptor<String, String> {

		@Override
		public ConsumerRecords<String, String> intercept(ConsumerRecords<String, String> records,
				Consumer<String, String> consumer) {
			this.watch.intercept(records.iterator().next().offset());
			return records;
		}

		@Override
		public void success(ConsumerRecords<String, String> records, Consumer<String, String> consumer) {
			this.watch.run(Hook.SUCCESS);
		}

		@Override
		public void failure(ConsumerRecords<String, String> records, Exception exception,
				Consumer<String, String> consumer) {
			this.watch.run(Hook.FAILURE);
		}

	}

	private static final class WatchedErrorHandler extends DefaultErrorHandler {

		private final Watch watch;

		WatchedErrorHandler(Watch watch) {
			super(new FixedBackOff(0, 2));
			this.watch = watch;
		}

		@Override
		public void handleRemaining(Exception thrownException, List<ConsumerRecord<?, ?>> records,
				Consumer<?, ?> consumer, MessageListenerContainer container) {
			this.watch.run(Hook.ERROR_HANDLER);
			super.handleRemaining(thrownException, records, consumer, container);
		}

		@Override
		public void handleBatch(Exception thrownException, ConsumerRecords<?, ?> records, Consumer<?, ?> consumer,
				MessageListenerContainer container, Runnable invokeListener) {
			this.watch.run(Hook.ERROR_HANDLER);
			super.handleBatch(thrownException, records, consumer, container, invokeListener);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Containers {

		final Watch watch = new Watch();

		@Bean
		ConcurrentKafkaListenerContainerFactory<String, String> watched(
				ConsumerFactory<String, String> consumerFactory) {
			ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(consumerFactory);
			factory.setRecordInterceptor(new WatchedRecords(this.watch));
			factory.setBatchInterceptor(new WatchedBatches(this.watch));
			factory.setCommonErrorHandler(new WatchedErrorHandler(this.watch));
			factory.getContainerProperties().setListenerTaskExecutor(executor());
			factory.getContainerProperties().setPollTimeout(100);
			return factory;
		}

		@Bean
		ConcurrentKafkaListenerContainerFactory<String, Short> numbers(@Value("${broker}") String broker) {
			ConcurrentKafkaListenerContainerFactory<String, Short> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(
					Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker, ConsumerConfig.GROUP_ID_CONFIG, "numbers"),
					new StringDeserializer(), new ShortDeserializer()));
			factory.setCommonErrorHandler(new CommonContainerStoppingErrorHandler());
			factory.getContainerProperties().setListenerTaskExecutor(executor());
			return factory;
		}

		private SimpleAsyncTaskExecutor executor() {
			SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("container-");
			executor.setTaskDecorator(task -> () -> {
				try {
					task.run();
				}
				finally {
					this.watch.look();
					this.watch.stopped.countDown();
				}
			});
			return executor;
		}

	}

}
