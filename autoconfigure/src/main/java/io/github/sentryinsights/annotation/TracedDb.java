package io.github.sentryinsights.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Reports each call of a method, or of all public methods of a type, as a statement on
 * Sentry's Queries page, for databases that nobody instruments.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface TracedDb {

	/**
	 * Product, in lower case, such as {@code postgresql}.
	 * @return the product
	 */
	String system();

	/**
	 * Name of the database.
	 * @return the name, left out by default
	 */
	String database() default "";

	/**
	 * SQL statement, whose literals never leave the process.
	 * @return the statement, {@code Type.method} by default
	 */
	String query() default "";

}
