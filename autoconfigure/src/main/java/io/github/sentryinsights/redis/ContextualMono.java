package io.github.sentryinsights.redis;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;

/**
 * A {@link Mono} that is subscribed to and asked for values as a part of what is current
 * in a context.
 *
 * @param <T> the type of the value
 */
final class ContextualMono<T> extends MonoOperator<T, T> {

	private final @Nullable Function<Object, @Nullable Object> context;

	private final CommandOperations commands;

	/**
	 * Create a Mono.
	 * @param source the source
	 * @param context the context, or {@code null} for that of each subscriber
	 * @param commands tells whether anything is kept of commands
	 */
	ContextualMono(Mono<? extends T> source, @Nullable Function<Object, @Nullable Object> context,
			CommandOperations commands) {
		super(source);
		this.context = context;
		this.commands = commands;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> subscriber) {
		ContextualSubscriber.subscribe(this.source, subscriber, this.context, this.commands);
	}

}
