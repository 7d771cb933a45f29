/**
 * What may leave the process: secrets and personal data are taken out of everything the
 * Sentry SDK is about to send.
 */
@NullMarked
package io.github.sentryinsights.scrub;

import org.jspecify.annotations.NullMarked;
