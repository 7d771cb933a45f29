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
	 * SpEL expression for the identity of the message, such as {@code #message.id}. By
	 * default it is the one in the headers of the message, or else a random one.
	 * @return the expression
	 */
	String messageId() default "";

	/**
	 * SpEL expression for the headers of the message as a map, such as
	 * {@code #message.headers}.
	 * <p>
	 * A method that sends a message gets those headers added, before it runs, which let
	 * the receiver continue the trace and tell the latency; the map has to be modifiable
	 * and to take text. A method that handles a message continues the trace of its
	 * headers, whose values are text or bytes of text in UTF-8; without them a trace of
	 * its own begins.
	 * @return the expression
	 */
	String headers() default "";

	/**
	 * SpEL expression for the body of the message, such as {@code #message.payload}, of
	 * which nothing but the size is told: that of bytes, or of text in UTF-8.
	 * @return the expression
	 */
	String body() default "";

	/**
	 * SpEL expression for the number of earlier deliveries of a message that is handled,
	 * 0 on the first one.
	 * @return the expression
	 */
	String retries() default "";

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
