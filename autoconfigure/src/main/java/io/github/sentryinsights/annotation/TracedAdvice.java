package io.github.sentryinsights.annotation;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.operation.Operation;

/**
 * The one advice behind all annotations.
 */
final class TracedAdvice implements MethodInterceptor {

	private final TracedMethods methods;

	TracedAdvice(TracedMethods methods) {
		this.methods = methods;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		TracedMethod method = (target != null) ? this.methods.get(invocation.getMethod(), target) : null;
		if (method == null) {
			return invocation.proceed();
		}
		if (method.reactive()) {
			Object publisher = invocation.proceed();
			return (publisher != null) ? observe(method, invocation, publisher) : null;
		}
		Operation operation = method.start(invocation);
		if (operation.isNoop()) {
			return invocation.proceed();
		}
		return method.source()
			.run(started -> operation, attributes -> method.description().describe(attributes, invocation),
					method.completion(), invocation::proceed);
	}

	private Object observe(TracedMethod method, MethodInvocation invocation, Object publisher) {
		return this.methods.publishers().instrument(publisher, context -> {
			Operation operation = method.startWithin(invocation, context);
			operation.attributes(attributes -> method.description().describe(attributes, invocation));
			return operation;
		}, method.completion());
	}

}
