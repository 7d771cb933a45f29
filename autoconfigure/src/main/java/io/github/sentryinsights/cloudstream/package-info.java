/**
 * Has what the binders of Spring Cloud Stream make by hand instrumented like beans.
 */
@NullMarked
package io.github.sentryinsights.cloudstream;

import org.jspecify.annotations.NullMarked;
