package io.github.sentryinsights.redismessaging;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;

import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;

/**
 * Reports each request of a gateway, until its reply is there or no longer waited for.
 * Safe for use by several threads.
 */
final class PublishingAdvice implements MethodInterceptor {

	private final OperationSource source;

	private final boolean carriesTrace;

	/**
	 * Create advice around the handler of requests.
	 * @param source starts the operations
	 * @param carriesTrace whether requests are sent with their headers, which may carry
	 * the trace
	 */
	PublishingAdvice(OperationSource source, boolean carriesTrace) {
		this.source = source;
		this.carriesTrace = carriesTrace;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		@Nullable Object[] arguments = invocation.getArguments();
		if (arguments.length != 1 || !(arguments[0] instanceof Message<?> request)) {
			return invocation.proceed();
		}
		Operation operation = this.source.startCurrent();
		if (operation.isNoop() && !this.carriesTrace) {
			return invocation.proceed();
		}
		return operation.around(() -> {
			if (operation.isRecording()) {
				operation.attributes(
						attributes -> attributes.set(QueueConvention.MESSAGE_ID, QueueConvention.newMessageId()));
			}
			if (this.carriesTrace) {
				arguments[0] = WholeMessages.withTrace(request, this.source, operation);
			}
			return invocation.proceed();
		});
	}

}
