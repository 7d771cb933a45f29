package io.github.sentryinsights.redismessaging;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.stream.Record;
import org.springframework.data.redis.connection.stream.RecordId;

import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.convention.ReceivedMessage;
import io.github.sentryinsights.operation.Operation;

/**
 * Starts the operations of messages that listeners handle, each a transaction. Safe for
 * use by several threads.
 */
final class Receiving {

	/** What begins so is a notification of Redis about its keys and no message. */
	static final String KEYSPACE = "__key";

	private final Destinations destinations;

	Receiving(Destinations destinations) {
		this.destinations = destinations;
	}

	/**
	 * Start the operation of a record.
	 * @param record the record
	 * @param headers its headers
	 * @return the operation, current on this thread
	 */
	Operation start(Record<?, ?> record, MessageHeaders headers) {
		Operation operation = this.destinations.processed(record.getStream()).startTransaction(headers);
		if (operation.isRecording()) {
			operation.attributes(attributes -> QueueConvention.received(attributes, headers, known(record.getId()),
					System.currentTimeMillis()));
		}
		return operation;
	}

	/**
	 * Return what the identity of a record tells of it.
	 * @param id the identity, which Redis makes of its time
	 * @return what is known
	 */
	static ReceivedMessage known(RecordId id) {
		Long added = id.getTimestamp();
		return new ReceivedMessage(id.getValue(), -1, 0, (added != null) ? added : -1);
	}

	/**
	 * Start the operation of what was published to a channel.
	 * @param message the message
	 * @param subscribed the channel or the pattern that was subscribed to
	 * @return the operation, current on this thread, or {@code null} for what is no
	 * message
	 */
	@Nullable Operation start(Message message, byte @Nullable [] subscribed) {
		byte[] destination = (subscribed != null) ? subscribed : message.getChannel();
		if (new String(destination, StandardCharsets.UTF_8).startsWith(KEYSPACE)) {
			return null;
		}
		Operation operation = this.destinations.processed(destination).startTransaction(name -> null);
		if (operation.isRecording()) {
			operation.attributes(attributes -> {
				attributes.set(QueueConvention.MESSAGE_ID, QueueConvention.newMessageId());
				attributes.set(QueueConvention.BODY_SIZE, (long) message.getBody().length);
			});
		}
		return operation;
	}

}
