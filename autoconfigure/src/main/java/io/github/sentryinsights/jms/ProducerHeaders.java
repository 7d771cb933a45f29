package io.github.sentryinsights.jms;

import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.MessageHeaders;

/**
 * The properties that a producer gives to the next message it sends, in place of those of
 * the message.
 */
final class ProducerHeaders extends MessageHeaders {

	private final JMSProducer producer;

	private final @Nullable MessageHeaders message;

	ProducerHeaders(JMSProducer producer, @Nullable Object message) {
		this.producer = producer;
		this.message = (message instanceof Message sent) ? new JmsMessageHeaders(sent) : null;
	}

	/**
	 * What the producer has is of the message before.
	 */
	@Override
	public @Nullable String get(String name) {
		return (this.message != null) ? this.message.get(name) : null;
	}

	@Override
	protected void put(String name, String value) {
		this.producer.setProperty(JmsText.property(name), value);
	}

	@Override
	protected void remove(String name) {
		if (this.producer.propertyExists(JmsText.property(name))) {
			put(name, "");
		}
	}

}
