package io.github.sentryinsights.jms;

import java.util.function.BiConsumer;

import jakarta.jms.JMSException;
import jakarta.jms.Message;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.convention.ReceivedMessage;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each message that a listener handles, as a transaction that lasts until the
 * listener returns and continues the trace of the sender.
 */
final class HandledMessages {

	private static final String DELIVERY_COUNT = "JMSXDeliveryCount";

	private final Operations operations;

	private final Operations.Sources<String> destinations;

	private final BiConsumer<Attributes, Message> description = this::describe;

	HandledMessages(Operations operations) {
		this.operations = operations;
		this.destinations = operations.sources();
	}

	/**
	 * Begin to handle a message.
	 * @param message the message
	 * @return the operation to run the listener as
	 */
	Operation begin(Message message) {
		Operation operation = this.destinations.get(destination(message), HandledMessages::target)
			.startTransaction(new JmsMessageHeaders(message));
		operation.attributes(this.description, message);
		return operation;
	}

	private String destination(Message message) {
		try {
			return JmsText.destination(message.getJMSDestination());
		}
		catch (JMSException | RuntimeException ex) {
			this.operations.handle(ex);
			return JmsText.UNKNOWN;
		}
	}

	private void describe(Attributes attributes, Message message) {
		try {
			QueueConvention.received(attributes, new JmsMessageHeaders(message),
					new ReceivedMessage(message.getJMSMessageID(), JmsText.length(message), retries(message),
							(message.getJMSTimestamp() > 0) ? message.getJMSTimestamp() : -1),
					System.currentTimeMillis());
			QueueConvention.body(attributes, JmsText.body(message));
		}
		catch (JMSException ex) {
			this.operations.handle(ex);
		}
	}

	private static int retries(Message message) throws JMSException {
		if (message.propertyExists(DELIVERY_COUNT)) {
			return Math.max(0, message.getIntProperty(DELIVERY_COUNT) - 1);
		}
		return message.getJMSRedelivered() ? 1 : 0;
	}

	private static OperationTarget target(String destination) {
		return QueueConvention.processes("jms", destination, QueueConvention.Origin.JMS);
	}

}
