package io.github.sentryinsights.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.sentry.Sentry;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.support.serializer.ErrorHandlingDeserializer;
import org.springframework.util.backoff.FixedBackOff;

import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class KafkaFaultTests {

	private static final String TRACE = "0123456789abcdef0123456789abcdef-0123456789abcdef-1";

	private static final List<String> UNREADABLE = List.of("", "-", "0", "0123456789abcdef0123456789abcdef",
			"0123456789abcdef0123456789abcdef-", "0123456789abcdef0123456789abcde-0123456789abcdef-1",
			"zz23456789abcdef0123456789abcdef-0123456789abcdef-1",
			"0123456789abcdef0123456789abcdef-0123456789abcdef-1-2-3", "\u0000\uffff", "=,;%zz%", "null");

	@RegisterExtension
	static final KafkaBroker broker = KafkaBroker.shared();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = KafkaApplication.sendingTo(this.receiver, broker);

	@Test
	void unreadableHeadersBeginATraceOfTheirOwn() {
		this.contextRunner.run(context -> {
			for (String header : UNREADABLE) {
				this.receiver.clear();
				ConsumerRecord<String, String> record = record();
				for (String name : List.of("sentry-trace", "baggage", "sentry-task-enqueued-time",
						"retry_topic-attempts", "retry_topic-backoff-timestamp", "kafka_deliveryAttempt")) {
					add(record.headers(), name, header);
				}
				ReceivedSpan process = process(context, record);
				InsightsContract.verify(process);
				assertThat(process.status()).isEqualTo("ok");
				assertThat(process.data().has("messaging.message.receive.latency")).as(header).isFalse();
			}
		});
	}

	@Test
	void oversizedHeadersAreNotRead() {
		this.contextRunner.run(context -> {
			ConsumerRecord<String, String> record = record();
			for (String name : List.of("sentry-trace", "baggage", "sentry-task-enqueued-time",
					"messaging.message.id")) {
				add(record.headers(), name, TRACE + "x".repeat(1_000_000));
			}
			for (int i = 0; i < 10_000; i++) {
				add(record.headers(), "baggage", "tenant" + i + "=" + "y".repeat(100));
			}
			ReceivedSpan process = process(context, record);
			InsightsContract.verify(process);
			assertThat(process.traceId()).isNotEqualTo(TRACE.substring(0, 32));
			assertThat(process.data("messaging.message.id").asText()).isEqualTo("faults-0-7");
			assertThat(this.receiver.bytes()).hasSizeLessThan(100_000);
		});
	}

	@Test
	void duplicatedHeadersCountOnce() {
		this.contextRunner.run(context -> {
			ConsumerRecord<String, String> record = record();
			add(record.headers(), "sentry-trace", "ffffffffffffffffffffffffffffffff-ffffffffffffffff-1");
			add(record.headers(), "sentry-trace", TRACE);
			add(record.headers(), "baggage", "sentry-trace_id=ffffffffffffffffffffffffffffffff");
			add(record.headers(), "baggage", "tenant=blue");
			ReceivedSpan process = process(context, record);
			assertThat(process.traceId()).isEqualTo(TRACE.substring(0, 32));
			assertThat(process.parentSpanId()).isEqualTo(TRACE.substring(33, 49));
		});
	}

	@Test
	void messageFromTheFutureHasNoLatency() {
		this.contextRunner.run(context -> {
			ConsumerRecord<String, String> record = record();
			add(record.headers(), "sentry-task-enqueued-time", (System.currentTimeMillis() / 1000 + 3600) + ".000");
			assertThat(process(context, record).data().has("messaging.message.receive.latency")).isFalse();
		});
	}

	@Test
	void retryThatIsNotDueIsNotReported() {
		this.contextRunner.run(context -> {
			Deliveries deliveries = deliveries(context);
			ConsumerRecord<String, String> record = record();
			record.headers()
				.add("retry_topic-backoff-timestamp",
						java.math.BigInteger.valueOf(System.currentTimeMillis() + 60_000).toByteArray());
			deliveries.begin(record);
			assertThat(deliveries.current()).isNull();
		});
	}

	@Test
	void nullKeysValuesAndTombstonesAreHandled() {
		this.contextRunner.withUserConfiguration(NullListener.class).run(context -> {
			KafkaTemplate<String, String> template = template(context);
			template.send("nulls", null, "value").get();
			template.send("nulls", "key", null).get();
			template.send("nulls", null, null).get();
			Awaitility.await().until(() -> processed("nulls").size() == 3);
			assertThat(processed("nulls")).allSatisfy(InsightsContract::verify)
				.allSatisfy(process -> assertThat(process.status()).isEqualTo("ok"))
				.extracting(process -> process.data().has("messaging.kafka.message.tombstone"))
				.containsExactly(false, true, true);
		});
	}

	@Test
	void recordThatCannotBeReadIsAFailureAndItsDeadLetterKeepsTheTrace() {
		this.contextRunner.withUserConfiguration(UnreadableListener.class).run(context -> {
			KafkaApplication.inTransaction("sending",
					transaction -> template(context).send("unreadable", "key", "not a number").get());
			ReceivedSpan publish = this.receiver.transaction("sending").span("queue.publish");
			ReceivedTransaction failed = this.receiver.transaction("unreadable");
			InsightsContract.verify(failed.root());
			assertThat(failed.root().status()).isEqualTo("internal_error");
			assertThat(failed.root().isChildOf(publish)).isTrue();
			assertThat(failed.root().data("messaging.message.id")).isEqualTo(publish.data("messaging.message.id"));
			assertThat(failed.span("queue.publish").description()).isEqualTo("unreadable-dlt");
			assertThat(processed("unreadable")).hasSize(1);
		});
	}

	@Test
	void poisonMessageIsReportedForEachAttemptAndTheNextOneIsHandled() {
		this.contextRunner.withUserConfiguration(PoisonListener.class).run(context -> {
			KafkaTemplate<String, String> template = template(context);
			template.send("poison", "key", "poison").get();
			template.send("poison", "key", "remedy").get();
			assertThat(context.getBean(PoisonListener.class).handled.poll(10, TimeUnit.SECONDS)).isEqualTo("remedy");
			Awaitility.await().until(() -> processed("poison").size() == 4);
			assertThat(processed("poison"))
				.extracting(process -> process.status() + " " + process.data("messaging.message.retry.count").asInt())
				.containsExactly("internal_error 0", "internal_error 1", "internal_error 2", "ok 0");
		});
	}

	@Test
	void whatAnyHookThrowsLeavesNothingBehind() {
		this.contextRunner.run(context -> {
			Deliveries deliveries = deliveries(context);
			StackOverflowError error = new StackOverflowError();
			TracingRecordInterceptor<String, String> records = new TracingRecordInterceptor<>(
					new ThrowingInterceptor(error), deliveries);
			assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> records.intercept(record(), null))
				.isSameAs(error);
			assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> records.success(record(), null))
				.isSameAs(error);
			assertThatExceptionOfType(StackOverflowError.class)
				.isThrownBy(() -> records.failure(record(), new IllegalStateException(), null))
				.isSameAs(error);
			assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> records.afterRecord(record(), null))
				.isSameAs(error);
			assertThat(deliveries.current()).isNull();
			assertThat(Sentry.getSpan()).isNull();
			deliveries.begin(record());
			assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> records.clearThreadState(null))
				.isSameAs(error);
			assertThat(deliveries.current()).isNull();
			TracingBatchInterceptor<String, String> batches = new TracingBatchInterceptor<>((batch, consumer) -> {
				throw error;
			}, deliveries);
			ConsumerRecords<String, String> batch = new ConsumerRecords<>(
					Map.of(new TopicPartition("faults", 0), List.of(record())));
			assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> batches.intercept(batch, null))
				.isSameAs(error);
			batches.clearThreadState(null);
			assertThat(deliveries.current()).isNull();
			assertThat(Sentry.getSpan()).isNull();
			Awaitility.await().until(() -> processed("faults").size() == 3);
			assertThat(processed("faults")).allSatisfy(InsightsContract::verify)
				.allSatisfy(process -> assertThat(process.status()).isEqualTo("internal_error"));
		});
	}

	@Test
	void errorInTheMiddleOfABatchEndsItsTransaction() {
		this.contextRunner.withUserConfiguration(BatchErrorListener.class).run(context -> {
			template(context).send("batch-error", "key", "value").get();
			ReceivedSpan process = this.receiver.transaction("batch-error").root();
			InsightsContract.verify(process);
			assertThat(process.status()).isEqualTo("internal_error");
		});
	}

	@Test
	void everySendHasItsHeadersOnceAlsoWhenItIsRepeatedUnsampled() {
		this.contextRunner.run(context -> {
			KafkaTemplate<String, String> template = template(context);
			List<ProducerRecord<String, String>> sent = new ArrayList<>();
			KafkaApplication.inUnsampledTransaction("unsampled", transaction -> {
				ProducerRecord<String, String> first = new ProducerRecord<>("repeated", "key", "value");
				template.send(first).get();
				ProducerRecord<String, String> second = new ProducerRecord<>("repeated", null, "key", "value",
						first.headers());
				template.send(second).get();
				sent.add(first);
				sent.add(second);
			});
			assertThat(sent).allSatisfy(record -> {
				List<String> names = new ArrayList<>();
				record.headers().forEach(header -> names.add(header.key()));
				assertThat(names).containsExactlyInAnyOrder("sentry-trace", "baggage", "messaging.message.id",
						"sentry-task-enqueued-time");
				assertThat(text(record.headers(), "sentry-trace")).endsWith("-0");
			});
			assertThat(text(sent.get(0).headers(), "messaging.message.id"))
				.isEqualTo(text(sent.get(1).headers(), "messaging.message.id"));
		});
	}

	private ReceivedSpan process(ApplicationContext context, ConsumerRecord<String, String> record) {
		Deliveries deliveries = deliveries(context);
		deliveries.begin(record);
		deliveries.succeed();
		deliveries.end();
		return this.receiver.transaction("faults").root();
	}

	private static Deliveries deliveries(ApplicationContext context) {
		return new Deliveries(context.getBean(Operations.class), context.getBean(KafkaReporting.class));
	}

	private List<ReceivedSpan> processed(String topic) {
		return this.receiver.transactions()
			.stream()
			.filter(transaction -> transaction.name().equals(topic))
			.map(ReceivedTransaction::root)
			.toList();
	}

	private static ConsumerRecord<String, String> record() {
		return new ConsumerRecord<>("faults", 0, 7, "key", "value");
	}

	private static void add(Headers headers, String name, String value) {
		headers.add(name, value.getBytes(StandardCharsets.UTF_8));
	}

	private static String text(Headers headers, String name) {
		return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
	}

	@SuppressWarnings("unchecked")
	private static KafkaTemplate<String, String> template(ApplicationContext context) {
		return context.getBean(KafkaTemplate.class);
	}

	/**
	 * Throws from each of its methods.
	 */
	private record ThrowingInterceptor(Error error) implements RecordInterceptor<String, String> {

		@Override
		public ConsumerRecord<String, String> intercept(ConsumerRecord<String, String> record,
				Consumer<String, String> consumer) {
			throw this.error;
		}

		@Override
		public void success(ConsumerRecord<String, String> record, Consumer<String, String> consumer) {
			throw this.error;
		}

		@Override
		public void failure(ConsumerRecord<String, String> record, Exception exception,
				Consumer<String, String> consumer) {
			throw this.error;
		}

		@Override
		public void afterRecord(ConsumerRecord<String, String> record, Consumer<String, String> consumer) {
			throw this.error;
		}

		@Override
		public void clearThreadState(Consumer<?, ?> consumer) {
			throw this.error;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NullListener {

		@KafkaListener(topics = "nulls")
		void handle(ConsumerRecord<String, String> record) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnreadableListener {

		@Bean
		static ConcurrentKafkaListenerContainerFactory<String, Integer> numbers(@Value("${broker}") String broker,
				@Value("${group}") String group, KafkaTemplate<String, String> template) {
			ConcurrentKafkaListenerContainerFactory<String, Integer> factory = new ConcurrentKafkaListenerContainerFactory<>();
			factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(
					Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker, ConsumerConfig.GROUP_ID_CONFIG, group,
							ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
					new StringDeserializer(), new ErrorHandlingDeserializer<>(new IntegerDeserializer())));
			factory.setCommonErrorHandler(new DefaultErrorHandler(new DeadLetterPublishingRecoverer(template,
					(record, exception) -> new TopicPartition("unreadable-dlt", -1)), new FixedBackOff(0, 0)));
			return factory;
		}

		@KafkaListener(topics = "unreadable", containerFactory = "numbers")
		void handle(Integer value) {
			throw new IllegalStateException("never called");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PoisonListener {

		final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

		@Bean
		static DefaultErrorHandler errorHandler() {
			return new DefaultErrorHandler(new FixedBackOff(0, 2));
		}

		@KafkaListener(topics = "poison")
		void handle(String value) {
			if (value.equals("poison")) {
				throw new IllegalStateException("out of stock");
			}
			this.handled.add(value);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BatchErrorListener {

		@KafkaListener(topics = "batch-error", batch = "true")
		void handle(List<String> values) {
			throw new StackOverflowError("too deep");
		}

	}

}
