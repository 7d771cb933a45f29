/**
 * Annotations that report the calls of methods, and the one advice behind them.
 */
@NullMarked
package io.github.sentryinsights.annotation;

import org.jspecify.annotations.NullMarked;
