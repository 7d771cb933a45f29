package io.github.sentryinsights.sample.order;

import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

import io.github.sentryinsights.sample.receipt.ReceiptQueue;

/**
 * Fulfils the orders that were placed.
 */
@Component
class OrderFulfilment {

	private final Orders orders;

	private final ReceiptQueue receipts;

	OrderFulfilment(Orders orders, ReceiptQueue receipts) {
		this.orders = orders;
		this.receipts = receipts;
	}

	@KafkaListener(topics = OrderMessaging.TOPIC)
	void fulfil(OrderPlaced message) {
		this.orders.fulfil(message.orderId());
		this.receipts.add(message.orderId());
	}

}
