package io.github.sentryinsights.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Reports each call of a method, or of all public methods of a type, as a span that is
 * current while the method runs.
 * <p>
 * A method that returns a {@link java.util.concurrent.CompletionStage} or a Reactor type
 * is reported until its result is there; a stage reaches the caller as the very same
 * object, so whoever waits for it is woken a moment before the span ends. As with every
 * Spring annotation of this kind, a call from within the same object is not seen. An
 * annotation on the method wins over one on the type.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface Traced {

	/**
	 * Alias for {@link #name()}.
	 * @return the name of the span
	 */
	@AliasFor("name")
	String value() default "";

	/**
	 * Low-cardinality name of the span, {@code Type.method} by default.
	 * @return the name of the span
	 */
	@AliasFor("value")
	String name() default "";

	/**
	 * Operation of the span, such as {@code http.client}.
	 * @return the operation, {@code function} by default
	 */
	String operation() default "";

	/**
	 * Whether a call starts a transaction of its own when no span is current.
	 * @return whether to start a transaction
	 */
	boolean transaction() default false;

}
