package io.github.sentryinsights.redismessaging;

import java.lang.reflect.Method;

import org.springframework.data.redis.connection.stream.Record;
import org.springframework.data.redis.stream.StreamListener;

import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.operation.Operation;

/**
 * Reports each record that a listener handles, and hands it over without the fields that
 * carried its trace.
 *
 * @param <K> the type of the keys of streams
 * @param <V> the type of the records
 */
final class TracedStreamListener<K, V extends Record<K, ?>> implements StreamListener<K, V> {

	private final StreamListener<K, V> delegate;

	private final Receiving receiving;

	TracedStreamListener(StreamListener<K, V> delegate, Receiving receiving) {
		this.delegate = delegate;
		this.receiving = receiving;
	}

	/**
	 * Return a listener that reports what another one handles.
	 * @param <K> the type of the keys of streams
	 * @param <V> the type of the records
	 * @param listener the listener
	 * @param receiving starts the operations
	 * @return the listener itself when it reports already
	 */
	static <K, V extends Record<K, ?>> StreamListener<K, V> of(StreamListener<K, V> listener, Receiving receiving) {
		return BeanProxy.isProxy(listener) ? listener : new TracedStreamListener<>(listener, receiving);
	}

	@Override
	public void onMessage(V record) {
		StreamHeaders headers = StreamHeaders.of(record);
		Operation operation = this.receiving.start(record, headers);
		V own = headers.strip(record);
		operation.run(() -> this.delegate.onMessage(own));
	}

	/**
	 * The method of a listener that is answered.
	 */
	record OnMessage() implements BeanProxy.Answered {

		@Override
		public boolean includes(Method method) {
			return method.getName().equals("onMessage");
		}

	}

}
