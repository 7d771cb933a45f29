/**
 * Reports the messages of Redis: the records of streams, and what is published to
 * channels.
 */
@NullMarked
package io.github.sentryinsights.redismessaging;

import org.jspecify.annotations.NullMarked;
