package io.github.sentryinsights.jms;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.MessageHeaders;

/**
 * The properties of a message. Those of other senders may have the names of the headers
 * as they are, where a provider lets them.
 */
final class JmsMessageHeaders extends MessageHeaders {

	private final Message message;

	JmsMessageHeaders(Message message) {
		this.message = message;
	}

	@Override
	public @Nullable String get(String name) {
		String property = JmsText.property(name);
		String value = text(property);
		return (value != null || property.equals(name)) ? value : text(name);
	}

	private @Nullable String text(String property) {
		try {
			Object value = this.message.getObjectProperty(property);
			return (value != null) ? value.toString() : null;
		}
		catch (JMSException | RuntimeException ex) {
			// A name or a value that the provider does not take is no header.
			return null;
		}
	}

	@Override
	protected void put(String name, String value) {
		try {
			this.message.setStringProperty(JmsText.property(name), value);
		}
		catch (JMSException ex) {
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

}
