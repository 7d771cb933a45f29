package io.github.sentryinsights.annotation;

import java.lang.reflect.Method;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.ClassUtils;

/**
 * A SpEL expression over the arguments of a method.
 */
final class ArgumentExpression {

	private final ParameterNameDiscoverer parameterNames = new DefaultParameterNameDiscoverer();

	private final Method method;

	private final @Nullable Expression expression;

	private ArgumentExpression(Method method, @Nullable Expression expression) {
		this.method = method;
		this.expression = expression;
	}

	/**
	 * Return the expression of an annotation.
	 * @param expression the text, which may be empty
	 * @param method the annotated method
	 * @return the expression
	 * @throws IllegalStateException if the text is not an expression
	 */
	static ArgumentExpression of(String expression, Method method) {
		try {
			return new ArgumentExpression(method,
					expression.isEmpty() ? null : new SpelExpressionParser().parseExpression(expression));
		}
		catch (ParseException ex) {
			throw new IllegalStateException("'%s' on %s is not a SpEL expression over its arguments: %s"
				.formatted(expression, method, ex.getSimpleMessage()), ex);
		}
	}

	/**
	 * Return whether there is an expression.
	 * @return whether the annotation has one
	 */
	boolean isPresent() {
		return this.expression != null;
	}

	@Nullable Object value(MethodInvocation invocation) {
		Expression expression = this.expression;
		if (expression == null) {
			return null;
		}
		Object target = invocation.getThis();
		return expression.getValue(new MethodBasedEvaluationContext((target != null) ? target : new Object(),
				this.method, invocation.getArguments(), this.parameterNames));
	}

	/**
	 * Return the value or, without an expression, one of the arguments.
	 * @param invocation the call
	 * @param index the index of the argument
	 * @return the value, {@code null} also when there are fewer arguments
	 */
	@Nullable Object valueOrArgument(MethodInvocation invocation, int index) {
		if (this.expression != null) {
			return value(invocation);
		}
		Object[] arguments = invocation.getArguments();
		return (index < arguments.length) ? arguments[index] : null;
	}

	/**
	 * Return the value or, without an expression, the first argument: that of a simple
	 * type as it is, of any other only its type, as its text may tell all it holds.
	 * @param invocation the call
	 * @return the value
	 */
	@Nullable Object valueOrFirstArgument(MethodInvocation invocation) {
		if (this.expression != null) {
			return value(invocation);
		}
		Object[] arguments = invocation.getArguments();
		Object first = (arguments.length != 0) ? arguments[0] : "";
		return (first == null || BeanUtils.isSimpleValueType(first.getClass())) ? first
				: ClassUtils.getUserClass(first);
	}

}
