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
 * collection or map is a miss, and so is {@code false} when asked to.
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
	 * Whether a read that returns {@code false} is a miss, as one does that asks whether
	 * an entry is there.
	 * @return whether {@code false} says that nothing was found
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
