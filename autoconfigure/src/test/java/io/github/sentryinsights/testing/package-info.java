/**
 * Receives what the Sentry SDK really sends.
 */
@NullMarked
package io.github.sentryinsights.testing;

import org.jspecify.annotations.NullMarked;
