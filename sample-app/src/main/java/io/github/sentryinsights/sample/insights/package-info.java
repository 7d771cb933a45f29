/**
 * What Sentry's Insights pages would show of the envelopes the shop sends.
 */
@NullMarked
package io.github.sentryinsights.sample.insights;

import org.jspecify.annotations.NullMarked;
