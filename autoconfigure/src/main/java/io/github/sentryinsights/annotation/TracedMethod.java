package io.github.sentryinsights.annotation;

import java.util.function.BiConsumer;
import java.util.function.Function;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;

/**
 * How the calls of one method are reported.
 *
 * @param targetClass the class of the object that is called
 * @param source starts the operations
 * @param root when a call is a transaction of its own
 * @param headers the headers of the message a call handles
 * @param description describes a call while it is recorded
 * @param completion told of the result of a call
 * @param reactive whether the method returns a reactive type
 */
record TracedMethod(Class<?> targetClass, OperationSource source, Root root, Headers headers, Description description,
		BiConsumer<Operation, @Nullable Object> completion, boolean reactive) {

	TracedMethod of(Class<?> targetClass) {
		return new TracedMethod(targetClass, this.source, this.root, this.headers, this.description, this.completion,
				this.reactive);
	}

	Operation start(MethodInvocation invocation) {
		return switch (this.root) {
			case NEVER -> this.source.startCurrent();
			case WITHOUT_PARENT -> this.source.startCurrentOrTransaction();
			case ALWAYS -> this.source.startTransaction(this.headers.of(invocation));
		};
	}

	Operation startWithin(MethodInvocation invocation, Function<Object, @Nullable Object> context) {
		return switch (this.root) {
			case NEVER -> this.source.startWithin(context);
			case WITHOUT_PARENT -> this.source.startWithinOrTransaction(context);
			case ALWAYS -> this.source.startTransactionWithin(this.headers.of(invocation));
		};
	}

	/**
	 * When a call is a transaction of its own.
	 */
	enum Root {

		NEVER, WITHOUT_PARENT, ALWAYS

	}

	/**
	 * Describes a call.
	 */
	@FunctionalInterface
	interface Description {

		Description NONE = (attributes, invocation) -> {
		};

		void describe(Attributes attributes, MethodInvocation invocation);

	}

	/**
	 * Looks up the headers of the message a call handles.
	 */
	@FunctionalInterface
	interface Headers {

		Headers NONE = invocation -> name -> null;

		Function<String, @Nullable String> of(MethodInvocation invocation);

	}

}
