package io.github.sentryinsights.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;

import io.sentry.Sentry;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.RecordInterceptor;

import io.github.sentryinsights.convention.QueueConvention;

/**
 * Records on both sides of a Kafka broker, without the broker.
 */
public class KafkaBenchmark {

	/**
	 * Send a record.
	 * @param orders the producer
	 * @return the acknowledgement
	 */
	@Benchmark
	public Future<RecordMetadata> send(Sender orders) {
		orders.application.nextOperation();
		return orders.send();
	}

	/**
	 * Handle a record, the end of its transaction included.
	 * @param orders the listener
	 * @return the number of records that have been handled
	 */
	@Benchmark
	public int process(Receiver orders) {
		orders.receive();
		return orders.handled;
	}

	/**
	 * A producer.
	 */
	@State(Scope.Thread)
	public static class Sender {

		/** The circumstances. */
		@Param({ "RAW", "RAW_UNSAMPLED", "RAW_SAMPLED", "OURS_OFF", "OURS_UNSAMPLED", "OURS_UNSAMPLED_METERED",
				"OURS_SAMPLED", "OURS_SAMPLED_CHILDREN", "PEER_OFF", "PEER_UNSAMPLED", "PEER_SAMPLED" })
		public Variant variant;

		private MeasuredApplication application;

		private MockProducerFactory factory;

		private Producer<String, String> producer;

		/**
		 * Start the application.
		 * @throws Exception if the variant is not what it says
		 */
		@Setup
		public void start() throws Exception {
			this.application = MeasuredApplication.start(this.variant,
					context -> context.registerBean(MockProducerFactory.class));
			this.factory = this.application.bean(MockProducerFactory.class);
			if (this.variant.library() == Library.PEER) {
				this.factory.addPostProcessor(SentryRecords::wrap);
			}
			this.producer = this.factory.createProducer();
			this.application.verify(this::send, !this.factory.getPostProcessors().isEmpty());
		}

		private Future<RecordMetadata> send() {
			this.factory.nextRecord();
			return this.producer.send(new ProducerRecord<>("orders", "42", "Kettle"));
		}

		/**
		 * Close the application.
		 */
		@TearDown
		public void close() {
			this.application.close();
		}

	}

	/**
	 * A listener in its container, which polls no broker. What is captured is not
	 * scrubbed, as that is no part of handling a record.
	 */
	@State(Scope.Thread)
	public static class Receiver {

		/** The circumstances; {@code RAW_SAMPLED} is a bare transaction of the SDK. */
		@Param({ "RAW", "RAW_SAMPLED", "OURS_OFF", "OURS_UNSAMPLED", "OURS_UNSAMPLED_METERED", "OURS_SAMPLED",
				"PEER_OFF", "PEER_UNSAMPLED", "PEER_SAMPLED" })
		public Variant variant;

		private final Consumer<String, String> consumer = new MockConsumer<>(OffsetResetStrategy.EARLIEST);

		private MeasuredApplication application;

		private @Nullable RecordInterceptor<String, String> interceptor;

		private RecordHeaders headers;

		private long offset;

		private int handled;

		/**
		 * Start the application.
		 */
		@Setup
		@SuppressWarnings("unchecked")
		public void start() {
			this.application = MeasuredApplication.start(this.variant,
					context -> context.registerBean(KafkaMessageListenerContainer.class, () -> container()),
					"sentry.insights.pii.enabled=false");
			this.interceptor = (RecordInterceptor<String, String>) new DirectFieldAccessor(
					this.application.bean(KafkaMessageListenerContainer.class))
				.getPropertyValue("recordInterceptor");
			this.headers = headers(this.variant.mode() == SentryMode.SAMPLED);
			if ((this.interceptor != null) != (this.variant.library() == Library.OURS)) {
				throw new IllegalStateException("The listener is not instrumented as the variant says");
			}
			receive();
		}

		private static KafkaMessageListenerContainer<String, String> container() {
			ContainerProperties properties = new ContainerProperties("orders");
			properties.setMessageListener((MessageListener<String, String>) record -> {
			});
			KafkaMessageListenerContainer<String, String> container = new KafkaMessageListenerContainer<>(
					new DefaultKafkaConsumerFactory<>(Map.of()), properties);
			container.setAutoStartup(false);
			return container;
		}

		private static RecordHeaders headers(boolean sampled) {
			RecordHeaders headers = new RecordHeaders();
			String flag = sampled ? "1" : "0";
			add(headers, QueueConvention.TRACE_HEADER, "0123456789abcdef0123456789abcdef-0123456789abcdef-" + flag);
			add(headers, QueueConvention.BAGGAGE_HEADER,
					"sentry-environment=production,sentry-public_key=public,sentry-sample_rand=0.5,sentry-sample_rate=1,"
							+ "sentry-sampled=" + sampled + ",sentry-trace_id=0123456789abcdef0123456789abcdef,"
							+ "sentry-transaction=GET%20%2Fproducts%2F%7Bid%7D");
			add(headers, QueueConvention.MESSAGE_ID_HEADER, "0a1b2c3d-0a1b-4c2d-8e3f-0a1b2c3d4e5f");
			add(headers, QueueConvention.ENQUEUED_TIME_HEADER, "1764203045.123");
			return headers;
		}

		private static void add(RecordHeaders headers, String name, String value) {
			headers.add(name, value.getBytes(StandardCharsets.UTF_8));
		}

		/**
		 * As a container does it.
		 */
		private void receive() {
			ConsumerRecord<String, String> record = new ConsumerRecord<>("orders", 0, this.offset++, 1764203045123L,
					TimestampType.CREATE_TIME, 2, 6, "42", "Kettle", this.headers, Optional.empty());
			if (this.variant.library() == Library.PEER) {
				SentryRecords.process(record, this::handle);
			}
			else if (this.variant == Variant.RAW_SAMPLED) {
				BareTransactions.process(record, this::handle);
			}
			else if (this.interceptor == null) {
				handle();
			}
			else {
				this.interceptor.intercept(record, this.consumer);
				handle();
				this.interceptor.success(record, this.consumer);
				this.interceptor.afterRecord(record, this.consumer);
			}
		}

		private void handle() {
			boolean expected = this.variant.mode() == SentryMode.SAMPLED;
			if (this.handled++ == 0
					&& expected != (Sentry.getSpan() != null && Boolean.TRUE.equals(Sentry.getSpan().isSampled()))) {
				throw new IllegalStateException("The record is not handled as the variant says");
			}
		}

		/**
		 * Close the application.
		 */
		@TearDown
		public void close() {
			this.application.close();
		}

	}

}
