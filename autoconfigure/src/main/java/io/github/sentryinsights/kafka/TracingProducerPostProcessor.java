package io.github.sentryinsights.kafka;

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

	private final SentRecords sent;

	TracingProducerPostProcessor(Operations operations, KafkaReporting reporting) {
		this.sent = new SentRecords(operations, reporting.messageKeys());
	}

	@Override
	public Producer<K, V> apply(Producer<K, V> producer) {
		return new TracingProducer<>(producer, this.sent);
	}

}
