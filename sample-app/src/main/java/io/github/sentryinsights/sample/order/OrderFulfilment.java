package io.github.sentryinsights.sample.order;

import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

/**
 * Fulfils the orders that were placed.
 */
@Component
class OrderFulfilment {

	private final Orders orders;

	OrderFulfilment(Orders orders) {
		this.orders = orders;
	}

	@KafkaListener(topics = OrderMessaging.TOPIC)
	void fulfil(OrderPlaced message) {
		this.orders.fulfil(message.orderId());
	}

}
