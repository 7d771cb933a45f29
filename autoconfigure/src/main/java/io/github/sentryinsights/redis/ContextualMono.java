package io.github.sentryinsights.redis;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;

import io.github.sentryinsights.operation.Operations;

/**
 * A {@link Mono} that is subscribed to and asked for values as a part of what is current
 * in the context of its subscriber.
 *
 * @param <T> the type of the value
 */
final class ContextualMono<T> extends MonoOperator<T, T> {

	private final Operations operations;

	ContextualMono(Mono<? extends T> source, Operations operations) {
		super(source);
		this.operations = operations;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> subscriber) {
		ContextualSubscriber.subscribe(this.source, subscriber, this.operations);
	}

}
