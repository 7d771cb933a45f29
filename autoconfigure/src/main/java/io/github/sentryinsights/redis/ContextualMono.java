package io.github.sentryinsights.redis;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;

import io.github.sentryinsights.operation.Operations;

/**
 * A {@link Mono} that is subscribed to and asked for values as a part of what is current
 * in a context.
 *
 * @param <T> the type of the value
 */
final class ContextualMono<T> extends MonoOperator<T, T> {

	private final @Nullable Function<Object, @Nullable Object> context;

	private final Operations operations;

	/**
	 * Create a Mono.
	 * @param source the source
	 * @param context the context, or {@code null} for that of each subscriber
	 * @param operations tells what is current in a context
	 */
	ContextualMono(Mono<? extends T> source, @Nullable Function<Object, @Nullable Object> context,
			Operations operations) {
		super(source);
		this.context = context;
		this.operations = operations;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> subscriber) {
		if (this.context != null) {
			ContextualSubscriber.subscribe(this.source, subscriber, this.context, this.operations);
		}
		else {
			ContextualSubscriber.subscribe(this.source, subscriber, this.operations);
		}
	}

}
