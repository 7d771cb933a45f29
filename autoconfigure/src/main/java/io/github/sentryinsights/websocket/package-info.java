/**
 * Reports the messages that clients send over WebSockets.
 */
@NullMarked
package io.github.sentryinsights.websocket;

import org.jspecify.annotations.NullMarked;
