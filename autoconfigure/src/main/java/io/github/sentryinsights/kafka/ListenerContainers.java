package io.github.sentryinsights.kafka;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.NotReadablePropertyException;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.BatchInterceptor;
import org.springframework.kafka.listener.DelegatingMessageListener;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.listener.adapter.HandlerAdapter;
import org.springframework.kafka.listener.adapter.MessagingMessageListenerAdapter;

import io.github.sentryinsights.operation.Operations;

/**
 * Has listener containers report what their listeners handle.
 * <p>
 * The advice chain of a container would need no look at the user's interceptors, but the
 * proxy it puts around the listener hides the adapter behind it: failed asynchronous
 * listeners of retryable topics would be acknowledged instead of retried. What a
 * container has is read from its fields, as Spring Kafka has public getters only since
 * 4.0, and for the handler none at all.
 */
final class ListenerContainers {

	private final Operations operations;

	private final KafkaReporting reporting;

	ListenerContainers(Operations operations, KafkaReporting reporting) {
		this.operations = operations;
		this.reporting = reporting;
	}

	/**
	 * Instrument what is not instrumented yet of a container that has not been started.
	 * @param <K> the type of the keys
	 * @param <V> the type of the values
	 * @param container the container
	 */
	@SuppressWarnings("unchecked")
	<K, V> void instrument(AbstractMessageListenerContainer<K, V> container) {
		RecordInterceptor<K, V> recordInterceptor = (RecordInterceptor<K, V>) read(container, "recordInterceptor");
		BatchInterceptor<K, V> batchInterceptor = (BatchInterceptor<K, V>) read(container, "batchInterceptor");
		Deliveries deliveries = deliveries(recordInterceptor, batchInterceptor);
		if (!(recordInterceptor instanceof TracingRecordInterceptor)) {
			container.setRecordInterceptor(new TracingRecordInterceptor<>(recordInterceptor, deliveries));
		}
		if (!(batchInterceptor instanceof TracingBatchInterceptor)) {
			container.setBatchInterceptor(new TracingBatchInterceptor<>(batchInterceptor, deliveries));
		}
		MessagingMessageListenerAdapter<?, ?> adapter = adapter(
				container.getContainerProperties().getMessageListener());
		if (adapter != null) {
			follow(adapter, deliveries);
		}
	}

	/**
	 * The listener of a container may be set after its interceptors, and has to know what
	 * they have begun.
	 */
	private Deliveries deliveries(@Nullable RecordInterceptor<?, ?> recordInterceptor,
			@Nullable BatchInterceptor<?, ?> batchInterceptor) {
		if (recordInterceptor instanceof TracingRecordInterceptor<?, ?> tracing) {
			return tracing.deliveries();
		}
		if (batchInterceptor instanceof TracingBatchInterceptor<?, ?> tracing) {
			return tracing.deliveries();
		}
		return new Deliveries(this.operations, this.reporting);
	}

	/**
	 * Return what a container handles.
	 * @param container the container
	 * @return the deliveries, if the container is instrumented
	 */
	static Optional<Deliveries> deliveriesOf(AbstractMessageListenerContainer<?, ?> container) {
		return (read(container, "recordInterceptor") instanceof TracingRecordInterceptor<?, ?> tracing)
				? Optional.of(tracing.deliveries()) : Optional.empty();
	}

	private static @Nullable Object read(Object holder, String field) {
		return PropertyAccessorFactory.forDirectFieldAccess(holder).getPropertyValue(field);
	}

	private static @Nullable MessagingMessageListenerAdapter<?, ?> adapter(@Nullable Object listener) {
		Object candidate = listener;
		while (candidate instanceof DelegatingMessageListener<?> delegating) {
			candidate = delegating.getDelegate();
		}
		return (candidate instanceof MessagingMessageListenerAdapter<?, ?> adapter) ? adapter : null;
	}

	/**
	 * Without the handler a transaction ends when the listener returns, not when the
	 * future does that it returned.
	 */
	private void follow(MessagingMessageListenerAdapter<?, ?> adapter, Deliveries deliveries) {
		try {
			if (read(adapter, "handlerMethod") instanceof HandlerAdapter handler
					&& !(handler instanceof TracingHandler)) {
				adapter.setHandlerMethod(new TracingHandler(handler, deliveries));
			}
		}
		catch (NotReadablePropertyException ex) {
			this.operations.handle(ex);
		}
	}

}
