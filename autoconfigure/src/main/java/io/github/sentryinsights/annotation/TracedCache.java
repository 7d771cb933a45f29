package io.github.sentryinsights.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Reports each call of a method, or of all public methods of a type, as an access on
 * Sentry's Caches page, for caches that nobody instruments.
 * <p>
 * A read that returns {@code null}, an empty {@link java.util.Optional} or an empty
 * collection or map is a miss, and a write that does not fail has written. What
 * {@code false} says is {@linkplain #falseIsMiss() a choice}.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface TracedCache {

	/**
	 * Low-cardinality name of the cache, {@code Type} by default.
	 * @return the name of the cache
	 */
	String cache() default "";

	/**
	 * SpEL expression for the key, such as {@code #id}; the first argument by default, or
	 * the name of its type when that is more than a simple value. Shown as
	 * {@code sentry.insights.cache.keys} says.
	 * @return the expression
	 */
	String key() default "";

	/**
	 * SpEL expression for the value that a write stores, such as {@code #json}; the
	 * second argument by default. Only its size is told, and that only of bytes and text.
	 * @return the expression
	 */
	String item() default "";

	/**
	 * Time to live of what a write stores: a duration such as {@code 5m}, in seconds
	 * without a unit, or a SpEL expression that returns a {@link java.time.Duration} or a
	 * number of seconds, such as {@code #timeout}.
	 * @return the time, left out by default
	 */
	String timeToLive() default "";

	/**
	 * Whether a read that returns {@code false} is a miss, as one does that asks whether
	 * an entry is there, and a write that returns it has written nothing, as one does
	 * that stores only what is absent.
	 * @return whether {@code false} says that nothing was found or written
	 */
	boolean falseIsMiss() default false;

	/**
	 * What the method does to the cache.
	 * @return the access
	 */
	Access access() default Access.GET;

	/**
	 * What a method does to a cache.
	 */
	enum Access {

		/** Reads an entry. */
		GET,

		/** Writes an entry. */
		PUT,

		/** Removes an entry. */
		REMOVE,

		/** Removes all entries. */
		FLUSH

	}

}
