/**
 * Wires Sentry Insights into a Spring Boot application.
 */
@NullMarked
package io.github.sentryinsights;

import org.jspecify.annotations.NullMarked;
