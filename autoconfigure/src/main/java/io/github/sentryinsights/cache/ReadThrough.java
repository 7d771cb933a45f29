package io.github.sentryinsights.cache;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.operation.Operation;

/**
 * A read of a cache that loads what it does not find, in its parts: the look-up ends when
 * the loader is called, and what follows the loader is a write.
 * <p>
 * So the time of the loader is not time of the cache, and what the loader does stands
 * beside the accesses to the cache, below the span that was current before.
 *
 * @param <T> the type of the value
 */
final class ReadThrough<T> implements Callable<T> {

	private final InstrumentedCache cache;

	private final Operation read;

	private final Object key;

	private final Callable<T> loader;

	private volatile @Nullable Operation write;

	private volatile boolean missed;

	ReadThrough(InstrumentedCache cache, Operation read, Object key, Callable<T> loader) {
		this.cache = cache;
		this.read = read;
		this.key = key;
		this.loader = loader;
	}

	@Override
	public T call() throws Exception {
		this.missed = true;
		InstrumentedCache.completeRead(this.read, false, null);
		this.read.end();
		T value = this.loader.call();
		// Some caches call the loader again when another thread was faster.
		Operation before = this.write;
		if (before != null) {
			before.end();
		}
		this.write = this.cache.startWrite("get", this.key, value);
		return value;
	}

	void returned(@Nullable T value) {
		if (!this.missed) {
			InstrumentedCache.completeRead(this.read, true, value);
		}
		Operation write = this.write;
		if (write != null) {
			InstrumentedCache.completeWrite(write, true);
			write.end();
		}
		this.read.end();
	}

	/**
	 * A loader that failed is no failure of the cache, whose look-up has ended well.
	 */
	void failed(Throwable error) {
		Operation write = this.write;
		if (write != null) {
			write.fail(error);
			write.end();
		}
		else if (!this.missed) {
			this.read.fail(error);
			this.read.end();
		}
	}

	/**
	 * The exception for a failed load names its loader.
	 */
	@Override
	public String toString() {
		return this.loader.toString();
	}

}
