package io.github.sentryinsights.sample.order;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;

/**
 * Tells the fulfilment about orders.
 */
@Component
class OrderPublisher {

	/**
	 * Longer than the producer's own delivery timeout, which says more about the cause.
	 */
	private static final Duration ACKNOWLEDGEMENT_TIMEOUT = Duration.ofSeconds(5);

	private final KafkaTemplate<String, OrderPlaced> kafka;

	OrderPublisher(KafkaTemplate<String, OrderPlaced> kafka) {
		this.kafka = kafka;
	}

	/**
	 * Send a message and wait until the broker has it.
	 * @param message the message
	 */
	void publish(OrderPlaced message) {
		long orderId = message.orderId();
		try {
			this.kafka.send(OrderMessaging.TOPIC, Long.toString(orderId), message)
				.get(ACKNOWLEDGEMENT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw new FulfilmentUnavailableException(orderId, ex.getCause());
		}
		catch (KafkaException | TimeoutException ex) {
			throw new FulfilmentUnavailableException(orderId, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new FulfilmentUnavailableException(orderId, ex);
		}
	}

}
