package io.github.sentryinsights.cache;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;

import io.github.sentryinsights.operation.Operation;

/**
 * Reports each access to a cache and otherwise leaves it as it is.
 */
final class InstrumentedCache implements InstrumentedCaches.Instrumented {

	private final Cache cache;

	private final CacheAccesses accesses;

	InstrumentedCache(Cache cache, CacheSources sources) {
		this.cache = cache;
		this.accesses = new CacheAccesses(cache, sources);
	}

	@Override
	public Cache original() {
		return this.cache;
	}

	@Override
	public String getName() {
		return this.cache.getName();
	}

	@Override
	public Object getNativeCache() {
		return this.cache.getNativeCache();
	}

	@Override
	public @Nullable ValueWrapper get(Object key) {
		Operation operation = this.accesses.startRead();
		return operation.isNoop() ? this.cache.get(key) : read(operation, key, () -> this.cache.get(key));
	}

	@Override
	public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
		Operation operation = this.accesses.startRead();
		return operation.isNoop() ? this.cache.get(key, type) : read(operation, key, () -> this.cache.get(key, type));
	}

	private <T extends @Nullable Object> T read(Operation operation, Object key,
			Operation.Call<T, RuntimeException> call) {
		this.accesses.describe(operation, "get", key);
		T value;
		// Operation.around would need one more object for each hit.
		try {
			value = call.call();
		}
		catch (Throwable ex) {
			// An error as well fails the operation, and goes on unchanged.
			this.accesses.failed(operation, ex);
			throw ex;
		}
		this.accesses.found(operation, value != null, value);
		operation.end();
		return value;
	}

	@Override
	public <T> @Nullable T get(Object key, Callable<T> valueLoader) {
		Operation operation = this.accesses.startRead();
		if (operation.isNoop()) {
			return this.cache.get(key, valueLoader);
		}
		this.accesses.describe(operation, "get", key);
		ReadThrough<T> access = new ReadThrough<>(this.accesses, operation, key, valueLoader);
		T value;
		try {
			value = this.cache.get(key, access);
		}
		catch (Throwable ex) {
			// As above.
			access.failed(ex);
			throw ex;
		}
		access.returned(value);
		return value;
	}

	@Override
	@SuppressWarnings("unchecked")
	public @Nullable CompletableFuture<?> retrieve(Object key) {
		Operation operation = this.accesses.startRead();
		if (operation.isNoop()) {
			return this.cache.retrieve(key);
		}
		return retrieve(operation, key, (read, value) -> this.accesses.found(read, value != null, value),
				() -> (CompletableFuture<Object>) this.cache.retrieve(key));
	}

	@Override
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> valueLoader) {
		Operation operation = this.accesses.startRead();
		if (operation.isNoop()) {
			return this.cache.retrieve(key, valueLoader);
		}
		RetrieveThrough<T> access = new RetrieveThrough<>(this.accesses, operation, valueLoader);
		return retrieve(operation, key, access::completed, () -> this.cache.retrieve(key, access));
	}

	private <T> CompletableFuture<T> retrieve(Operation operation, Object key,
			BiConsumer<Operation, @Nullable Object> completion,
			Operation.Call<CompletableFuture<T>, RuntimeException> retrieval) {
		RetrievedLater<T> later = new RetrievedLater<>();
		CompletableFuture<T> found = this.accesses.reads()
			.run(source -> operation, attributes -> this.accesses.describeRead(attributes, "retrieve", key), completion,
					() -> later.follow(retrieval.call()));
		return later.isFollowing() ? later : found;
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		Operation operation = this.accesses.startWrite("put", key, value);
		if (operation.isNoop()) {
			this.cache.put(key, value);
			return;
		}
		operation.run(() -> {
			this.cache.put(key, value);
			this.accesses.wrote(operation, value, true);
		});
	}

	@Override
	public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
		Operation operation = this.accesses.startWrite("putIfAbsent", key, value);
		return operation.isNoop() ? this.cache.putIfAbsent(key, value) : operation.around(() -> {
			ValueWrapper present = this.cache.putIfAbsent(key, value);
			this.accesses.wrote(operation, value, present == null);
			return present;
		});
	}

	@Override
	public void evict(Object key) {
		Operation operation = this.accesses.startRemoval();
		if (operation.isNoop()) {
			this.cache.evict(key);
			return;
		}
		this.accesses.describe(operation, "evict", key);
		operation.run(() -> this.cache.evict(key));
	}

	@Override
	public boolean evictIfPresent(Object key) {
		Operation operation = this.accesses.startRemoval();
		if (operation.isNoop()) {
			return this.cache.evictIfPresent(key);
		}
		this.accesses.describe(operation, "evictIfPresent", key);
		return operation.around(() -> this.cache.evictIfPresent(key));
	}

	@Override
	public void clear() {
		Operation operation = this.accesses.startFlush();
		if (operation.isNoop()) {
			this.cache.clear();
			return;
		}
		this.accesses.describe(operation, "clear");
		operation.run(this.cache::clear);
	}

	@Override
	public boolean invalidate() {
		Operation operation = this.accesses.startFlush();
		if (operation.isNoop()) {
			return this.cache.invalidate();
		}
		this.accesses.describe(operation, "invalidate");
		return operation.around(this.cache::invalidate);
	}

}
