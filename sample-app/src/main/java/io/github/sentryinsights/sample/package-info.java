/**
 * A small shop whose queries, caches and queues stand on Sentry's Insights pages.
 */
@NullMarked
package io.github.sentryinsights.sample;

import org.jspecify.annotations.NullMarked;
