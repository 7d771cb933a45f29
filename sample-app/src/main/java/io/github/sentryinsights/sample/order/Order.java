package io.github.sentryinsights.sample.order;

import java.math.BigDecimal;

/**
 * An order as the customer may see it.
 *
 * @param id the identity
 * @param status how far it is
 * @param productId the product
 * @param quantity the number of pieces
 * @param price the price of one piece
 */
record Order(long id, Status status, long productId, int quantity, BigDecimal price) {

	/**
	 * How far an order is.
	 */
	enum Status {

		/** Paid and stored. */
		PLACED,

		/** On its way to the customer. */
		FULFILLED

	}

}
