package io.github.sentryinsights.websocket;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.AsyncHandlerMethodReturnValueHandler;

/**
 * Has messages last until the results that their methods have promised are there.
 *
 * @param delegate makes a future of what a method returns
 * @param messages the messages
 */
record FollowedResults(AsyncHandlerMethodReturnValueHandler delegate,
		HandledMessages messages) implements AsyncHandlerMethodReturnValueHandler {

	@Override
	public boolean supportsReturnType(MethodParameter returnType) {
		return this.delegate.supportsReturnType(returnType);
	}

	@Override
	public void handleReturnValue(@Nullable Object returnValue, MethodParameter returnType, Message<?> message)
			throws Exception {
		this.delegate.handleReturnValue(returnValue, returnType, message);
	}

	@Override
	public boolean isAsyncReturnValue(Object returnValue, MethodParameter returnType) {
		return this.delegate.isAsyncReturnValue(returnValue, returnType);
	}

	@Override
	public @Nullable CompletableFuture<?> toCompletableFuture(Object returnValue, MethodParameter returnType) {
		CompletableFuture<?> future = this.delegate.toCompletableFuture(returnValue, returnType);
		return (future != null) ? this.messages.follow(future) : null;
	}

}
