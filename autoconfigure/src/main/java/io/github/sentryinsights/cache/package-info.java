/**
 * Reports accesses to the caches of Spring's cache abstraction.
 */
@NullMarked
package io.github.sentryinsights.cache;

import org.jspecify.annotations.NullMarked;
