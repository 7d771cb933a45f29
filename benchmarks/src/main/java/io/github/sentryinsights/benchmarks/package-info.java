/**
 * Measures what an operation costs with this library, without it and with what users
 * would pick instead.
 */
@NullMarked
package io.github.sentryinsights.benchmarks;

import org.jspecify.annotations.NullMarked;
