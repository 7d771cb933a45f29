package io.github.sentryinsights.sample.catalog;

import java.math.BigDecimal;

/**
 * A product and what is left of it.
 *
 * @param id the identity
 * @param name the name
 * @param price the price of one piece
 * @param stock the number of pieces that can be sold
 */
public record Product(long id, String name, BigDecimal price, int stock) {
}
