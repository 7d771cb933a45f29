package io.github.sentryinsights.jms;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Follows what a connection factory hands out down to the producers, and reports each
 * message they send.
 * <p>
 * Proxies, as a provider implements more interfaces than one may know. A producer that
 * sends by way of another one, as that of a pool does, is reported once.
 */
final class SentMessages {

	private static final List<Class<?>> FOLLOWED = List.of(Connection.class, Session.class, JMSContext.class,
			MessageProducer.class, JMSProducer.class);

	private static final BiConsumer<Attributes, Object> BODY = (attributes, message) -> QueueConvention.body(attributes,
			JmsText.body(message));

	private final Operations operations;

	private final Operations.Sources<String> destinations;

	/** The message that this thread is sending, or its body. */
	private final ThreadLocal<@Nullable Object> sending = new ThreadLocal<>();

	SentMessages(Operations operations) {
		this.operations = operations;
		this.destinations = operations.sources();
	}

	static boolean isFollowed(Class<?> type) {
		for (Class<?> followed : FOLLOWED) {
			if (followed.isAssignableFrom(type)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return what reports the messages that are sent through an object.
	 * @param object a connection, a session, a context or a producer; all else is
	 * returned as it is
	 * @return a proxy with the same interfaces
	 */
	@Nullable Object follow(@Nullable Object object) {
		if (object == null || !isFollowed(object.getClass())) {
			return object;
		}
		Class<?>[] interfaces = Stream.of(ClassUtils.getAllInterfaces(object))
			.filter(type -> Modifier.isPublic(type.getModifiers()))
			.toArray(Class<?>[]::new);
		return Proxy.newProxyInstance(object.getClass().getClassLoader(), interfaces, new Followed(object));
	}

	private @Nullable Object send(Object producer, Method method, @Nullable Object[] arguments) throws Throwable {
		Object message = message(arguments);
		Object outer = this.sending.get();
		if (isSameMessage(outer, message)) {
			return AopUtils.invokeJoinpointUsingReflection(producer, method, arguments);
		}
		ProducerHeaders own = (producer instanceof JMSProducer fluent && this.operations.isEnabled())
				? new ProducerHeaders(fluent, message) : null;
		Operation operation = begin(producer, arguments, message, own);
		int last = arguments.length - 1;
		boolean asynchronous = !operation.isNoop() && arguments[last] instanceof CompletionListener;
		if (asynchronous) {
			arguments[last] = new FollowedCompletion((CompletionListener) arguments[last], operation);
		}
		this.sending.set(message);
		try {
			Object result = AopUtils.invokeJoinpointUsingReflection(producer, method, arguments);
			if (asynchronous) {
				operation.detach();
			}
			else {
				operation.end();
			}
			return result;
		}
		catch (Throwable ex) {
			// An error as well ends the operation, and goes on unchanged.
			operation.fail(ex);
			operation.end();
			throw ex;
		}
		finally {
			if (outer != null) {
				this.sending.set(outer);
			}
			else {
				this.sending.remove();
			}
			if (own != null) {
				restore(own);
			}
		}
	}

	/**
	 * A producer may send by way of another one, which gets the message, or one made of
	 * the body. Another message is one that a listener sends when this one is complete.
	 */
	private static boolean isSameMessage(@Nullable Object outer, @Nullable Object message) {
		return outer != null && (outer == message || !(outer instanceof Message));
	}

	private void restore(ProducerHeaders headers) {
		try {
			headers.restore();
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.handle(ex);
		}
	}

	private Operation begin(Object producer, @Nullable Object[] arguments, @Nullable Object message,
			@Nullable ProducerHeaders own) {
		OperationSource source = this.destinations.get(destination(producer, arguments), SentMessages::target);
		Operation operation = source.start();
		if (!operation.isRecording() && !this.operations.isEnabled()) {
			return operation;
		}
		source.propagate(operation, (own != null) ? own : headers(message));
		if (message != null) {
			operation.attributes(BODY, message);
		}
		return operation;
	}

	private static MessageHeaders headers(@Nullable Object message) {
		return (message instanceof Message written) ? new JmsMessageHeaders(written)
				: MessageHeaders.received(Map.of());
	}

	private static @Nullable Object message(@Nullable Object[] arguments) {
		return (arguments[0] instanceof Destination && arguments.length > 1) ? arguments[1] : arguments[0];
	}

	private String destination(Object producer, @Nullable Object[] arguments) {
		try {
			if (arguments[0] instanceof Destination destination) {
				return JmsText.destination(destination);
			}
			return JmsText.destination((producer instanceof MessageProducer of) ? of.getDestination() : null);
		}
		catch (JMSException | RuntimeException ex) {
			this.operations.handle(ex);
			return JmsText.UNKNOWN;
		}
	}

	private static OperationTarget target(String destination) {
		return QueueConvention.publishes("jms", destination, QueueConvention.Origin.JMS);
	}

	private final class Followed implements InvocationHandler {

		private final Object object;

		Followed(Object object) {
			this.object = object;
		}

		@Override
		public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
				throws Throwable {
			@Nullable Object[] given = (arguments != null) ? arguments : new Object[0];
			if (isSend(method, given)) {
				return itself(proxy, send(this.object, method, given));
			}
			if (method.getName().equals("equals") && given.length == 1) {
				return proxy == given[0] || this.object.equals(unwrap(given[0]));
			}
			Object result = AopUtils.invokeJoinpointUsingReflection(this.object, method, given);
			if (result == this.object) {
				return proxy;
			}
			return isFollowed(method.getReturnType()) ? follow(result) : result;
		}

		private boolean isSend(Method method, @Nullable Object[] arguments) {
			return arguments.length > 0 && (method.getName().equals("send") || method.getName().equals("publish"))
					&& (this.object instanceof MessageProducer || this.object instanceof JMSProducer);
		}

		private @Nullable Object itself(Object proxy, @Nullable Object result) {
			return (result == this.object) ? proxy : result;
		}

		private static @Nullable Object unwrap(@Nullable Object other) {
			return (other != null && Proxy.isProxyClass(other.getClass())
					&& Proxy.getInvocationHandler(other) instanceof Followed followed) ? followed.object : other;
		}

	}

	/**
	 * Ends the operation when the provider has the message.
	 */
	private record FollowedCompletion(CompletionListener delegate, Operation operation) implements CompletionListener {

		@Override
		public void onCompletion(Message message) {
			this.operation.end();
			this.delegate.onCompletion(message);
		}

		@Override
		public void onException(Message message, Exception exception) {
			this.operation.fail(exception);
			this.operation.end();
			this.delegate.onException(message, exception);
		}

	}

}
