package io.github.sentryinsights.websocket;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;

import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.messaging.handler.MessagingAdviceBean;
import org.springframework.messaging.handler.annotation.support.AnnotationExceptionHandlerMethodResolver;
import org.springframework.messaging.handler.invocation.AbstractExceptionHandlerMethodResolver;
import org.springframework.messaging.handler.invocation.AbstractMethodMessageHandler;
import org.springframework.messaging.handler.invocation.AsyncHandlerMethodReturnValueHandler;
import org.springframework.messaging.handler.invocation.HandlerMethodReturnValueHandler;
import org.springframework.messaging.simp.annotation.support.SimpAnnotationMethodMessageHandler;
import org.springframework.messaging.support.AbstractMessageChannel;
import org.springframework.util.ReflectionUtils;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;

/**
 * Has the channel that a handler of annotated methods is subscribed to report what the
 * handler does.
 * <p>
 * A handler logs what no method for exceptions handles, and tells its channel nothing. It
 * asks advice first, so there is some that never applies, behind all of the user's. Its
 * channel is read from its field, as there is no getter, and advice is added by a method
 * that is protected, as the public way is by annotated beans alone.
 */
final class MessageHandlerInstrumentation extends BeanInstrumentation<SimpAnnotationMethodMessageHandler> {

	private static final String TECHNOLOGY = "websocket";

	private static final Method REGISTER = Objects
		.requireNonNull(ReflectionUtils.findMethod(AbstractMethodMessageHandler.class, "registerExceptionHandlerAdvice",
				MessagingAdviceBean.class, AbstractExceptionHandlerMethodResolver.class));

	MessageHandlerInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(TECHNOLOGY, SimpAnnotationMethodMessageHandler.class, context);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getWebsocket();
	}

	@Override
	protected Object instrument(SimpAnnotationMethodMessageHandler handler, String beanName,
			InstrumentationContext context) {
		Object channel = PropertyAccessorFactory.forDirectFieldAccess(handler).getPropertyValue("clientInboundChannel");
		if (channel instanceof AbstractMessageChannel inbound) {
			HandledMessages messages = new HandledMessages(handler, context.operations());
			ReflectionUtils.makeAccessible(REGISTER);
			ReflectionUtils.invokeMethod(REGISTER, handler, messages.advice(),
					new AnnotationExceptionHandlerMethodResolver(Object.class));
			follow(handler, messages);
			inbound.addInterceptor(messages);
			context.beans().instrumented(TECHNOLOGY, beanName);
		}
		else {
			context.beans().leftAlone(TECHNOLOGY, beanName, "a channel without interceptors");
		}
		return handler;
	}

	/**
	 * The setter adds to the handlers that are there, unless it is given none at all.
	 */
	private static void follow(SimpAnnotationMethodMessageHandler handler, HandledMessages messages) {
		List<HandlerMethodReturnValueHandler> followed = handler.getReturnValueHandlers()
			.stream()
			.map(results -> following(results, messages))
			.toList();
		handler.setReturnValueHandlers(null);
		handler.setReturnValueHandlers(followed);
	}

	private static HandlerMethodReturnValueHandler following(HandlerMethodReturnValueHandler results,
			HandledMessages messages) {
		return (results instanceof AsyncHandlerMethodReturnValueHandler async) ? new FollowedResults(async, messages)
				: results;
	}

}
