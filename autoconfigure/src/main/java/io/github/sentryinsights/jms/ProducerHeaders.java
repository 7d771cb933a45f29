package io.github.sentryinsights.jms;

import java.util.HashMap;
import java.util.Map;

import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.MessageHeaders;

/**
 * The properties that a producer gives to the message it sends, in place of those of the
 * message. The producer keeps its properties for the next message, so they are
 * {@linkplain #restore restored} when this one is sent.
 */
final class ProducerHeaders extends MessageHeaders {

	private final JMSProducer producer;

	private final @Nullable MessageHeaders message;

	private final Map<String, @Nullable Object> replaced = new HashMap<>();

	ProducerHeaders(JMSProducer producer, @Nullable Object message) {
		this.producer = producer;
		this.message = (message instanceof Message sent) ? new JmsMessageHeaders(sent) : null;
	}

	@Override
	public @Nullable String get(String name) {
		Object own = property(JmsText.property(name));
		if (own != null) {
			return own.toString();
		}
		return (this.message != null) ? this.message.get(name) : null;
	}

	private @Nullable Object property(String property) {
		return this.producer.propertyExists(property) ? this.producer.getObjectProperty(property) : null;
	}

	@Override
	protected void put(String name, String value) {
		String property = JmsText.property(name);
		try {
			if (!this.replaced.containsKey(property)) {
				this.replaced.put(property, property(property));
			}
			this.producer.setProperty(property, value);
		}
		catch (JMSRuntimeException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A single property cannot be removed.
	 */
	@Override
	protected void remove(String name) {
		if (get(name) != null) {
			put(name, "");
		}
	}

	/**
	 * Give the producer back the properties that the application has set.
	 */
	void restore() {
		if (this.replaced.isEmpty()) {
			return;
		}
		Map<String, @Nullable Object> properties = new HashMap<>();
		for (String property : this.producer.getPropertyNames()) {
			properties.put(property, this.producer.getObjectProperty(property));
		}
		properties.putAll(this.replaced);
		this.producer.clearProperties();
		properties.forEach((property, value) -> {
			if (value != null) {
				this.producer.setProperty(property, value);
			}
		});
	}

}
