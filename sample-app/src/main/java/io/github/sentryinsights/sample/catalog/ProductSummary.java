package io.github.sentryinsights.sample.catalog;

import java.math.BigDecimal;

/**
 * What the list of products shows.
 *
 * @param id the identity
 * @param name the name
 * @param price the price of one piece
 */
public record ProductSummary(long id, String name, BigDecimal price) {
}
