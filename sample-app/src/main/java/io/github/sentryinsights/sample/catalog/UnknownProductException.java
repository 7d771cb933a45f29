package io.github.sentryinsights.sample.catalog;

/**
 * Thrown when a product is asked for that the shop does not sell.
 */
public class UnknownProductException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param id the identity that was asked for
	 */
	public UnknownProductException(long id) {
		super("There is no product " + id);
	}

}
