package io.github.sentryinsights.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.InsightsProperties.BatchTransactions;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.Operations;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class TracingProducerTests {

	private static final String FOREIGN_TRACE = "0123456789abcdef0123456789abcdef-0123456789abcdef-1";

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner contextRunner = InsightsContextRunner.sendingTo(this.receiver);

	private MockProducer<String, String> delegate;

	@BeforeEach
	@SuppressWarnings("deprecation")
	void createDelegate() {
		this.delegate = new MockProducer<>(true, null, new StringSerializer(), new StringSerializer());
	}

	@Test
	void sendWithoutCurrentSpanPropagatesTheTraceOfTheScope() {
		run(producer -> producer.send(record()));
		assertThat(sent(QueueConvention.TRACE_HEADER)).hasSize(1);
		assertThat(sent(QueueConvention.BAGGAGE_HEADER)).hasSize(1);
		assertThat(sent(QueueConvention.MESSAGE_ID_HEADER)).hasSize(1);
		assertThat(sent(QueueConvention.ENQUEUED_TIME_HEADER)).hasSize(1).first().asString().matches("\\d+\\.\\d{3}");
	}

	@Test
	void sendWithoutCurrentSpanKeepsTheTraceOfAForwardedRecord() {
		ProducerRecord<String, String> record = record();
		record.headers().add(QueueConvention.TRACE_HEADER, bytes(FOREIGN_TRACE));
		run(producer -> producer.send(record));
		assertThat(sent(QueueConvention.TRACE_HEADER)).containsExactly(FOREIGN_TRACE);
		assertThat(sent(QueueConvention.BAGGAGE_HEADER)).isEmpty();
	}

	@Test
	void sendWithinASpanReplacesTheTraceOfAForwardedRecord() {
		ProducerRecord<String, String> record = record();
		record.headers().add(QueueConvention.TRACE_HEADER, bytes(FOREIGN_TRACE));
		run(producer -> KafkaApplication.inTransaction("sending", transaction -> producer.send(record)));
		ReceivedSpan span = this.receiver.transaction("sending").span("queue.publish");
		assertThat(sent(QueueConvention.TRACE_HEADER)).containsExactly(span.traceId() + "-" + span.spanId() + "-1");
	}

	@Test
	void sendWithinAnUnsampledSpanPropagatesTheDecision() {
		run(producer -> KafkaApplication.inUnsampledTransaction("sending", transaction -> producer.send(record())));
		assertThat(sent(QueueConvention.TRACE_HEADER)).hasSize(1).first().asString().endsWith("-0");
		assertThat(sent(QueueConvention.MESSAGE_ID_HEADER)).hasSize(1);
	}

	@Test
	void retriedSendReplacesItsHeaders() {
		RecordHeaders headers = new RecordHeaders();
		run(producer -> KafkaApplication.inTransaction("sending", transaction -> {
			producer.send(new ProducerRecord<>("orders", null, "key", "value", headers));
			producer
				.send(new ProducerRecord<>("orders", null, "key", "value", this.delegate.history().get(0).headers()));
		}));
		List<ReceivedSpan> spans = this.receiver.transaction("sending").spans("queue.publish");
		assertThat(spans).hasSize(2).allSatisfy(InsightsContract::verify);
		assertThat(spans.get(0).data("messaging.message.id")).isEqualTo(spans.get(1).data("messaging.message.id"));
		assertThat(sent(QueueConvention.TRACE_HEADER)).hasSize(1).first().asString().contains(spans.get(1).spanId());
		assertThat(sent(QueueConvention.MESSAGE_ID_HEADER)).hasSize(1);
		assertThat(sent(QueueConvention.ENQUEUED_TIME_HEADER)).hasSize(1);
	}

	@Test
	void recordWithReadOnlyHeadersIsSent() {
		ProducerRecord<String, String> record = record();
		((RecordHeaders) record.headers()).setReadOnly();
		run(producer -> producer.send(record));
		assertThat(this.delegate.history()).hasSize(1);
		assertThat(sent(QueueConvention.TRACE_HEADER)).isEmpty();
	}

	@Test
	void messageIdOfTheUserIsKept() {
		ProducerRecord<String, String> record = record();
		record.headers().add(QueueConvention.MESSAGE_ID_HEADER, bytes("my-id"));
		run(producer -> KafkaApplication.inTransaction("sending", transaction -> producer.send(record)));
		ReceivedSpan span = this.receiver.transaction("sending").span("queue.publish");
		assertThat(span.data("messaging.message.id").asText()).isEqualTo("my-id");
		assertThat(sent(QueueConvention.MESSAGE_ID_HEADER)).containsExactly("my-id");
	}

	@Test
	void baggageOfOtherTracingSystemsIsKept() {
		ProducerRecord<String, String> record = record();
		record.headers().add(QueueConvention.BAGGAGE_HEADER, bytes("tenant=blue, sentry-trace_id=old"));
		run(producer -> producer.send(record));
		assertThat(sent(QueueConvention.BAGGAGE_HEADER)).hasSize(1)
			.first()
			.asString()
			.contains("tenant=blue")
			.contains("sentry-trace_id=")
			.doesNotContain("sentry-trace_id=old");
	}

	@Test
	void callbackOfTheUserGetsWhatTheProducerPassed() {
		List<Object> passed = new ArrayList<>();
		run(producer -> KafkaApplication.inTransaction("sending", transaction -> {
			Future<RecordMetadata> future = producer.send(record(), (metadata, exception) -> {
				passed.add(metadata);
				assertThat(exception).isNull();
			});
			assertThat(passed).hasSize(1).first().hasToString(future.get().toString());
		}));
	}

	@Test
	void whatTheCallbackOfTheUserThrowsIsNotCaught() {
		IllegalStateException failure = new IllegalStateException("callback");
		run(producer -> KafkaApplication.inTransaction("sending",
				transaction -> assertThatExceptionOfType(IllegalStateException.class)
					.isThrownBy(() -> producer.send(record(), (metadata, exception) -> {
						throw failure;
					}))
					.isSameAs(failure)));
		assertThat(this.receiver.transaction("sending").span("queue.publish").status()).isEqualTo("ok");
	}

	@Test
	void failedSendEndsItsSpanWithAnErrorAndTellsTheCallback() {
		IllegalStateException failure = new IllegalStateException("no broker");
		this.delegate = new MockProducer<>(false, null, new StringSerializer(), new StringSerializer());
		List<Exception> passed = new ArrayList<>();
		run(producer -> KafkaApplication.inTransaction("sending", transaction -> {
			Future<RecordMetadata> future = producer.send(record(), (metadata, exception) -> passed.add(exception));
			this.delegate.errorNext(failure);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(future::get).havingCause().isSameAs(failure);
		}));
		assertThat(passed).containsExactly(failure);
		ReceivedSpan span = this.receiver.transaction("sending").span("queue.publish");
		InsightsContract.verify(span);
		assertThat(span.status()).isEqualTo("internal_error");
	}

	@Test
	void whatSendThrowsReachesTheCallerUntouched() {
		IllegalArgumentException failure = new IllegalArgumentException("no such topic");
		this.delegate.sendException = failure;
		run(producer -> KafkaApplication.inTransaction("sending",
				transaction -> assertThatExceptionOfType(IllegalArgumentException.class)
					.isThrownBy(() -> producer.send(record()))
					.isSameAs(failure)));
		assertThat(this.receiver.transaction("sending").span("queue.publish").status()).isEqualTo("internal_error");
	}

	@Test
	void whatOtherMethodsThrowReachesTheCallerUntouched() {
		IllegalStateException failure = new IllegalStateException("closed");
		this.delegate.flushException = failure;
		run(producer -> assertThatExceptionOfType(IllegalStateException.class).isThrownBy(producer::flush)
			.isSameAs(failure));
	}

	@Test
	void missingRecordFailsAsItDoesWithoutInstrumentation() {
		run(producer -> assertThatNullPointerException().isThrownBy(() -> producer.send(null)));
	}

	@Test
	void identityIsThatOfTheProducer() {
		run(producer -> {
			Producer<String, String> other = trace(this.delegate);
			assertThat(producer).isEqualTo(producer)
				.isEqualTo(other)
				.hasSameHashCodeAs(other)
				.isNotEqualTo(trace(new MockProducer<>()))
				.isNotEqualTo("producer")
				.hasToString(this.delegate.toString());
		});
	}

	private void run(ProducerTest test) {
		this.contextRunner.run(context -> test.run(trace(this.delegate, context.getBean(Operations.class))));
	}

	private static Producer<String, String> trace(Producer<String, String> producer) {
		return trace(producer, new Operations(OperationRecorder.NONE, OperationMeter.NONE));
	}

	private static Producer<String, String> trace(Producer<String, String> producer, Operations operations) {
		return new TracingProducerPostProcessor<String, String>(operations,
				new KafkaReporting(BatchTransactions.PER_BATCH, CacheKeys.dropped()))
			.apply(producer);
	}

	private List<String> sent(String header) {
		List<ProducerRecord<String, String>> history = this.delegate.history();
		List<String> values = new ArrayList<>();
		for (Header value : history.get(history.size() - 1).headers().headers(header)) {
			values.add(new String(value.value(), StandardCharsets.UTF_8));
		}
		return values;
	}

	private static ProducerRecord<String, String> record() {
		return new ProducerRecord<>("orders", "key", "value");
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Works with an instrumented producer.
	 */
	@FunctionalInterface
	private interface ProducerTest {

		void run(Producer<String, String> producer) throws Exception;

	}

}
