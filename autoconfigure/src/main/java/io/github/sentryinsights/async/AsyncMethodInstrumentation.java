package io.github.sentryinsights.async;

import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;

/**
 * Adds to Spring's advice of asynchronous methods what keeps their runs within the trace
 * of the caller: advice before it, on the thread of the caller, and advice behind it, on
 * the thread of the run. Whatever executor there is stays as it is, and no bean becomes a
 * proxy that is not one already.
 */
final class AsyncMethodInstrumentation extends BeanInstrumentation<Advised> {

	AsyncMethodInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(AsyncAutoConfiguration.TECHNOLOGY, Advised.class, context);
	}

	/**
	 * After Spring has made the proxies.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getAsync();
	}

	@Override
	protected Object instrument(Advised proxy, String beanName, InstrumentationContext context) {
		Advisor[] advisors = proxy.getAdvisors();
		for (int i = 0; i < advisors.length; i++) {
			if (advisors[i].getAdvice() instanceof AsyncExecutionInterceptor
					&& advisors[i] instanceof PointcutAdvisor asynchronous) {
				if (proxy.isFrozen()) {
					context.beans().leftAlone(AsyncAutoConfiguration.TECHNOLOGY, beanName, "a frozen proxy");
				}
				else if (i == 0 || !(advisors[i - 1].getAdvice() instanceof AsyncMethods.Caller)) {
					AsyncMethods methods = new AsyncMethods(context.operations());
					proxy.addAdvisor(i + 1, advisor(asynchronous.getPointcut(), methods.run()));
					proxy.addAdvisor(i, advisor(asynchronous.getPointcut(), methods.caller()));
					context.beans().instrumented(AsyncAutoConfiguration.TECHNOLOGY, beanName);
				}
				return proxy;
			}
		}
		return proxy;
	}

	private static Advisor advisor(Pointcut pointcut, MethodInterceptor advice) {
		return new DefaultPointcutAdvisor(pointcut, advice);
	}

}
