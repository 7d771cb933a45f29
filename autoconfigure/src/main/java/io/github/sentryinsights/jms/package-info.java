/**
 * Instruments the connection factories of JMS and the listener containers of Spring.
 */
@NullMarked
package io.github.sentryinsights.jms;

import org.jspecify.annotations.NullMarked;
