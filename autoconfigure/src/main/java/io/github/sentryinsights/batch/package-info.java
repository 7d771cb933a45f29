/**
 * Reports the jobs and steps of Spring Batch.
 */
@NullMarked
package io.github.sentryinsights.batch;

import org.jspecify.annotations.NullMarked;
