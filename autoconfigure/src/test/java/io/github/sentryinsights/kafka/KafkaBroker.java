package io.github.sentryinsights.kafka;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

import io.github.sentryinsights.testing.TcpProxy;

/**
 * A real broker.
 */
final class KafkaBroker implements BeforeAllCallback, AfterAllCallback {

	private static final KafkaBroker shared = new KafkaBroker(null);

	private final @Nullable TcpProxy proxy;

	private EmbeddedKafkaBroker broker;

	private KafkaBroker(@Nullable TcpProxy proxy) {
		this.proxy = proxy;
	}

	/**
	 * Return the broker for all tests that leave it as it is.
	 */
	static KafkaBroker shared() {
		return shared;
	}

	/**
	 * Return a broker for the tests of a class, whose connections they can cut.
	 */
	static KafkaBroker behindProxy() {
		return new KafkaBroker(TcpProxy.start());
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
		if (this.proxy != null) {
			this.broker.brokerProperties(Map.of("advertised.listeners", "EXTERNAL://" + address()));
		}
		this.broker.afterPropertiesSet();
		if (this.proxy != null) {
			this.proxy.to(Integer.parseInt(this.broker.getBrokersAsString().replaceFirst(".*:", "")));
		}
		if (this == shared) {
			Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
		}
	}

	@Override
	public void afterAll(ExtensionContext context) {
		if (this.proxy != null) {
			stop();
			this.proxy.close();
		}
	}

	String address() {
		return (this.proxy != null) ? "localhost:" + this.proxy.port() : this.broker.getBrokersAsString();
	}

	TcpProxy proxy() {
		return Objects.requireNonNull(this.proxy);
	}

	EmbeddedKafkaBroker embedded() {
		return this.broker;
	}

	private void stop() {
		this.broker.destroy();
	}

}
