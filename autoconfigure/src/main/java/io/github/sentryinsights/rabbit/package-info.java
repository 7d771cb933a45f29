/**
 * Instruments the publishers and the listeners of Spring AMQP over RabbitMQ's client.
 */
@NullMarked
package io.github.sentryinsights.rabbit;

import org.jspecify.annotations.NullMarked;
