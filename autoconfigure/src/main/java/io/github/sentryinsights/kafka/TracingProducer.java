package io.github.sentryinsights.kafka;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.operation.Operation;

/**
 * Reports each record a producer sends, from the call to the acknowledgement of the
 * broker, and lets its receivers continue the trace.
 * <p>
 * The methods of {@link Producer} differ between versions of the client: those that came
 * with version 4 are called by handles, and one that went away with it calls nothing
 * there. A proxy would allocate for each record.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class TracingProducer<K, V> implements Producer<K, V> {

	private static final @Nullable MethodHandle REGISTER_METRIC = metricMethod("registerMetricForSubscription");

	private static final @Nullable MethodHandle UNREGISTER_METRIC = metricMethod("unregisterMetricFromSubscription");

	private static final boolean KNOWS_THE_CLIENT = Arrays.stream(Producer.class.getMethods())
		.filter(method -> !Modifier.isStatic(method.getModifiers()))
		.allMatch(TracingProducer::isDelegated);

	private final Producer<K, V> delegate;

	private final SentRecords sent;

	TracingProducer(Producer<K, V> delegate, SentRecords sent) {
		this.delegate = delegate;
		this.sent = sent;
	}

	/**
	 * Return whether every method of a producer has its counterpart here.
	 * @return {@code false} for a client that is newer than this library
	 */
	static boolean knowsTheClient() {
		return KNOWS_THE_CLIENT;
	}

	private static boolean isDelegated(Method method) {
		try {
			TracingProducer.class.getDeclaredMethod(method.getName(), method.getParameterTypes());
			return true;
		}
		catch (NoSuchMethodException ex) {
			return false;
		}
	}

	private static @Nullable MethodHandle metricMethod(String name) {
		try {
			return MethodHandles.publicLookup()
				.findVirtual(Producer.class, name, MethodType.methodType(void.class, KafkaMetric.class));
		}
		catch (ReflectiveOperationException ex) {
			return null;
		}
	}

	@Override
	public Future<RecordMetadata> send(ProducerRecord<K, V> record) {
		Operation operation = this.sent.begin(record);
		return operation.isNoop() ? this.delegate.send(record) : send(record, null, operation);
	}

	@Override
	public Future<RecordMetadata> send(ProducerRecord<K, V> record, @Nullable Callback callback) {
		Operation operation = this.sent.begin(record);
		return operation.isNoop() ? this.delegate.send(record, callback) : send(record, callback, operation);
	}

	private Future<RecordMetadata> send(ProducerRecord<K, V> record, @Nullable Callback callback, Operation operation) {
		try {
			Future<RecordMetadata> sending = this.delegate.send(record, (metadata, exception) -> {
				SentRecords.end(operation, metadata, exception);
				if (callback != null) {
					callback.onCompletion(metadata, exception);
				}
			});
			operation.detach();
			return sending;
		}
		catch (Throwable ex) {
			// An error as well ends the operation, and goes on unchanged.
			operation.fail(ex);
			operation.end();
			throw ex;
		}
	}

	@Override
	public void initTransactions() {
		this.delegate.initTransactions();
	}

	@Override
	public void beginTransaction() {
		this.delegate.beginTransaction();
	}

	@Override
	@Deprecated
	public void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> offsets, String consumerGroupId) {
		this.delegate.sendOffsetsToTransaction(offsets, consumerGroupId);
	}

	@Override
	public void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> offsets,
			ConsumerGroupMetadata groupMetadata) {
		this.delegate.sendOffsetsToTransaction(offsets, groupMetadata);
	}

	@Override
	public void commitTransaction() {
		this.delegate.commitTransaction();
	}

	@Override
	public void abortTransaction() {
		this.delegate.abortTransaction();
	}

	/**
	 * Register a metric, since version 4 of the client.
	 * @param metric the metric
	 */
	public void registerMetricForSubscription(KafkaMetric metric) {
		call(REGISTER_METRIC, metric);
	}

	/**
	 * Remove a metric, since version 4 of the client.
	 * @param metric the metric
	 */
	public void unregisterMetricFromSubscription(KafkaMetric metric) {
		call(UNREGISTER_METRIC, metric);
	}

	private void call(@Nullable MethodHandle method, KafkaMetric metric) {
		if (method == null) {
			return;
		}
		try {
			method.invoke(this.delegate, metric);
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException("The method declares no checked exception", ex);
		}
	}

	@Override
	public void flush() {
		this.delegate.flush();
	}

	@Override
	public List<PartitionInfo> partitionsFor(String topic) {
		return this.delegate.partitionsFor(topic);
	}

	@Override
	public Map<MetricName, ? extends Metric> metrics() {
		return this.delegate.metrics();
	}

	@Override
	public Uuid clientInstanceId(Duration timeout) {
		return this.delegate.clientInstanceId(timeout);
	}

	@Override
	public void close() {
		this.delegate.close();
	}

	@Override
	public void close(Duration timeout) {
		this.delegate.close(timeout);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this.delegate.equals((other instanceof TracingProducer<?, ?> traced) ? traced.delegate : other);
	}

	@Override
	public int hashCode() {
		return this.delegate.hashCode();
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

}
