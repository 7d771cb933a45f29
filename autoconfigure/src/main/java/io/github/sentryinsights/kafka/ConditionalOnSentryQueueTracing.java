package io.github.sentryinsights.kafka;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;

/**
 * Matches when Sentry itself reports producers and listeners.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnClass(name = "io.sentry.kafka.SentryKafkaProducer")
@ConditionalOnBooleanProperty("sentry.enable-queue-tracing")
@interface ConditionalOnSentryQueueTracing {

}
