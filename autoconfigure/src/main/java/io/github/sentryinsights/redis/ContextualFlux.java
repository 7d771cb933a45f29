package io.github.sentryinsights.redis;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;

import io.github.sentryinsights.operation.Operations;

/**
 * A {@link Flux} that is subscribed to and asked for values as a part of what is current
 * in the context of its subscriber.
 *
 * @param <T> the type of the values
 */
final class ContextualFlux<T> extends FluxOperator<T, T> {

	private final Operations operations;

	ContextualFlux(Flux<? extends T> source, Operations operations) {
		super(source);
		this.operations = operations;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> subscriber) {
		ContextualSubscriber.subscribe(this.source, subscriber, this.operations);
	}

}
