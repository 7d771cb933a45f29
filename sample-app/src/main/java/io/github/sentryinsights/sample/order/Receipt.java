package io.github.sentryinsights.sample.order;

import java.math.BigDecimal;

/**
 * What a customer gets for an order.
 *
 * @param orderId the order
 * @param product the name of the product
 * @param quantity the number of pieces
 * @param total the price of all pieces
 * @param remaining the number of pieces that are left for others
 */
record Receipt(long orderId, String product, int quantity, BigDecimal total, int remaining) {
}
