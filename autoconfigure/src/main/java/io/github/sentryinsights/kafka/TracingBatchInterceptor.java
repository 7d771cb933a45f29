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
final class TracingBatchInterceptor<K, V> extends TracingInterceptor<BatchInterceptor<K, V>>
		implements BatchInterceptor<K, V> {

	TracingBatchInterceptor(@Nullable BatchInterceptor<K, V> delegate, Deliveries deliveries) {
		super(delegate, deliveries);
	}

	@Override
	public @Nullable ConsumerRecords<K, V> intercept(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
		deliveries().begin(records);
		if (delegate() == null) {
			return records;
		}
		ConsumerRecords<K, V> intercepted;
		try {
			intercepted = delegate().intercept(records, consumer);
		}
		catch (Throwable ex) {
			// An error as well fails the delivery, and goes on unchanged.
			deliveries().fail(ex);
			throw ex;
		}
		if (intercepted == null) {
			deliveries().succeed();
			deliveries().end();
		}
		return intercepted;
	}

	@Override
	public void success(ConsumerRecords<K, V> records, Consumer<K, V> consumer) {
		try {
			if (delegate() != null) {
				delegate().success(records, consumer);
			}
		}
		finally {
			deliveries().succeed();
			deliveries().end();
		}
	}

	@Override
	public void failure(ConsumerRecords<K, V> records, Exception exception, Consumer<K, V> consumer) {
		deliveries().fail(exception);
		if (delegate() != null) {
			delegate().failure(records, exception, consumer);
		}
	}

}
