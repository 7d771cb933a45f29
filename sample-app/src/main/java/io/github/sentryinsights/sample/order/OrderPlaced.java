package io.github.sentryinsights.sample.order;

/**
 * The message that an order waits for its fulfilment.
 *
 * @param orderId the order
 * @param product the name of the product, as the packing list shows it
 * @param quantity the number of pieces
 */
record OrderPlaced(long orderId, String product, int quantity) {
}
