package io.github.sentryinsights.redis;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CorePublisher;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

import io.github.sentryinsights.operation.Operations;

/**
 * Asks for values as a part of what is current in a context, as Lettuce sends a command
 * when it is asked for the first one. Signals pass as they come.
 *
 * @param <T> the type of the values
 */
final class ContextualSubscriber<T> implements CoreSubscriber<T>, Subscription {

	private final CoreSubscriber<? super T> subscriber;

	private final Function<Object, @Nullable Object> context;

	private final Operations operations;

	private @Nullable Subscription subscription;

	private ContextualSubscriber(CoreSubscriber<? super T> subscriber, Function<Object, @Nullable Object> context,
			Operations operations) {
		this.subscriber = subscriber;
		this.context = context;
		this.operations = operations;
	}

	static <T> void subscribe(CorePublisher<? extends T> source, CoreSubscriber<? super T> subscriber,
			Operations operations) {
		Context reactor = subscriber.currentContext();
		Function<Object, @Nullable Object> context = key -> reactor.getOrDefault(key, null);
		if (reactor.isEmpty() || !operations.decides(context)) {
			source.subscribe(subscriber);
			return;
		}
		subscribe(source, subscriber, context, operations);
	}

	static <T> void subscribe(CorePublisher<? extends T> source, CoreSubscriber<? super T> subscriber,
			Function<Object, @Nullable Object> context, Operations operations) {
		ContextualSubscriber<T> contextual = new ContextualSubscriber<>(subscriber, context, operations);
		operations.runWithin(context, () -> source.subscribe(contextual));
	}

	@Override
	public Context currentContext() {
		return this.subscriber.currentContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.subscription = subscription;
		this.subscriber.onSubscribe(this);
	}

	@Override
	public void onNext(T value) {
		this.subscriber.onNext(value);
	}

	@Override
	public void onError(Throwable error) {
		this.subscriber.onError(error);
	}

	@Override
	public void onComplete() {
		this.subscriber.onComplete();
	}

	@Override
	public void request(long count) {
		Subscription subscription = this.subscription;
		if (subscription != null) {
			this.operations.runWithin(this.context, () -> subscription.request(count));
		}
	}

	@Override
	public void cancel() {
		Subscription subscription = this.subscription;
		if (subscription != null) {
			subscription.cancel();
		}
	}

}
