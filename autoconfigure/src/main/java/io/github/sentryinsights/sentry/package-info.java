/**
 * Records operations as spans of the Sentry SDK.
 */
@NullMarked
package io.github.sentryinsights.sentry;

import org.jspecify.annotations.NullMarked;
