/**
 * Keeps work on other threads within the trace of its caller.
 */
@NullMarked
package io.github.sentryinsights.async;

import org.jspecify.annotations.NullMarked;
