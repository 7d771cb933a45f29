package io.github.sentryinsights.cache;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.Operations;

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

	private final CallingThread thread;

	private volatile boolean missed;

	RetrieveThrough(CacheAccesses accesses, Operation read, Supplier<CompletableFuture<T>> loader) {
		this.accesses = accesses;
		this.read = read;
		this.loader = loader;
		this.thread = new CallingThread(accesses.loads());
	}

	@Override
	public CompletableFuture<T> get() {
		this.missed = true;
		this.accesses.missed(this.read);
		Operation load = this.thread.startCurrent(this.accesses.loads());
		CompletableFuture<T> loaded;
		try {
			loaded = this.loader.get();
		}
		catch (Throwable ex) {
			// An error as well fails the operation, and goes on unchanged.
			load.fail(ex);
			load.end();
			throw ex;
		}
		load.detach();
		if (loaded == null) {
			load.end();
			return loaded;
		}
		return followed(loaded, load);
	}

	/**
	 * All must be told before the caller is woken, who may then end the transaction; what
	 * was registered with a future first is called last.
	 */
	private CompletableFuture<T> followed(CompletableFuture<T> loaded, Operation load) {
		CompletableFuture<T> followed = new CompletableFuture<>();
		loaded.whenComplete((value, error) -> {
			if (error != null) {
				load.fail(error);
			}
			load.end();
			this.accesses.wroteThrough(this.read, error == null, value);
			Operations.complete(followed, value, error);
		});
		return followed;
	}

	void completed(Operation read, @Nullable Object value) {
		if (!this.missed) {
			this.accesses.found(read, true, value);
			this.accesses.wrote(read, value, false);
		}
	}

}
