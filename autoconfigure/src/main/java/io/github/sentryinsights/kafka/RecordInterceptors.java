package io.github.sentryinsights.kafka;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.kafka.listener.RecordInterceptor;

import io.github.sentryinsights.operation.Operations;

/**
 * Composes interceptors of listener containers with those of the user.
 * <p>
 * The advice chain of a container would need no look at the user's interceptor, but the
 * proxy it puts around the listener hides the adapter behind it: failed asynchronous
 * listeners of retryable topics would be acknowledged instead of retried. The interceptor
 * is read from its field, as Spring Kafka has a public getter only since 4.0.
 */
final class RecordInterceptors {

	private RecordInterceptors() {
	}

	/**
	 * Return the interceptor to set on a container or a factory of containers.
	 * @param <K> the type of the keys
	 * @param <V> the type of the values
	 * @param holder the container or the factory
	 * @param operations starts the operations
	 * @return an interceptor that calls the present one, or {@code null} when the present
	 * one is already such an interceptor
	 */
	@SuppressWarnings("unchecked")
	static <K, V> @Nullable RecordInterceptor<K, V> compose(Object holder, Operations operations) {
		RecordInterceptor<K, V> present = (RecordInterceptor<K, V>) PropertyAccessorFactory.forDirectFieldAccess(holder)
			.getPropertyValue("recordInterceptor");
		return (present instanceof TracingRecordInterceptor<?, ?>) ? null
				: new TracingRecordInterceptor<>(present, operations);
	}

}
