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
final class TracingRecordInterceptor<K, V> implements RecordInterceptor<K, V> {

	private final @Nullable RecordInterceptor<K, V> delegate;

	private final Deliveries deliveries;

	TracingRecordInterceptor(@Nullable RecordInterceptor<K, V> delegate, Deliveries deliveries) {
		this.delegate = delegate;
		this.deliveries = deliveries;
	}

	/**
	 * Return what keeps the deliveries of the container.
	 */
	Deliveries deliveries() {
		return this.deliveries;
	}

	@Override
	public @Nullable ConsumerRecord<K, V> intercept(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		this.deliveries.begin(record);
		if (this.delegate == null) {
			return record;
		}
		try {
			return this.delegate.intercept(record, consumer);
		}
		catch (Throwable ex) {
			// An error as well fails the delivery, and goes on unchanged.
			this.deliveries.fail(ex);
			throw ex;
		}
	}

	@Override
	public void success(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		this.deliveries.succeed();
		if (this.delegate != null) {
			this.delegate.success(record, consumer);
		}
	}

	@Override
	public void failure(ConsumerRecord<K, V> record, Exception exception, Consumer<K, V> consumer) {
		if (this.deliveries.current() == null && isUnreadable(exception)) {
			// The container asks no interceptor about a record that it cannot hand over.
			this.deliveries.begin(record);
		}
		this.deliveries.fail(exception);
		if (this.delegate != null) {
			this.delegate.failure(record, exception, consumer);
		}
	}

	private static boolean isUnreadable(Exception exception) {
		return exception instanceof DeserializationException
				|| exception.getCause() instanceof DeserializationException;
	}

	@Override
	public void afterRecord(ConsumerRecord<K, V> record, Consumer<K, V> consumer) {
		try {
			if (this.delegate != null) {
				this.delegate.afterRecord(record, consumer);
			}
		}
		finally {
			this.deliveries.end();
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
			this.deliveries.end();
		}
	}

}
