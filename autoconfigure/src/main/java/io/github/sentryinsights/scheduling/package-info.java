/**
 * Reports the runs of scheduled methods.
 */
@NullMarked
package io.github.sentryinsights.scheduling;

import org.jspecify.annotations.NullMarked;
