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
	 * Subscribe as a part of what is current in a context.
	 * @param <T> the type of the values
	 * @param source what is subscribed to
	 * @param subscriber the subscriber
	 * @param context the context, or {@code null} for that of the subscriber, or else of
	 * this thread
	 * @param commands tells whether anything is kept of commands
	 */
	static <T> void subscribe(CorePublisher<? extends T> source, CoreSubscriber<? super T> subscriber,
			@Nullable Function<Object, @Nullable Object> context, CommandOperations commands) {
		Function<Object, @Nullable Object> given = (context != null) ? context : contextOf(subscriber, commands);
		if (given == null) {
			source.subscribe(subscriber);
			return;
		}
		ContextualSubscriber<T> contextual = new ContextualSubscriber<>(subscriber, given, commands);
		commands.send(contextual, given, () -> source.subscribe(contextual));
	}

	private static @Nullable Function<Object, @Nullable Object> contextOf(CoreSubscriber<?> subscriber,
			CommandOperations commands) {
		Context reactor = subscriber.currentContext();
		return commands.context(key -> reactor.getOrDefault(key, null));
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
