package io.github.sentryinsights.sample.order;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when an order is stored but the broker did not take the message about it.
 */
public class FulfilmentUnavailableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	FulfilmentUnavailableException(long orderId, @Nullable Throwable cause) {
		super("Order " + orderId + " is stored, but could not be handed on for fulfilment", cause);
	}

}
