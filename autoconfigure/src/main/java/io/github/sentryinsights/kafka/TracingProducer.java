package io.github.sentryinsights.kafka;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.Future;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each record a producer sends, from the call to the acknowledgement of the
 * broker, and lets its receivers continue the trace.
 * <p>
 * A proxy, because the methods of {@link Producer} differ between versions of the client.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class TracingProducer<K, V> implements InvocationHandler {

	private final Producer<K, V> delegate;

	private final Operations.Sources<String> topics;

	TracingProducer(Producer<K, V> delegate, Operations.Sources<String> topics) {
		this.delegate = delegate;
		this.topics = topics;
	}

	@Override
	@SuppressWarnings("unchecked")
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args) throws Throwable {
		if (args != null && args.length > 0) {
			if (args[0] instanceof ProducerRecord<?, ?> record && method.getName().equals("send")) {
				return send((ProducerRecord<K, V>) record, (args.length > 1) ? (Callback) args[1] : null);
			}
			if (args.length == 1 && method.getName().equals("equals")) {
				return this.delegate.equals(unwrap(args[0]));
			}
		}
		try {
			return method.invoke(this.delegate, args);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private Future<RecordMetadata> send(ProducerRecord<K, V> record, @Nullable Callback callback) {
		OperationSource source = this.topics.get(record.topic(), TracingProducer::target);
		Operation operation = source.start();
		source.propagate(operation, new RecordMessageHeaders(record.headers()));
		if (operation.isNoop()) {
			return (callback != null) ? this.delegate.send(record, callback) : this.delegate.send(record);
		}
		try {
			Future<RecordMetadata> sending = this.delegate.send(record, (metadata, exception) -> {
				complete(operation, metadata, exception);
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

	private static void complete(Operation operation, @Nullable RecordMetadata metadata,
			@Nullable Exception exception) {
		if (exception != null) {
			operation.fail(exception);
		}
		else if (metadata != null && metadata.serializedValueSize() >= 0 && operation.isRecording()) {
			operation.attributes(
					attributes -> attributes.set(QueueConvention.BODY_SIZE, (long) metadata.serializedValueSize()));
		}
		operation.end();
	}

	private static OperationTarget target(String topic) {
		return QueueConvention.publishes("kafka", topic, QueueConvention.Origin.KAFKA);
	}

	private static @Nullable Object unwrap(@Nullable Object other) {
		return (other != null && Proxy.isProxyClass(other.getClass())
				&& Proxy.getInvocationHandler(other) instanceof TracingProducer<?, ?> handler) ? handler.delegate
						: other;
	}

}
