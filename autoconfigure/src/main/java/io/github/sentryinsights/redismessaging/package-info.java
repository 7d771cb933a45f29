/**
 * Reports the messages of Redis: the records of streams, what is published to channels,
 * and the elements of lists that Spring Integration uses as queues.
 */
@NullMarked
package io.github.sentryinsights.redismessaging;

import org.jspecify.annotations.NullMarked;
