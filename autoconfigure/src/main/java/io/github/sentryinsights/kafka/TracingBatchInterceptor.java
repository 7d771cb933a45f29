package io.github.sentryinsights.kafka;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.BatchInterceptor;

/**
 * Reports each batch a listener handles. The user's interceptor runs inside, and so does
 * the error handler, as a batch that failed lasts until its next attempt or the next
 * poll.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class TracingBatchInterceptor<K, V> implements BatchInterceptor<K, V> {

	private final @Nullable BatchInterceptor<K, V> delegate;

	private final Deliveries deliveries;

	TracingBatchInterceptor(@Nullable BatchInterceptor<K, V> delegate, Deliveries deliveries) {
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
	public @Nullable ConsumerRecords<K, V> intercept(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
		this.deliveries.begin(records);
		if (this.delegate == null) {
			return records;
		}
		ConsumerRecords<K, V> intercepted;
		try {
			intercepted = this.delegate.intercept(records, consumer);
		}
		catch (Throwable ex) {
			// An error as well fails the delivery, and goes on unchanged.
			this.deliveries.fail(ex);
			throw ex;
		}
		if (intercepted == null) {
			this.deliveries.succeed();
			this.deliveries.end();
		}
		return intercepted;
	}

	@Override
	public void success(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
		try {
			if (this.delegate != null) {
				this.delegate.success(records, consumer);
			}
		}
		finally {
			this.deliveries.succeed();
			this.deliveries.end();
		}
	}

	@Override
	public void failure(ConsumerRecords<K, V> records, Exception exception, Consumer<K, V> consumer) {
		this.deliveries.fail(exception);
		if (this.delegate != null) {
			this.delegate.failure(records, exception, consumer);
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
