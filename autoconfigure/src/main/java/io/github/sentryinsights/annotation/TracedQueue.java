package io.github.sentryinsights.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Reports each call of a method, or of all public methods of a type, as a message on
 * Sentry's Queues page, for brokers that nobody instruments.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface TracedQueue {

	/**
	 * Product, in lower case, such as {@code rabbitmq}.
	 * @return the product
	 */
	String system();

	/**
	 * Low-cardinality name of the queue or the topic.
	 * @return the name
	 */
	String destination();

	/**
	 * What the method does with the message.
	 * @return the role
	 */
	Role role();

	/**
	 * SpEL expression for the identity of the message, such as {@code #message.id}; a
	 * random one by default.
	 * @return the expression
	 */
	String messageId() default "";

	/**
	 * SpEL expression for the headers of a message that is processed, as a map of
	 * strings, such as {@code #message.headers}; without it a trace of its own begins.
	 * @return the expression
	 */
	String headers() default "";

	/**
	 * What a method does with a message.
	 */
	enum Role {

		/** Hands the message to the broker, below the current span. */
		PUBLISH,

		/** Handles the message, in a transaction of its own. */
		PROCESS

	}

}
