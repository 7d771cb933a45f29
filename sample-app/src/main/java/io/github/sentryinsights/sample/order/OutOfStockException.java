package io.github.sentryinsights.sample.order;

/**
 * Thrown when more pieces are ordered than there are.
 */
public class OutOfStockException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	OutOfStockException(long productId, int stock) {
		super("Only " + stock + " of product " + productId + " left");
	}

}
