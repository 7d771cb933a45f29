package io.github.sentryinsights.rabbit;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Names the places that messages go to and come from, with few names.
 * <p>
 * A message that is published to an exchange goes to that exchange, whatever its routing
 * key, which may tell customers apart; one that is published to a queue through the
 * default exchange goes to the queue. Queues with generated names share one.
 */
final class RabbitDestination {

	private static final String DEFAULT_EXCHANGE = "(AMQP default)";

	private static final String REPLIES = "amq.rabbitmq.reply-to";

	private static final String ANONYMOUS = ".anonymous.";

	private static final int UUID_LENGTH = 36;

	private static final Pattern UUID = Pattern
		.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

	private RabbitDestination() {
	}

	/**
	 * Return the name of what a message is published to.
	 * @param exchange the exchange, empty for the default one
	 * @param routingKey the routing key
	 * @return the exchange, or the queue behind the default exchange
	 */
	static String published(@Nullable String exchange, @Nullable String routingKey) {
		return (exchange == null || exchange.isEmpty()) ? queue(routingKey) : exchange;
	}

	/**
	 * Return the name of a queue without what is generated of it.
	 * @param queue the queue
	 * @return the name
	 */
	static String queue(@Nullable String queue) {
		if (queue == null || queue.isEmpty()) {
			return DEFAULT_EXCHANGE;
		}
		if (queue.startsWith(REPLIES)) {
			return REPLIES;
		}
		if (queue.startsWith("amq.gen-")) {
			return "amq.gen";
		}
		if (queue.startsWith("spring.gen-")) {
			return "spring.gen";
		}
		int anonymous = queue.indexOf(ANONYMOUS);
		if (anonymous != -1) {
			return queue.substring(0, anonymous + ANONYMOUS.length() - 1);
		}
		return (queue.length() >= UUID_LENGTH && queue.indexOf('-') != -1) ? UUID.matcher(queue).replaceAll("{id}")
				: queue;
	}

}
