package io.github.sentryinsights.redismessaging;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;

import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each message that an adapter has received and gives to a channel, as a
 * transaction that lasts until the channel has taken it: until the flow has handled it,
 * unless that goes on elsewhere. Sees a failure before the adapter gives it to its own
 * channel for errors. Safe for use by several threads.
 */
final class TracedChannel implements MessageChannel {

	private final MessageChannel channel;

	private final Reception reception;

	private final Operations operations;

	/**
	 * Create a channel in place of another one.
	 * @param channel the other one
	 * @param reception what is known of the messages
	 * @param operations tells whether anything is kept of them
	 */
	TracedChannel(MessageChannel channel, Reception reception, Operations operations) {
		this.channel = channel;
		this.reception = reception;
		this.operations = operations;
	}

	@Override
	public boolean send(Message<?> message, long timeout) {
		Message<?> own = this.reception.own(message);
		OperationSource source = this.reception.source(message);
		if (source == null || !(this.operations.isEnabled() || source.isActive())) {
			return this.channel.send(own, timeout);
		}
		Operation operation = start(source, message);
		return operation.around(() -> {
			boolean sent = this.channel.send(own, timeout);
			if (!sent) {
				operation.outcome(Outcome.ERROR);
			}
			return sent;
		});
	}

	private Operation start(OperationSource source, Message<?> message) {
		MessageHeaders headers = this.reception.headers(message);
		Operation operation = source.startTransaction(headers);
		if (operation.isRecording()) {
			operation.attributes(attributes -> {
				QueueConvention.received(attributes, headers, this.reception.known(message),
						System.currentTimeMillis());
				QueueConvention.body(attributes, this.reception.body(message));
			});
		}
		return operation;
	}

	/**
	 * As the graph of Spring Integration tells channels by this.
	 */
	@Override
	public String toString() {
		return this.channel.toString();
	}

}
