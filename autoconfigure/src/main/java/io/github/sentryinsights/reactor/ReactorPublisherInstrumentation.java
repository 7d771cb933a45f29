package io.github.sentryinsights.reactor;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.PublisherInstrumentation;

/**
 * Observes {@link Mono} and {@link Flux}: each subscription is an operation of its own,
 * which ends before the subscriber sees the last signal. The operation travels in the
 * Reactor context and never stays on a thread.
 */
final class ReactorPublisherInstrumentation implements PublisherInstrumentation {

	@Override
	public boolean supports(Class<?> type) {
		return type == Mono.class || type == Flux.class;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <P> P instrument(P publisher, Function<Function<Object, @Nullable Object>, Operation> start,
			BiConsumer<Operation, @Nullable Object> completion) {
		if (publisher instanceof Mono<?> mono) {
			return (P) observeMono(operation -> mono, start, completion);
		}
		if (publisher instanceof Flux<?> flux) {
			return (P) observeFlux(operation -> flux, start, completion);
		}
		return publisher;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <P> P defer(Class<? super P> type, Function<Operation, P> publisher,
			Function<Function<Object, @Nullable Object>, Operation> start,
			BiConsumer<Operation, @Nullable Object> completion) {
		if (type == Mono.class) {
			return (P) observeMono(operation -> (Mono<?>) publisher.apply(operation), start, completion);
		}
		if (type == Flux.class) {
			return (P) observeFlux(operation -> (Flux<?>) publisher.apply(operation), start, completion);
		}
		return PublisherInstrumentation.super.defer(type, publisher, start, completion);
	}

	private static <T> Mono<T> observeMono(Function<Operation, Mono<T>> publisher,
			Function<Function<Object, @Nullable Object>, Operation> start,
			BiConsumer<Operation, @Nullable Object> completion) {
		return Mono.deferContextual(context -> {
			Operation operation = start(start, context);
			Mono<T> mono = make(publisher, operation);
			if (operation.isNoop()) {
				return mono;
			}
			AtomicReference<@Nullable T> value = new AtomicReference<>();
			return mono.contextWrite(inner -> below(operation, inner)).doOnNext(value::set).doOnError(error -> {
				operation.fail(error);
				operation.end();
			}).doOnSuccess(last -> {
				operation.complete(completion, value.get());
				operation.end();
			}).doOnCancel(() -> cancel(operation));
		});
	}

	private static <T> Flux<T> observeFlux(Function<Operation, Flux<T>> publisher,
			Function<Function<Object, @Nullable Object>, Operation> start,
			BiConsumer<Operation, @Nullable Object> completion) {
		return Flux.deferContextual(context -> {
			Operation operation = start(start, context);
			Flux<T> flux = make(publisher, operation);
			if (operation.isNoop()) {
				return flux;
			}
			AtomicReference<@Nullable T> first = new AtomicReference<>();
			return flux.contextWrite(inner -> below(operation, inner)).doOnNext(value -> {
				if (first.get() == null) {
					first.set(value);
				}
			}).doOnError(error -> {
				operation.fail(error);
				operation.end();
			}).doOnComplete(() -> {
				operation.complete(completion, first.get());
				operation.end();
			}).doOnCancel(() -> cancel(operation));
		});
	}

	private static <P> P make(Function<Operation, P> publisher, Operation operation) {
		try {
			return publisher.apply(operation);
		}
		catch (Throwable ex) {
			operation.fail(ex);
			operation.end();
			throw ex;
		}
	}

	private static Operation start(Function<Function<Object, @Nullable Object>, Operation> start, ContextView context) {
		return start.apply(key -> context.hasKey(key) ? context.get(key) : null);
	}

	private static Context below(Operation operation, Context context) {
		Map<Object, Object> entries = new HashMap<>();
		operation.contextualize(entries::put);
		return context.putAllMap(entries);
	}

	private static void cancel(Operation operation) {
		operation.outcome(Outcome.CANCELLED);
		operation.end();
	}

}
