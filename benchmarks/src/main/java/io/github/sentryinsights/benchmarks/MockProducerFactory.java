package io.github.sentryinsights.benchmarks;

import java.util.Map;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.ProducerPostProcessor;

/**
 * Makes a producer that acknowledges each record at once and sends it nowhere.
 */
class MockProducerFactory extends DefaultKafkaProducerFactory<String, String> {

	private static final int KEPT = 1000;

	private final MockProducer<String, String> producer = new MockProducer<>(true, null, new StringSerializer(),
			new StringSerializer());

	private int sent;

	MockProducerFactory() {
		super(Map.of());
	}

	@Override
	protected Producer<String, String> createRawProducer(Map<String, Object> configuration) {
		Producer<String, String> processed = this.producer;
		for (ProducerPostProcessor<String, String> processor : getPostProcessors()) {
			processed = processor.apply(processed);
		}
		return processed;
	}

	/**
	 * Make room for one more record, as the producer keeps them.
	 */
	void nextRecord() {
		if (++this.sent == KEPT) {
			this.sent = 0;
			this.producer.clear();
		}
	}

}
