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
 * @param start how a call starts
 * @param description describes a call while it is recorded
 * @param completion told of the result of a call
 * @param reactive whether the method returns a reactive type
 */
record TracedMethod(Class<?> targetClass, OperationSource source, Start start, Description description,
		BiConsumer<Operation, @Nullable Object> completion, boolean reactive) {

	static final BiConsumer<Operation, @Nullable Object> NOTHING = (operation, value) -> {
	};

	TracedMethod of(Class<?> targetClass) {
		return new TracedMethod(targetClass, this.source, this.start, this.description, this.completion, this.reactive);
	}

	Operation start(MethodInvocation invocation) {
		return this.start.here(this.source, invocation);
	}

	Operation startWithin(MethodInvocation invocation, Function<Object, @Nullable Object> context) {
		return this.start.within(this.source, invocation, context);
	}

	/**
	 * How a call starts, on a thread or in a reactive context.
	 */
	interface Start {

		Start BELOW = new Start() {

			@Override
			public Operation here(OperationSource source, MethodInvocation invocation) {
				return source.startCurrent();
			}

			@Override
			public Operation within(OperationSource source, MethodInvocation invocation,
					Function<Object, @Nullable Object> context) {
				return source.startWithin(context);
			}

		};

		Start BELOW_OR_TRANSACTION = new Start() {

			@Override
			public Operation here(OperationSource source, MethodInvocation invocation) {
				return source.startCurrentOrTransaction();
			}

			@Override
			public Operation within(OperationSource source, MethodInvocation invocation,
					Function<Object, @Nullable Object> context) {
				return source.startWithinOrTransaction(context);
			}

		};

		Operation here(OperationSource source, MethodInvocation invocation);

		Operation within(OperationSource source, MethodInvocation invocation,
				Function<Object, @Nullable Object> context);

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

}
