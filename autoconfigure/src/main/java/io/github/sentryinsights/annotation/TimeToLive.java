package io.github.sentryinsights.annotation;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

/**
 * How long what a method writes lives.
 *
 * @param fixed the time, if it is the same for all calls
 * @param expression finds the time of one call
 */
record TimeToLive(@Nullable Duration fixed, ArgumentExpression expression) {

	/**
	 * Return the time to live of an annotation.
	 * @param text a duration, an expression, or nothing
	 * @param method the annotated method
	 * @return the time to live
	 * @throws IllegalStateException if the text is neither
	 */
	static TimeToLive of(String text, Method method) {
		Duration fixed = fixed(text);
		return new TimeToLive(fixed, ArgumentExpression.of((fixed != null) ? "" : text, method));
	}

	private static @Nullable Duration fixed(String text) {
		try {
			return DurationStyle.detect(text).parse(text, ChronoUnit.SECONDS);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	@Nullable Duration of(MethodInvocation invocation) {
		if (this.fixed != null) {
			return this.fixed;
		}
		Object value = this.expression.value(invocation);
		if (value instanceof Duration duration) {
			return duration;
		}
		return (value instanceof Number seconds) ? Duration.ofSeconds(seconds.longValue()) : null;
	}

}
