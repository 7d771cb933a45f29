package io.github.sentryinsights.jms;

import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import org.jspecify.annotations.Nullable;

/**
 * Reads names and texts as JMS has them.
 */
final class JmsText {

	/** The name of a destination that the provider does not tell. */
	static final String UNKNOWN = "unknown";

	private JmsText() {
	}

	/**
	 * Return the name of a property that stands for a header. The names of properties are
	 * Java identifiers.
	 * @param header the name of the header, such as {@code sentry-trace}
	 * @return the name with underscores
	 */
	static String property(String header) {
		return header.replace('-', '_').replace('.', '_');
	}

	/**
	 * Return the name of a destination. Temporary ones share one.
	 * @param destination the destination
	 * @return the name
	 * @throws JMSException if the provider does not tell
	 */
	static String destination(@Nullable Destination destination) throws JMSException {
		if (destination instanceof TemporaryQueue) {
			return "temporary queue";
		}
		if (destination instanceof TemporaryTopic) {
			return "temporary topic";
		}
		String name = null;
		if (destination instanceof Queue queue) {
			name = queue.getQueueName();
		}
		else if (destination instanceof Topic topic) {
			name = topic.getTopicName();
		}
		return (name != null) ? name : UNKNOWN;
	}

	/**
	 * Return the body of a message, if it can be read without a change to the message.
	 * @param message the message, or a body itself
	 * @return text, or {@code null} for all else
	 */
	static @Nullable Object body(Object message) {
		if (!(message instanceof Message)) {
			return message;
		}
		try {
			return (message instanceof TextMessage text) ? text.getText() : null;
		}
		catch (JMSException ex) {
			return null;
		}
	}

	/**
	 * Return the length of a message of bytes that has been received.
	 * @param message the message
	 * @return the length in bytes, or a negative number for other messages
	 * @throws JMSException if the provider does not tell
	 */
	static long length(Message message) throws JMSException {
		return (message instanceof BytesMessage bytes) ? bytes.getBodyLength() : -1;
	}

}
