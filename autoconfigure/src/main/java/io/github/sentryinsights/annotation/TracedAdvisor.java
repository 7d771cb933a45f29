package io.github.sentryinsights.annotation;

import java.lang.reflect.Method;

import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.Ordered;

/**
 * Applies the advice to annotated methods, outside the advice of transactions and caches
 * so that the span covers them.
 */
final class TracedAdvisor extends StaticMethodMatcherPointcutAdvisor {

	private static final long serialVersionUID = 1L;

	TracedAdvisor(TracedAdvice advice) {
		super(advice);
		setClassFilter(TracedMethods::isCandidate);
		setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return TracedMethods.isTraced(method, targetClass);
	}

}
