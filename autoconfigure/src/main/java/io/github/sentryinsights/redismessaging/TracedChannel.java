package io.github.sentryinsights.redismessaging;

import org.jspecify.annotations.Nullable;
import org.springframework.integration.support.context.NamedComponent;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.PollableChannel;
import org.springframework.messaging.SubscribableChannel;

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
 * channel for errors. Is known by the name of the other channel, as the graph of Spring
 * Integration is told from names, and can be read from as that one can, as flows may
 * begin at the channel of an adapter. Safe for use by several threads.
 */
class TracedChannel implements MessageChannel, NamedComponent {

	private final MessageChannel channel;

	private final Reception reception;

	private final Operations operations;

	/**
	 * Return a channel in place of another one.
	 * @param channel the other one
	 * @param reception what is known of the messages
	 * @param operations tells whether anything is kept of them
	 * @return the channel
	 */
	static TracedChannel of(MessageChannel channel, Reception reception, Operations operations) {
		if (channel instanceof SubscribableChannel subscribable) {
			return new Subscribable(subscribable, reception, operations);
		}
		return (channel instanceof PollableChannel pollable) ? new Pollable(pollable, reception, operations)
				: new TracedChannel(channel, reception, operations);
	}

	private TracedChannel(MessageChannel channel, Reception reception, Operations operations) {
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

	@Override
	public @Nullable String getBeanName() {
		return (this.channel instanceof NamedComponent named) ? named.getBeanName() : this.channel.toString();
	}

	@Override
	public @Nullable String getComponentName() {
		return (this.channel instanceof NamedComponent named) ? named.getComponentName() : null;
	}

	@Override
	public String getComponentType() {
		return (this.channel instanceof NamedComponent named) ? named.getComponentType() : "channel";
	}

	@Override
	public String toString() {
		return this.channel.toString();
	}

	/**
	 * In place of a channel that handlers subscribe to.
	 */
	private static final class Subscribable extends TracedChannel implements SubscribableChannel {

		private final SubscribableChannel channel;

		Subscribable(SubscribableChannel channel, Reception reception, Operations operations) {
			super(channel, reception, operations);
			this.channel = channel;
		}

		@Override
		public boolean subscribe(MessageHandler handler) {
			return this.channel.subscribe(handler);
		}

		@Override
		public boolean unsubscribe(MessageHandler handler) {
			return this.channel.unsubscribe(handler);
		}

	}

	/**
	 * In place of a channel that messages are taken from.
	 */
	private static final class Pollable extends TracedChannel implements PollableChannel {

		private final PollableChannel channel;

		Pollable(PollableChannel channel, Reception reception, Operations operations) {
			super(channel, reception, operations);
			this.channel = channel;
		}

		@Override
		public @Nullable Message<?> receive() {
			return this.channel.receive();
		}

		@Override
		public @Nullable Message<?> receive(long timeout) {
			return this.channel.receive(timeout);
		}

	}

}
