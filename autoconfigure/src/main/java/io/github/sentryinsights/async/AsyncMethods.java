package io.github.sentryinsights.async;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Function;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.convention.FunctionConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.OperationSource.Handover;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports the runs of the asynchronous methods of one bean.
 * <p>
 * A method that returns a future is one that its caller can wait for. What one without a
 * result does comes to light after the transaction of its caller, as often as not.
 */
final class AsyncMethods {

	private static final String CONTEXT = AsyncMethods.class.getName() + ".context";

	private final Operations operations;

	private final Map<Method, AsyncMethod> methods = new ConcurrentHashMap<>();

	AsyncMethods(Operations operations) {
		this.operations = operations;
	}

	/**
	 * Return the advice for the thread of the caller.
	 * @return what hands over the trace
	 */
	Caller caller() {
		return new Caller();
	}

	/**
	 * Return the advice for the thread that runs the method.
	 * @return what reports the run
	 */
	MethodInterceptor run() {
		return invocation -> run((ProxyMethodInvocation) invocation);
	}

	@SuppressWarnings("unchecked")
	private @Nullable Object run(ProxyMethodInvocation invocation) throws Throwable {
		Function<Object, @Nullable Object> context = (Function<Object, @Nullable Object>) invocation
			.getUserAttribute(CONTEXT);
		AsyncMethod method = method(invocation);
		Operation operation = method.source().startHandedOver(context, method.handover());
		if (operation.isNoop()) {
			return invocation.proceed();
		}
		return method.source().run(source -> operation, attributes -> {
		}, (ended, value) -> {
		}, invocation::proceed);
	}

	private AsyncMethod method(MethodInvocation invocation) {
		AsyncMethod method = this.methods.get(invocation.getMethod());
		if (method == null) {
			method = read(invocation);
			this.methods.put(invocation.getMethod(), method);
		}
		return method;
	}

	private AsyncMethod read(MethodInvocation invocation) {
		Object target = invocation.getThis();
		Class<?> type = (target != null) ? ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(target))
				: invocation.getMethod().getDeclaringClass();
		Method method = AopUtils.getMostSpecificMethod(invocation.getMethod(), type);
		String name = ClassUtils.getShortName(type) + "." + method.getName();
		return new AsyncMethod(
				this.operations.source(FunctionConvention.runs(FunctionConvention.Origin.ASYNC, name, type.getName(),
						method.getName())),
				Future.class.isAssignableFrom(method.getReturnType()) ? Handover.AWAITED : Handover.DETACHED);
	}

	private record AsyncMethod(OperationSource source, Handover handover) {
	}

	/**
	 * Hands over the trace of a caller with the invocation, which the thread of the run
	 * goes on with.
	 */
	final class Caller implements MethodInterceptor {

		@Override
		public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
			Function<Object, @Nullable Object> context = AsyncMethods.this.operations.handOver();
			if (context != null) {
				((ProxyMethodInvocation) invocation).setUserAttribute(CONTEXT, context);
			}
			return invocation.proceed();
		}

	}

}
