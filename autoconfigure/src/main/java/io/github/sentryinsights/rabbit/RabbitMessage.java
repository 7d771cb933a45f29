package io.github.sentryinsights.rabbit;

import java.util.Date;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.AmqpHeaders;

import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.ReceivedMessage;

/**
 * What is known of a message that is about to be handled.
 *
 * @param message the message
 */
record RabbitMessage(Message message) {

	private static final String DELIVERY_COUNT = "x-delivery-count";

	private static final String TIMESTAMP_MILLIS = "timestamp_in_ms";

	String queue() {
		return RabbitDestination.queue(properties().getConsumerQueue());
	}

	MessageHeaders headers() {
		return MessageHeaders.received(properties().getHeaders());
	}

	ReceivedMessage received() {
		return new ReceivedMessage(properties().getMessageId(), this.message.getBody().length, retries(), sentMillis());
	}

	/**
	 * Return how many messages the sender has made one of, which nobody takes apart
	 * before the listener.
	 * @return the number of messages, or 1 for a message that is no batch
	 */
	int batchSize() {
		Map<String, Object> headers = properties().getHeaders();
		return (headers.containsKey(MessageProperties.SPRING_BATCH_FORMAT)
				&& headers.get(AmqpHeaders.BATCH_SIZE) instanceof Integer size) ? size : 1;
	}

	/**
	 * Deaths in other queues, as that of a message which a dead letter queue holds, are
	 * no deliveries from this one.
	 */
	private int retries() {
		MessageProperties properties = properties();
		List<Map<String, ?>> deaths = properties.getXDeathHeader();
		long earlier = 0;
		if (deaths == null) {
			earlier = properties.getRetryCount();
		}
		else {
			for (Map<String, ?> death : deaths) {
				if (death.get("count") instanceof Number count
						&& String.valueOf(death.get("queue")).equals(properties.getConsumerQueue())) {
					earlier += count.longValue();
				}
			}
		}
		long redelivered = Boolean.TRUE.equals(properties.isRedelivered()) ? 1 : 0;
		if (properties.getHeaders().get(DELIVERY_COUNT) instanceof Number count) {
			redelivered = Math.max(redelivered, count.longValue());
		}
		return (int) Math.max(0, Math.min(earlier + redelivered, Integer.MAX_VALUE));
	}

	private long sentMillis() {
		if (properties().getHeaders().get(TIMESTAMP_MILLIS) instanceof Number millis) {
			return millis.longValue();
		}
		@Nullable Date timestamp = properties().getTimestamp();
		return (timestamp != null) ? timestamp.getTime() : -1;
	}

	private MessageProperties properties() {
		return this.message.getMessageProperties();
	}

}
