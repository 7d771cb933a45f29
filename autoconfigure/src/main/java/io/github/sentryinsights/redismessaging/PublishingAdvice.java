package io.github.sentryinsights.redismessaging;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;

import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Reports each request of a gateway, until its reply is there or no longer waited for.
 * Safe for use by several threads.
 */
final class PublishingAdvice implements MethodInterceptor {

	private final OperationSource source;

	private final Operations operations;

	private final boolean carriesTrace;

	/**
	 * Create advice around the handler of requests.
	 * @param source starts the operations
	 * @param operations tells whether anything is kept of them
	 * @param carriesTrace whether requests are sent with their headers, which may carry
	 * the trace
	 */
	PublishingAdvice(OperationSource source, Operations operations, boolean carriesTrace) {
		this.source = source;
		this.operations = operations;
		this.carriesTrace = carriesTrace;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		@Nullable Object[] arguments = invocation.getArguments();
		if (arguments.length != 1 || !(arguments[0] instanceof Message<?> request)) {
			return invocation.proceed();
		}
		Operation operation = this.source.startCurrent();
		boolean carriesTrace = this.carriesTrace && this.operations.isEnabled();
		if (operation.isNoop() && !carriesTrace) {
			return invocation.proceed();
		}
		return operation.around(() -> {
			if (operation.isRecording()) {
				operation.attributes(
						attributes -> attributes.set(QueueConvention.MESSAGE_ID, QueueConvention.newMessageId()));
			}
			if (carriesTrace) {
				arguments[0] = withTrace(request, operation);
			}
			return invocation.proceed();
		});
	}

	private Message<?> withTrace(Message<?> request, Operation operation) {
		try {
			return WholeMessages.withTrace(request, this.source, operation);
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
			return request;
		}
	}

}
