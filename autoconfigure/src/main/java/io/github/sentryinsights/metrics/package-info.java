/**
 * Counts and times operations with Micrometer, recorded or not.
 */
@NullMarked
package io.github.sentryinsights.metrics;

import org.jspecify.annotations.NullMarked;
