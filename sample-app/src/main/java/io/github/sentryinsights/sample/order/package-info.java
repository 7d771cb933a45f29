/**
 * What the shop's customers buy, and its fulfilment.
 */
@NullMarked
package io.github.sentryinsights.sample.order;

import org.jspecify.annotations.NullMarked;
