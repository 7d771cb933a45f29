package io.github.sentryinsights.cache;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;

/**
 * A read of a cache that loads later what it does not find. As with {@link ReadThrough},
 * the look-up ends when the loader is called. The write that follows the loader is no
 * operation of its own, as it happens on whatever thread the loader ends.
 *
 * @param <T> the type of the value
 */
final class RetrieveThrough<T> implements Supplier<CompletableFuture<T>> {

	private final CacheAccesses accesses;

	private final Operation read;

	private final Supplier<CompletableFuture<T>> loader;

	private volatile boolean missed;

	RetrieveThrough(CacheAccesses accesses, Operation read, Supplier<CompletableFuture<T>> loader) {
		this.accesses = accesses;
		this.read = read;
		this.loader = loader;
	}

	@Override
	public CompletableFuture<T> get() {
		this.missed = true;
		this.accesses.missed(this.read);
		CompletableFuture<T> loaded = this.accesses.loads().run(OperationSource::startCurrent, attributes -> {
		}, (load, value) -> {
		}, this.loader::get);
		return (loaded != null && this.read.isRecording()) ? tellingOfTheWrite(loaded) : loaded;
	}

	/**
	 * The read must know before the caller is woken, who may then end the transaction.
	 */
	private CompletableFuture<T> tellingOfTheWrite(CompletableFuture<T> loaded) {
		CompletableFuture<T> told = new CompletableFuture<>();
		loaded.whenComplete((value, error) -> {
			this.accesses.wroteThrough(this.read, error == null, value);
			if (error != null) {
				told.completeExceptionally(error);
			}
			else {
				told.complete(value);
			}
		});
		return told;
	}

	void completed(Operation read, @Nullable Object value) {
		if (!this.missed) {
			this.accesses.found(read, true, value);
			this.accesses.wrote(read, value, false);
		}
	}

}
