/**
 * Instruments the producers and the record listeners of Spring Kafka.
 */
@NullMarked
package io.github.sentryinsights.kafka;

import org.jspecify.annotations.NullMarked;
