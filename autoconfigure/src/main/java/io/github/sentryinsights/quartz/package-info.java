/**
 * Reports the runs of Quartz jobs.
 */
@NullMarked
package io.github.sentryinsights.quartz;

import org.jspecify.annotations.NullMarked;
