package io.github.sentryinsights.kafka;

import java.math.BigInteger;
import java.nio.ByteBuffer;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.retrytopic.RetryTopicHeaders;
import org.springframework.kafka.support.KafkaHeaders;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.convention.ReceivedMessage;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each record a listener handles, as a transaction that lasts until the listener
 * returns and continues the trace of the sender. The user's interceptor runs inside. What
 * an asynchronous listener does after it has returned is not part of the transaction, as
 * the container tells no interceptor about it.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class TracingRecordInterceptor<K, V> implements RecordInterceptor<K, V> {

	private final @Nullable RecordInterceptor<K, V> delegate;

	private final Operations operations;

	private final Operations.Sources<String> topics;

	private final DeliveryCounter deliveries = new DeliveryCounter();

	private final ThreadLocal<@Nullable Operation> current = new ThreadLocal<>();

	TracingRecordInterceptor(@Nullable RecordInterceptor<K, V> delegate, Operations operations) {
		this.delegate = delegate;
		this.operations = operations;
		this.topics = operations.sources();
	}

	@Override
	public @Nullable ConsumerRecord<K, V> intercept(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		abandon();
		start(record);
		if (this.delegate == null) {
			return record;
		}
		ConsumerRecord<K, V> intercepted;
		try {
			intercepted = this.delegate.intercept(record, consumer);
		}
		catch (Throwable ex) {
			// An error as well ends the operation, and goes on unchanged.
			end(ex);
			throw ex;
		}
		if (intercepted == null) {
			end(null);
		}
		return intercepted;
	}

	@Override
	public void success(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		try {
			if (this.delegate != null) {
				this.delegate.success(record, consumer);
			}
		}
		finally {
			end(null);
		}
	}

	@Override
	public void failure(ConsumerRecord<K, V> record, Exception exception, Consumer<K, V> consumer) {
		try {
			if (this.delegate != null) {
				this.delegate.failure(record, exception, consumer);
			}
		}
		finally {
			end(exception);
		}
	}

	@Override
	public void afterRecord(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		if (this.delegate != null) {
			this.delegate.afterRecord(record, consumer);
		}
	}

	@Override
	public void setupThreadState(Consumer<?, ?> consumer) {
		if (this.delegate != null) {
			this.delegate.setupThreadState(consumer);
		}
	}

	@Override
	public void clearThreadState(Consumer<?, ?> consumer) {
		try {
			if (this.delegate != null) {
				this.delegate.clearThreadState(consumer);
			}
		}
		finally {
			abandon();
		}
	}

	private void start(ConsumerRecord<K, V> record) {
		try {
			if (isNotDue(record)) {
				return;
			}
			OperationSource source = this.topics.get(record.topic(), TracingRecordInterceptor::target);
			MessageHeaders headers = new RecordMessageHeaders(record.headers());
			Operation operation = source.startTransaction(headers);
			if (operation.isNoop()) {
				return;
			}
			this.current.set(operation);
			int earlier = this.deliveries.earlierDeliveries(record);
			if (operation.isRecording()) {
				operation.attributes(attributes -> describe(attributes, record, headers, earlier));
			}
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
		}
	}

	private void end(@Nullable Throwable error) {
		Operation operation = this.current.get();
		if (operation != null) {
			this.current.remove();
			if (error != null) {
				operation.fail(error);
			}
			operation.end();
		}
	}

	/**
	 * End what the container never came back for, because the listener threw an
	 * {@link Error}.
	 */
	private void abandon() {
		Operation operation = this.current.get();
		if (operation != null) {
			operation.outcome(Outcome.ERROR);
			end(null);
		}
	}

	/**
	 * The container of a retry topic puts a record back until its time has come.
	 */
	private static boolean isNotDue(ConsumerRecord<?, ?> record) {
		Header due = record.headers().lastHeader(RetryTopicHeaders.DEFAULT_HEADER_BACKOFF_TIMESTAMP);
		return due != null && due.value() != null && due.value().length > 0
				&& new BigInteger(due.value()).longValue() > System.currentTimeMillis();
	}

	private static void describe(Attributes attributes, ConsumerRecord<?, ?> record, MessageHeaders headers,
			int earlier) {
		QueueConvention.received(attributes, headers,
				new ReceivedMessage(record.topic() + "-" + record.partition() + "-" + record.offset(),
						record.serializedValueSize(), retries(record, earlier),
						(record.timestampType() != TimestampType.NO_TIMESTAMP_TYPE) ? record.timestamp() : -1),
				System.currentTimeMillis());
	}

	private static int retries(ConsumerRecord<?, ?> record, int earlier) {
		int attempts = attempts(record.headers().lastHeader(KafkaHeaders.DELIVERY_ATTEMPT));
		int attemptsByTopic = attempts(record.headers().lastHeader(RetryTopicHeaders.DEFAULT_HEADER_ATTEMPTS));
		return ((attempts > 0) ? attempts - 1 : earlier) + ((attemptsByTopic > 0) ? attemptsByTopic - 1 : 0);
	}

	private static int attempts(@Nullable Header header) {
		return (header != null && header.value() != null && header.value().length == Integer.BYTES)
				? ByteBuffer.wrap(header.value()).getInt() : 0;
	}

	private static OperationTarget target(String topic) {
		return QueueConvention.processes("kafka", topic, QueueConvention.Origin.KAFKA);
	}

}
