package io.github.sentryinsights.operation;

import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Observes a reactive type from each subscription to its end.
 *
 * @since 0.1.0
 */
public interface PublisherInstrumentation {

	/**
	 * An instrumentation that knows no reactive type.
	 */
	PublisherInstrumentation NONE = new PublisherInstrumentation() {

		@Override
		public boolean supports(Class<?> type) {
			return false;
		}

		@Override
		public <P> P instrument(P publisher, Function<Function<Object, @Nullable Object>, Operation> start,
				BiConsumer<Operation, @Nullable Object> completion) {
			return publisher;
		}

	};

	/**
	 * Return whether a type can be observed.
	 * @param type the declared type
	 * @return whether {@link #instrument} changes publishers of that type
	 */
	boolean supports(Class<?> type);

	/**
	 * Return a publisher that starts an operation with each subscription.
	 * @param <P> the type of the publisher
	 * @param publisher the publisher to observe
	 * @param start starts the operation, given a look-up in the reactive context
	 * @param completion told of the first value, or {@code null} without one, before the
	 * end
	 * @return the observed publisher, of the same reactive type
	 */
	<P> P instrument(P publisher, Function<Function<Object, @Nullable Object>, Operation> start,
			BiConsumer<Operation, @Nullable Object> completion);

	/**
	 * Return a publisher that is made for each subscription, given the operation that the
	 * subscription starts.
	 * @param <P> the type of the publisher
	 * @param type the reactive type
	 * @param publisher makes the publisher to observe
	 * @param start starts the operation, given a look-up in the reactive context
	 * @param completion told of the value of the publisher, before the end
	 * @return the observed publisher
	 * @throws IllegalArgumentException if the type cannot be observed
	 */
	default <P> P defer(Class<? super P> type, Function<Operation, P> publisher,
			Function<Function<Object, @Nullable Object>, Operation> start,
			BiConsumer<Operation, @Nullable Object> completion) {
		throw new IllegalArgumentException(type.getName() + " is no reactive type that can be observed");
	}

}
