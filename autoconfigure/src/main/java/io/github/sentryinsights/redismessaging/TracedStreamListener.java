package io.github.sentryinsights.redismessaging;

import org.springframework.data.redis.connection.stream.Record;
import org.springframework.data.redis.stream.StreamListener;

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

	@Override
	public void onMessage(V record) {
		StreamHeaders headers = StreamHeaders.of(record);
		V own = headers.strip(record);
		Operation operation = this.receiving.start(record, headers);
		operation.run(() -> this.delegate.onMessage(own));
	}

}
