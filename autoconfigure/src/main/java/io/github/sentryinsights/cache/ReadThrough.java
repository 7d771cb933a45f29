package io.github.sentryinsights.cache;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.operation.Operation;

/**
 * A read of a cache that loads what it does not find, in its parts: the look-up ends when
 * the loader is called, the loader is an operation of its own, and what follows it is a
 * write.
 * <p>
 * So the time of the loader is not time of the cache, and what the loader does stands
 * below it and not below an access to the cache.
 *
 * @param <T> the type of the value
 */
final class ReadThrough<T> implements Callable<T> {

	private final CacheAccesses accesses;

	private final Operation read;

	private final Object key;

	private final Callable<T> loader;

	private final CallingThread thread;

	private volatile @Nullable Operation write;

	private volatile boolean missed;

	ReadThrough(CacheAccesses accesses, Operation read, Object key, Callable<T> loader) {
		this.accesses = accesses;
		this.read = read;
		this.key = key;
		this.loader = loader;
		this.thread = new CallingThread(accesses.loads());
	}

	@Override
	public T call() throws Exception {
		this.missed = true;
		this.accesses.missed(this.read);
		T value = this.thread.startCurrent(this.accesses.loads()).around(this.loader::call);
		// Some caches call the loader again when another thread was faster.
		Operation before = this.write;
		if (before != null) {
			before.end();
		}
		if (this.accesses.isStoring()) {
			this.write = this.accesses.startWrite(this.key, value, this.thread);
		}
		return value;
	}

	void returned(@Nullable T value) {
		if (!this.missed) {
			this.accesses.found(this.read, true, value);
			this.accesses.wrote(this.read, value, false);
			this.read.end();
			return;
		}
		Operation write = this.write;
		if (write != null) {
			this.accesses.wrote(write, value, true);
			write.end();
		}
		this.accesses.wroteThrough(this.read, true, value);
	}

	/**
	 * A loader that failed is no failure of the cache, whose look-up has ended well.
	 */
	void failed(Throwable error) {
		if (!this.missed) {
			this.accesses.failed(this.read, error);
			return;
		}
		Operation write = this.write;
		if (write != null) {
			this.accesses.wrote(write, null, false);
			write.fail(error);
			write.end();
		}
		this.accesses.wroteThrough(this.read, false, null);
	}

	/**
	 * The exception for a failed load names its loader.
	 */
	@Override
	public String toString() {
		return this.loader.toString();
	}

}
