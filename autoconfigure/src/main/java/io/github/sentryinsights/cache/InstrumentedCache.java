package io.github.sentryinsights.cache;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.transaction.TransactionAwareCacheDecorator;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;

/**
 * Reports each access to a cache and otherwise leaves it as it is.
 * <p>
 * A transaction-aware decorator only by type, as that is the one decorator that Spring
 * Boot looks through to find what it takes the metrics of a cache from: every method goes
 * to the cache at once.
 */
final class InstrumentedCache extends TransactionAwareCacheDecorator implements InstrumentedCaches.Instrumented {

	private final Cache cache;

	private final CacheSources sources;

	private final CacheStorage storage;

	InstrumentedCache(Cache cache, CacheSources sources) {
		super(cache);
		this.cache = cache;
		this.sources = sources;
		this.storage = CacheStorage.of(cache);
	}

	/**
	 * Return the cache behind all transaction-aware decorators.
	 * @param cache the cache
	 * @return the cache itself when it is none
	 */
	static Cache unwrap(Cache cache) {
		Cache target = cache;
		while (target instanceof TransactionAwareCacheDecorator decorator) {
			target = decorator.getTargetCache();
		}
		return target;
	}

	@Override
	public Cache original() {
		return this.cache;
	}

	@Override
	public Cache getTargetCache() {
		return unwrap(this.cache);
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
		Operation operation = start(this.sources.get());
		return operation.isNoop() ? this.cache.get(key) : read(operation, key, () -> this.cache.get(key));
	}

	@Override
	public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
		Operation operation = start(this.sources.get());
		return operation.isNoop() ? this.cache.get(key, type) : read(operation, key, () -> this.cache.get(key, type));
	}

	@Override
	public <T> @Nullable T get(Object key, Callable<T> valueLoader) {
		Operation operation = start(this.sources.get());
		if (operation.isNoop()) {
			return this.cache.get(key, valueLoader);
		}
		describeRead(operation, "get", key);
		ReadThrough<T> access = new ReadThrough<>(this, operation, key, valueLoader);
		T value;
		try {
			value = this.cache.get(key, access);
		}
		catch (Throwable ex) {
			// An error as well ends the operation, and goes on unchanged.
			access.failed(ex);
			throw ex;
		}
		access.returned(value);
		return value;
	}

	@Override
	public @Nullable CompletableFuture<?> retrieve(Object key) {
		Operation operation = start(this.sources.get());
		if (operation.isNoop()) {
			return this.cache.retrieve(key);
		}
		return this.sources.get()
			.run(source -> operation, attributes -> identifyRead(attributes, "retrieve", key),
					(ended, value) -> completeRead(ended, value != null, value), () -> this.cache.retrieve(key));
	}

	/**
	 * As with {@link ReadThrough}, the look-up ends when the loader is called. What
	 * follows the loader is not reported, as it runs on whatever thread the loader ends.
	 */
	@Override
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> valueLoader) {
		Operation operation = start(this.sources.get());
		if (operation.isNoop()) {
			return this.cache.retrieve(key, valueLoader);
		}
		AtomicBoolean missed = new AtomicBoolean();
		Supplier<CompletableFuture<T>> loader = () -> {
			missed.set(true);
			completeRead(operation, false, null);
			operation.end();
			return valueLoader.get();
		};
		return this.sources.get()
			.run(source -> operation, attributes -> identifyRead(attributes, "retrieve", key), (ended, value) -> {
				if (!missed.get()) {
					completeRead(ended, true, value);
				}
			}, () -> this.cache.retrieve(key, loader));
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		Operation operation = startWrite("put", key, value);
		if (operation.isNoop()) {
			this.cache.put(key, value);
			return;
		}
		operation.run(() -> {
			this.cache.put(key, value);
			completeWrite(operation, true);
		});
	}

	@Override
	public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
		Operation operation = startWrite("putIfAbsent", key, value);
		return operation.isNoop() ? this.cache.putIfAbsent(key, value) : operation.around(() -> {
			ValueWrapper present = this.cache.putIfAbsent(key, value);
			completeWrite(operation, present == null);
			return present;
		});
	}

	@Override
	public void evict(Object key) {
		Operation operation = start(this.sources.remove());
		if (operation.isNoop()) {
			this.cache.evict(key);
			return;
		}
		describe(operation, "evict", key);
		operation.run(() -> this.cache.evict(key));
	}

	@Override
	public boolean evictIfPresent(Object key) {
		Operation operation = start(this.sources.remove());
		if (operation.isNoop()) {
			return this.cache.evictIfPresent(key);
		}
		describe(operation, "evictIfPresent", key);
		return operation.around(() -> this.cache.evictIfPresent(key));
	}

	@Override
	public void clear() {
		Operation operation = start(this.sources.flush());
		if (operation.isNoop()) {
			this.cache.clear();
			return;
		}
		describe(operation, "clear");
		operation.run(this.cache::clear);
	}

	@Override
	public boolean invalidate() {
		Operation operation = start(this.sources.flush());
		if (operation.isNoop()) {
			return this.cache.invalidate();
		}
		describe(operation, "invalidate");
		return operation.around(this.cache::invalidate);
	}

	/**
	 * Start a write, which the caller {@linkplain #completeWrite completes} and ends.
	 * @param method the method that was called on the cache
	 * @param key the key
	 * @param value the value
	 * @return the operation
	 */
	Operation startWrite(String method, Object key, @Nullable Object value) {
		Operation operation = start(this.sources.put());
		if (operation.isRecording()) {
			operation.attributes(attributes -> {
				identify(attributes, method, key);
				measure(attributes, value);
				Long timeToLive = this.storage.timeToLive();
				if (timeToLive != null) {
					attributes.set(CacheConvention.TTL, timeToLive);
				}
			});
		}
		return operation;
	}

	static void completeWrite(Operation operation, boolean written) {
		if (operation.isRecording()) {
			operation.attributes(attributes -> attributes.set(CacheConvention.WRITE, written));
		}
	}

	static void completeRead(Operation operation, boolean hit, @Nullable Object value) {
		operation.outcome(hit ? Outcome.HIT : Outcome.MISS);
		if (operation.isRecording()) {
			operation.attributes(attributes -> {
				attributes.set(CacheConvention.HIT, hit);
				measure(attributes, (value instanceof ValueWrapper wrapper) ? wrapper.get() : value);
			});
		}
	}

	/**
	 * An access to memory has nothing below it; one to a server has the span of the
	 * driver.
	 */
	private Operation start(OperationSource source) {
		return this.storage.local() ? source.start() : source.startCurrent();
	}

	private <T extends @Nullable Object> T read(Operation operation, Object key,
			Operation.Call<T, RuntimeException> call) {
		describeRead(operation, "get", key);
		// Operation.around would need one more object for each hit.
		try {
			T value = call.call();
			completeRead(operation, value != null, value);
			return value;
		}
		catch (Throwable ex) {
			// An error as well fails the operation, and goes on unchanged.
			operation.fail(ex);
			throw ex;
		}
		finally {
			operation.end();
		}
	}

	private static void describe(Operation operation, String method) {
		if (operation.isRecording()) {
			operation.attributes(attributes -> attributes.set(CacheConvention.OPERATION, method));
		}
	}

	private void describe(Operation operation, String method, Object key) {
		if (operation.isRecording()) {
			operation.attributes(attributes -> identify(attributes, method, key));
		}
	}

	private void describeRead(Operation operation, String method, Object key) {
		if (operation.isRecording()) {
			operation.attributes(attributes -> identifyRead(attributes, method, key));
		}
	}

	/**
	 * A read is a miss until it has found something, also when it fails.
	 */
	private void identifyRead(Attributes attributes, String method, Object key) {
		identify(attributes, method, key);
		attributes.set(CacheConvention.HIT, false);
	}

	private void identify(Attributes attributes, String method, Object key) {
		attributes.set(CacheConvention.OPERATION, method);
		CacheConvention.keys(attributes, this.sources.keys().one(key));
	}

	private static void measure(Attributes attributes, @Nullable Object value) {
		if (value instanceof byte[] bytes) {
			attributes.set(CacheConvention.ITEM_SIZE, (long) bytes.length);
		}
	}

}
