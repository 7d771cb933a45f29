package io.github.sentryinsights.sample.order;

/**
 * Thrown when an order is asked for that was never placed.
 */
public class UnknownOrderException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnknownOrderException(long id) {
		super("There is no order " + id);
	}

}
