package io.github.sentryinsights.kafka;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.adapter.DelegatingInvocableHandler;
import org.springframework.kafka.listener.adapter.HandlerAdapter;
import org.springframework.kafka.listener.adapter.InvocationResult;
import org.springframework.messaging.Message;
import org.springframework.util.ClassUtils;

/**
 * Calls the method of a listener, and lets the delivery last until what it returns is
 * done: the container tells no interceptor about that. All else is left to the handler of
 * the container.
 */
final class TracingHandler extends HandlerAdapter {

	private static final boolean REACTIVE = ClassUtils.isPresent("reactor.core.publisher.Mono",
			TracingHandler.class.getClassLoader());

	private final HandlerAdapter delegate;

	private final Deliveries deliveries;

	TracingHandler(HandlerAdapter delegate, Deliveries deliveries) {
		super(new DelegatingInvocableHandler(List.of(), null, delegate.getBean(), null, null, null, null));
		this.delegate = delegate;
		this.deliveries = deliveries;
	}

	@Override
	public @Nullable Object invoke(Message<?> message, @Nullable Object... providedArgs) throws Exception {
		Object result = this.delegate.invoke(message, providedArgs);
		Delivery delivery = this.deliveries.current();
		return (result != null && delivery != null) ? followed(result, delivery) : result;
	}

	private Object followed(Object result, Delivery delivery) {
		try {
			return follow(result, delivery);
		}
		catch (RuntimeException | LinkageError ex) {
			this.deliveries.handle(ex);
			return result;
		}
	}

	private static Object follow(Object result, Delivery delivery) {
		if (result instanceof InvocationResult invocation) {
			Object value = invocation.result();
			return (value != null)
					? new InvocationResult(follow(value, delivery), invocation.sendTo(), invocation.messageReturnType())
					: result;
		}
		if (result instanceof CompletableFuture<?> future) {
			return delivery.follow(future);
		}
		return REACTIVE ? MonoResult.follow(result, delivery) : result;
	}

	@Override
	public boolean isAsyncReplies() {
		return this.delegate.isAsyncReplies();
	}

	@Override
	public String getMethodAsString(Object payload) {
		return this.delegate.getMethodAsString(payload);
	}

	@Override
	public Object getBean() {
		return this.delegate.getBean();
	}

	@Override
	public @Nullable InvocationResult getInvocationResultFor(Object result, @Nullable Object inboundPayload) {
		return this.delegate.getInvocationResultFor(result, inboundPayload);
	}

}
