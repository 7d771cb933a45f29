/**
 * Instruments the commands that Spring Data Redis sends through Lettuce.
 */
@NullMarked
package io.github.sentryinsights.redis;

import org.jspecify.annotations.NullMarked;
