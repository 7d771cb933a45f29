package io.github.sentryinsights.sample.order;

import java.math.BigDecimal;

import org.springframework.stereotype.Service;

import io.github.sentryinsights.annotation.Traced;
import io.github.sentryinsights.sample.catalog.Catalog;
import io.github.sentryinsights.sample.catalog.Product;

/**
 * Takes orders from customers.
 */
@Service
class OrderService {

	private final Catalog catalog;

	private final Orders orders;

	private final OrderPublisher publisher;

	OrderService(Catalog catalog, Orders orders, OrderPublisher publisher) {
		this.catalog = catalog;
		this.orders = orders;
		this.publisher = publisher;
	}

	/**
	 * Store an order and hand it on for fulfilment.
	 * @param productId the product
	 * @param quantity the number of pieces
	 * @param email where to send the receipt
	 * @return the receipt, once the broker has taken the message
	 */
	@Traced
	public Receipt place(long productId, int quantity, String email) {
		rejectWhatTheCatalogCannotServe(productId, quantity);
		long orderId = this.orders.place(productId, quantity, email);
		this.catalog.forget(productId);
		this.publisher.publish(new OrderPlaced(orderId, this.catalog.product(productId).name(), quantity));
		return receipt(orderId, productId, quantity);
	}

	/**
	 * Spare the database a lock for orders that have no chance.
	 */
	private void rejectWhatTheCatalogCannotServe(long productId, int quantity) {
		Product product = this.catalog.product(productId);
		if (product.stock() < quantity) {
			throw new OutOfStockException(productId, product.stock());
		}
	}

	private Receipt receipt(long orderId, long productId, int quantity) {
		Product product = this.catalog.product(productId);
		BigDecimal total = product.price().multiply(BigDecimal.valueOf(quantity));
		return new Receipt(orderId, product.name(), quantity, total, product.stock());
	}

}
