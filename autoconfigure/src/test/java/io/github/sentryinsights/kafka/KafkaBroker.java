package io.github.sentryinsights.kafka;

import java.util.Map;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * A real broker.
 */
final class KafkaBroker implements BeforeAllCallback, AfterAllCallback {

	private static final KafkaBroker shared = new KafkaBroker();

	private EmbeddedKafkaBroker broker;

	private KafkaBroker() {
	}

	/**
	 * Return the broker for all tests that leave it as it is.
	 */
	static KafkaBroker shared() {
		return shared;
	}

	/**
	 * Return a broker for the tests of a class.
	 */
	static KafkaBroker own() {
		return new KafkaBroker();
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		if (this.broker == null) {
			start();
		}
	}

	private void start() {
		this.broker = new EmbeddedKafkaKraftBroker(1, 1)
			.brokerProperties(Map.of("transaction.state.log.replication.factor", "1", "transaction.state.log.min.isr",
					"1", "transaction.state.log.num.partitions", "1", "offsets.topic.num.partitions", "1",
					"group.initial.rebalance.delay.ms", "0"));
		this.broker.afterPropertiesSet();
		if (this == shared) {
			Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
		}
	}

	@Override
	public void afterAll(ExtensionContext context) {
		if (this != shared) {
			stop();
		}
	}

	String address() {
		return this.broker.getBrokersAsString();
	}

	EmbeddedKafkaBroker embedded() {
		return this.broker;
	}

	void stop() {
		this.broker.destroy();
	}

}
