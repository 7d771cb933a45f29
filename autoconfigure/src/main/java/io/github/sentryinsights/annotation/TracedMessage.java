package io.github.sentryinsights.annotation;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.function.SingletonSupplier;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.MessageHeaders;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.convention.ReceivedMessage;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * The message that a call of an annotated method sends or handles, as the expressions of
 * the annotation find it in the arguments.
 */
final class TracedMessage {

	private final ArgumentExpression id;

	private final ArgumentExpression headers;

	private final ArgumentExpression body;

	private final ArgumentExpression retries;

	private final ObjectProvider<Operations> operations;

	/**
	 * Read the expressions of an annotation.
	 * @param annotation the annotation
	 * @param method the annotated method
	 * @param operations handles what an expression throws
	 */
	TracedMessage(TracedQueue annotation, Method method, ObjectProvider<Operations> operations) {
		this.id = ArgumentExpression.of(annotation.messageId(), method);
		this.headers = ArgumentExpression.of(annotation.headers(), method);
		this.body = ArgumentExpression.of(annotation.body(), method);
		this.retries = ArgumentExpression.of(annotation.retries(), method);
		this.operations = operations;
	}

	/**
	 * Check the expressions of an annotation.
	 * @param annotation the annotation
	 * @param method the annotated method
	 * @throws IllegalStateException if one of them cannot be read
	 */
	static void check(TracedQueue annotation, Method method) {
		for (String expression : List.of(annotation.messageId(), annotation.headers(), annotation.body(),
				annotation.retries())) {
			ArgumentExpression.of(expression, method);
		}
	}

	/**
	 * Return how the call of a method that sends a message starts: with the headers put
	 * on the message, when there is a map for them.
	 * @return how a call starts
	 */
	TracedMethod.Start publishing() {
		return new TracedMethod.Start() {

			@Override
			public Operation here(OperationSource source, MethodInvocation invocation) {
				return propagate(source, source.startCurrent(), invocation);
			}

			@Override
			public Operation within(OperationSource source, MethodInvocation invocation,
					Function<Object, @Nullable Object> context) {
				return propagate(source, source.startWithin(context), invocation);
			}

		};
	}

	/**
	 * Return how the call of a method that handles a message starts: as a transaction
	 * that continues the trace of the sender.
	 * @return how a call starts
	 */
	TracedMethod.Start processing() {
		return new TracedMethod.Start() {

			@Override
			public Operation here(OperationSource source, MethodInvocation invocation) {
				return source.startTransaction(received(invocation));
			}

			@Override
			public Operation within(OperationSource source, MethodInvocation invocation,
					Function<Object, @Nullable Object> context) {
				return source.startTransactionWithin(received(invocation));
			}

		};
	}

	void describeSent(Attributes attributes, MethodInvocation invocation) {
		QueueConvention.body(attributes, this.body.value(invocation));
	}

	void describeReceived(Attributes attributes, MethodInvocation invocation) {
		int retries = (this.retries.value(invocation) instanceof Number number) ? number.intValue() : 0;
		QueueConvention.received(attributes, received(invocation),
				new ReceivedMessage(null, -1, Math.max(retries, 0), -1), System.currentTimeMillis());
		QueueConvention.body(attributes, this.body.value(invocation));
		Object id = this.id.value(invocation);
		if (id != null) {
			attributes.set(QueueConvention.MESSAGE_ID, id.toString());
		}
	}

	private Operation propagate(OperationSource source, Operation operation, MethodInvocation invocation) {
		if (operation.isRecording() || (this.headers.isPresent() && this.operations.getObject().isEnabled())) {
			try {
				Object id = this.id.value(invocation);
				source.propagate(operation, sent(invocation), (id != null) ? id.toString() : null);
			}
			catch (RuntimeException | LinkageError ex) {
				this.operations.getObject().handle(ex);
			}
		}
		return operation;
	}

	@SuppressWarnings("unchecked")
	private MessageHeaders sent(MethodInvocation invocation) {
		Map<String, Object> headers = (this.headers.value(invocation) instanceof Map<?, ?> map)
				? (Map<String, Object>) map : new HashMap<>();
		return MessageHeaders.sent(headers);
	}

	/**
	 * Evaluates the expression when the first header is asked for, which is never while
	 * nothing is kept.
	 */
	private MessageHeaders received(MethodInvocation invocation) {
		Supplier<Map<?, ?>> headers = SingletonSupplier.of(() -> evaluate(invocation));
		return MessageHeaders.received(headers);
	}

	private Map<?, ?> evaluate(MethodInvocation invocation) {
		try {
			return (this.headers.value(invocation) instanceof Map<?, ?> map) ? map : Map.of();
		}
		catch (RuntimeException | LinkageError ex) {
			this.operations.getObject().handle(ex);
			return Map.of();
		}
	}

}
