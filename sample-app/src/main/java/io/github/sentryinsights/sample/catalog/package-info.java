/**
 * What the shop sells.
 */
@NullMarked
package io.github.sentryinsights.sample.catalog;

import org.jspecify.annotations.NullMarked;
