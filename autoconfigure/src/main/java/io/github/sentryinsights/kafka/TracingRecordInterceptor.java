package io.github.sentryinsights.kafka;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.support.serializer.DeserializationException;

/**
 * Reports each record a listener handles, as a transaction that continues the trace of
 * the sender. The user's interceptor and the error handler run inside.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class TracingRecordInterceptor<K, V> extends TracingInterceptor<RecordInterceptor<K, V>>
		implements RecordInterceptor<K, V> {

	TracingRecordInterceptor(@Nullable RecordInterceptor<K, V> delegate, Deliveries deliveries) {
		super(delegate, deliveries);
	}

	@Override
	public @Nullable ConsumerRecord<K, V> intercept(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		deliveries().begin(record);
		if (delegate() == null) {
			return record;
		}
		try {
			return delegate().intercept(record, consumer);
		}
		catch (Throwable ex) {
			// An error as well fails the delivery, and goes on unchanged.
			deliveries().fail(ex);
			throw ex;
		}
	}

	@Override
	public void success(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		deliveries().succeed();
		if (delegate() != null) {
			delegate().success(record, consumer);
		}
	}

	@Override
	public void failure(ConsumerRecord<K, V> record, Exception exception, Consumer<K, V> consumer) {
		if (deliveries().current() == null && isUnreadable(exception)) {
			// The container asks no interceptor about a record that it cannot hand over.
			deliveries().begin(record);
		}
		deliveries().fail(exception);
		if (delegate() != null) {
			delegate().failure(record, exception, consumer);
		}
	}

	private static boolean isUnreadable(Exception exception) {
		return exception instanceof DeserializationException
				|| exception.getCause() instanceof DeserializationException;
	}

	@Override
	public void afterRecord(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		try {
			if (delegate() != null) {
				delegate().afterRecord(record, consumer);
			}
		}
		finally {
			deliveries().end();
		}
	}

}
