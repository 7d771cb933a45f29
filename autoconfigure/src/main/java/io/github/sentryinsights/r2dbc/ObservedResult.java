package io.github.sentryinsights.r2dbc;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

import io.r2dbc.proxy.callback.QueriesExecutionContext;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.r2dbc.spi.Wrapped;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * Tells the statement when its result has been consumed. What is cancelled before
 * anything arrived counts as cancelled, what is cancelled later has given its caller
 * enough.
 */
final class ObservedResult implements Result, Wrapped<Result> {

	private final Result delegate;

	private final StatementExecution execution;

	private final QueriesExecutionContext results;

	ObservedResult(Result delegate, StatementExecution execution, QueriesExecutionContext results) {
		this.delegate = delegate;
		this.execution = execution;
		this.results = results;
	}

	@Override
	public Publisher<Long> getRowsUpdated() {
		return observe(Flux.from(this.delegate.getRowsUpdated()).doOnNext(this.execution::affected));
	}

	@Override
	public <T> Publisher<T> map(BiFunction<Row, RowMetadata, ? extends T> mapping) {
		return observe(this.delegate.map(mapping));
	}

	@Override
	public <T> Publisher<T> map(Function<? super Readable, ? extends T> mapping) {
		return observe(this.delegate.map(mapping));
	}

	@Override
	public Result filter(Predicate<Segment> filter) {
		return new ObservedResult(this.delegate.filter(filter), this.execution, this.results);
	}

	@Override
	public <T> Publisher<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapping) {
		return observe(this.delegate.flatMap(segment -> {
			if (segment instanceof UpdateCount count) {
				this.execution.affected(count.value());
			}
			return mapping.apply(segment);
		}));
	}

	@Override
	public Result unwrap() {
		return this.delegate;
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

	private <T> Publisher<T> observe(Publisher<T> publisher) {
		Consumption consumption = new Consumption();
		return Flux.from(publisher)
			.doOnNext(item -> consumption.arrived = true)
			.doOnError(consumption::fail)
			.doOnComplete(consumption::end)
			.doOnCancel(consumption::cancel);
	}

	/**
	 * The end of a result, which counts once.
	 */
	@SuppressWarnings("serial")
	private final class Consumption extends AtomicBoolean {

		private volatile boolean arrived;

		void fail(Throwable error) {
			if (compareAndSet(false, true)) {
				ObservedResult.this.execution.fail(error);
				consumed();
			}
		}

		void cancel() {
			if (compareAndSet(false, true)) {
				if (!this.arrived) {
					ObservedResult.this.execution.cancel();
				}
				consumed();
			}
		}

		void end() {
			if (compareAndSet(false, true)) {
				consumed();
			}
		}

		private void consumed() {
			ObservedResult.this.results.incrementConsumedCount();
			if (ObservedResult.this.results.isQueryFinished()) {
				ObservedResult.this.execution.end();
			}
		}

	}

}
