/**
 * Lets logs pass the same scrubber as what is sent to Sentry, on request.
 */
@NullMarked
package io.github.sentryinsights.logging;

import org.jspecify.annotations.NullMarked;
