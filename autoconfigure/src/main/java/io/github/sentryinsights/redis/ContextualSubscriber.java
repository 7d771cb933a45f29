package io.github.sentryinsights.redis;

import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CorePublisher;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * Asks for values as a part of what is current in a context, as Lettuce sends a command
 * when it is asked for the first one. Signals pass as they come. A command whose first
 * value has not come ends when it is cancelled, of which Lettuce tells nobody.
 *
 * @param <T> the type of the values
 */
final class ContextualSubscriber<T> implements CoreSubscriber<T>, Subscription, Consumer<PendingCommand> {

	private final CoreSubscriber<? super T> subscriber;

	private final Function<Object, @Nullable Object> context;

	private final CommandOperations commands;

	private @Nullable Subscription subscription;

	private volatile @Nullable PendingCommand latest;

	private ContextualSubscriber(CoreSubscriber<? super T> subscriber, Function<Object, @Nullable Object> context,
			CommandOperations commands) {
		this.subscriber = subscriber;
		this.context = context;
		this.commands = commands;
	}

	/**
	 * Subscribe as a part of what is current in the context of the subscriber, or else on
	 * this thread.
	 * @param <T> the type of the values
	 * @param source what is subscribed to
	 * @param subscriber the subscriber
	 * @param commands tells whether anything is kept of commands
	 */
	static <T> void subscribe(CorePublisher<? extends T> source, CoreSubscriber<? super T> subscriber,
			CommandOperations commands) {
		Context reactor = subscriber.currentContext();
		Function<Object, @Nullable Object> context = commands.context(key -> reactor.getOrDefault(key, null));
		if (context == null) {
			source.subscribe(subscriber);
		}
		else {
			subscribe(source, subscriber, context, commands);
		}
	}

	static <T> void subscribe(CorePublisher<? extends T> source, CoreSubscriber<? super T> subscriber,
			Function<Object, @Nullable Object> context, CommandOperations commands) {
		ContextualSubscriber<T> contextual = new ContextualSubscriber<>(subscriber, context, commands);
		commands.send(contextual, context, () -> source.subscribe(contextual));
	}

	/**
	 * Take note of a command that was sent for the subscriber.
	 */
	@Override
	public void accept(PendingCommand command) {
		this.latest = command;
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

	/**
	 * Whoever cancels from here on may only have got enough.
	 */
	@Override
	public void onNext(T value) {
		if (this.latest != null) {
			this.latest = null;
		}
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
			this.commands.send(this, this.context, () -> subscription.request(count));
		}
	}

	@Override
	public void cancel() {
		Subscription subscription = this.subscription;
		if (subscription != null) {
			subscription.cancel();
		}
		PendingCommand command = this.latest;
		if (command != null) {
			command.failed(new CancellationException());
		}
	}

}
