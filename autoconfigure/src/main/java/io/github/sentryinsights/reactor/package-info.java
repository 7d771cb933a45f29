/**
 * Observes Reactor types from subscription to end.
 */
@NullMarked
package io.github.sentryinsights.reactor;

import org.jspecify.annotations.NullMarked;
