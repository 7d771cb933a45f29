package io.github.sentryinsights.kafka;

import java.lang.reflect.Proxy;

import org.apache.kafka.clients.producer.Producer;
import org.springframework.kafka.core.ProducerPostProcessor;

import io.github.sentryinsights.operation.Operations;

/**
 * Wraps each new producer of a factory.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class TracingProducerPostProcessor<K, V> implements ProducerPostProcessor<K, V> {

	private final Operations.Sources<String> topics;

	TracingProducerPostProcessor(Operations operations) {
		this.topics = operations.sources();
	}

	@Override
	@SuppressWarnings("unchecked")
	public Producer<K, V> apply(Producer<K, V> producer) {
		return (Producer<K, V>) Proxy.newProxyInstance(Producer.class.getClassLoader(),
				new Class<?>[] { Producer.class }, new TracingProducer<>(producer, this.topics));
	}

}
