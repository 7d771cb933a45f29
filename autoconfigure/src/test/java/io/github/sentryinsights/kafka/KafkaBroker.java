package io.github.sentryinsights.kafka;

import java.util.Map;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/**
 * A real broker for the tests of a class.
 */
final class KafkaBroker implements BeforeAllCallback, AfterAllCallback {

	private final EmbeddedKafkaBroker broker;

	KafkaBroker() {
		this.broker = new EmbeddedKafkaKraftBroker(1, 1).brokerProperties(
				Map.of("transaction.state.log.replication.factor", "1", "transaction.state.log.min.isr", "1"));
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		this.broker.afterPropertiesSet();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		stop();
	}

	String address() {
		return this.broker.getBrokersAsString();
	}

	void stop() {
		this.broker.destroy();
	}

}
