package io.github.sentryinsights.redis;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CorePublisher;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

import io.github.sentryinsights.operation.Operations;

/**
 * Asks for values as a part of what is current in the context of a subscriber, as Lettuce
 * sends a command when it is asked for the first one. Signals pass as they come.
 *
 * @param <T> the type of the values
 */
final class ContextualSubscriber<T> implements CoreSubscriber<T>, Subscription, Function<Object, @Nullable Object> {

	private final CoreSubscriber<? super T> subscriber;

	private final Context context;

	private final Operations operations;

	private @Nullable Subscription subscription;

	private ContextualSubscriber(CoreSubscriber<? super T> subscriber, Context context, Operations operations) {
		this.subscriber = subscriber;
		this.context = context;
		this.operations = operations;
	}

	static <T> void subscribe(CorePublisher<? extends T> source, CoreSubscriber<? super T> subscriber,
			Operations operations) {
		Context context = subscriber.currentContext();
		if (context.isEmpty() || !operations.decides(key -> context.getOrDefault(key, null))) {
			source.subscribe(subscriber);
			return;
		}
		ContextualSubscriber<T> contextual = new ContextualSubscriber<>(subscriber, context, operations);
		operations.runWithin(contextual, () -> source.subscribe(contextual));
	}

	/**
	 * Look up a value of the context.
	 */
	@Override
	public @Nullable Object apply(Object key) {
		return this.context.getOrDefault(key, null);
	}

	@Override
	public Context currentContext() {
		return this.context;
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
			this.operations.runWithin(this, () -> subscription.request(count));
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
