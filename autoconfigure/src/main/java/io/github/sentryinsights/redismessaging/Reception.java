package io.github.sentryinsights.redismessaging;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.stream.Record;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.integration.redis.support.RedisHeaders;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.ReceivedMessage;
import io.github.sentryinsights.operation.OperationSource;

/**
 * What is known of the messages that an adapter receives.
 */
interface Reception {

	/**
	 * Return what starts the operation of a message.
	 * @param message the message
	 * @return the source, or {@code null} for what is no message
	 */
	@Nullable OperationSource source(Message<?> message);

	/**
	 * Return what may carry the trace of a message.
	 * @param message the message
	 * @return the headers
	 */
	default MessageHeaders headers(Message<?> message) {
		return MessageHeaders.received(message.getHeaders());
	}

	/**
	 * Return what the broker tells of a message.
	 * @param message the message
	 * @return what is known
	 */
	default ReceivedMessage known(Message<?> message) {
		return ReceivedMessage.UNKNOWN;
	}

	/**
	 * Return the body of a message, where it has been received as it is.
	 * @param message the message
	 * @return the body, or {@code null}
	 */
	default @Nullable Object body(Message<?> message) {
		return null;
	}

	/**
	 * Return a message without what carried its trace, which the application did not put
	 * there.
	 * @param message the message
	 * @return the message itself when there is no such thing
	 */
	default Message<?> own(Message<?> message) {
		return message;
	}

	/**
	 * The elements of a list, which carry headers when they are whole messages.
	 *
	 * @param source starts the operations
	 */
	record Queue(OperationSource source) implements Reception {

		@Override
		public OperationSource source(Message<?> message) {
			return this.source;
		}

		@Override
		public @Nullable Object body(Message<?> message) {
			return (message.getPayload() instanceof byte[] bytes) ? bytes : null;
		}

	}

	/**
	 * The records of a stream, or their values.
	 *
	 * @param source starts the operations
	 */
	record Stream(OperationSource source) implements Reception {

		@Override
		public OperationSource source(Message<?> message) {
			return this.source;
		}

		@Override
		public MessageHeaders headers(Message<?> message) {
			return new StreamHeaders(fields(message.getPayload()));
		}

		@Override
		public ReceivedMessage known(Message<?> message) {
			return (message.getHeaders().get(RedisHeaders.STREAM_MESSAGE_ID) instanceof RecordId id)
					? Receiving.known(id) : ReceivedMessage.UNKNOWN;
		}

		@Override
		public Message<?> own(Message<?> message) {
			Map<?, ?> fields = fields(message.getPayload());
			if (!StreamHeaders.isIn(fields)) {
				return message;
			}
			StreamHeaders headers = new StreamHeaders(fields);
			Object own = (message.getPayload() instanceof Record<?, ?> record) ? headers.strip(record) : headers.own();
			return MessageBuilder.createMessage(own, message.getHeaders());
		}

		private static Map<?, ?> fields(Object payload) {
			Object value = (payload instanceof Record<?, ?> record) ? record.getValue() : payload;
			return (value instanceof Map<?, ?> fields) ? fields : Map.of();
		}

	}

	/**
	 * What is published to the channels that an adapter subscribes to.
	 */
	final class Channels implements Reception {

		private final Destinations destinations;

		private volatile @Nullable Known latest;

		Channels(Destinations destinations) {
			this.destinations = destinations;
		}

		@Override
		public @Nullable OperationSource source(Message<?> message) {
			Object channel = message.getHeaders().get(RedisHeaders.MESSAGE_SOURCE);
			Known latest = this.latest;
			if (latest != null && latest.channel().equals(channel)) {
				return latest.source();
			}
			if (channel instanceof String name) {
				if (name.startsWith(Receiving.KEYSPACE)) {
					return null;
				}
				OperationSource source = this.destinations.processed(name);
				this.latest = new Known(name, source);
				return source;
			}
			return this.destinations.processed(channel);
		}

		@Override
		public Object body(Message<?> message) {
			return message.getPayload();
		}

		private record Known(String channel, OperationSource source) {
		}

	}

}
