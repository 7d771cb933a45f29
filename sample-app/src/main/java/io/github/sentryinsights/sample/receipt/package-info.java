/**
 * Receipts that customers get once their orders are fulfilled.
 */
@NullMarked
package io.github.sentryinsights.sample.receipt;

import org.jspecify.annotations.NullMarked;
