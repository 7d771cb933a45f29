package io.github.sentryinsights.cache;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.Cache.ValueWrapper;

import io.github.sentryinsights.convention.Attributes;
import io.github.sentryinsights.convention.CacheConvention;
import io.github.sentryinsights.convention.Outcome;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;

/**
 * Starts the operations on one cache, and says of them what there is to say.
 */
final class CacheAccesses {

	private final CacheSources sources;

	private final CacheStorage storage;

	CacheAccesses(Cache cache, CacheSources sources) {
		this.sources = sources;
		this.storage = CacheStorage.of(cache);
	}

	/**
	 * Return what starts reads, for those that end on another thread.
	 * @return the source
	 */
	OperationSource reads() {
		return this.sources.get();
	}

	/**
	 * Return what starts the calls of loaders.
	 * @return the source
	 */
	OperationSource loads() {
		return this.sources.load();
	}

	Operation startRead() {
		return start(this.sources.get());
	}

	Operation startRemoval() {
		return start(this.sources.remove());
	}

	Operation startFlush() {
		return start(this.sources.flush());
	}

	Operation startWrite(String method, Object key, @Nullable Object value) {
		return describeWrite(start(this.sources.put()), method, key, value);
	}

	/**
	 * Start the write that follows a loader.
	 * @param key the key
	 * @param value the value
	 * @param thread where the read began
	 * @return the operation
	 */
	Operation startWrite(Object key, @Nullable Object value, CallingThread thread) {
		OperationSource source = this.sources.put();
		Operation operation = this.storage.local() ? thread.start(source) : thread.startCurrent(source);
		return describeWrite(operation, "get", key, value);
	}

	private Operation describeWrite(Operation operation, String method, Object key, @Nullable Object value) {
		if (operation.isRecording()) {
			operation.attributes(attributes -> {
				identify(attributes, method, key);
				measure(attributes, value);
				CacheConvention.timeToLive(attributes, this.storage.timeToLive());
			});
		}
		return operation;
	}

	/**
	 * An access to memory has nothing below it; one to a server has the span of the
	 * driver.
	 */
	private Operation start(OperationSource source) {
		return this.storage.local() ? source.start() : source.startCurrent();
	}

	void describe(Operation operation, String method, Object key) {
		if (operation.isRecording()) {
			operation.attributes(attributes -> identify(attributes, method, key));
		}
	}

	void describe(Operation operation, String method) {
		if (operation.isRecording()) {
			operation.attributes(attributes -> attributes.set(CacheConvention.OPERATION, method));
		}
	}

	/**
	 * Describe a read that nobody may be there to see fail. It is a miss until it has
	 * found something.
	 * @param attributes the attributes of the read
	 * @param method the method that was called on the cache
	 * @param key the key
	 */
	void describeRead(Attributes attributes, String method, Object key) {
		attributes.set(CacheConvention.OPERATION, method);
		CacheConvention.read(attributes, this.sources.keys().one(key));
	}

	private void identify(Attributes attributes, String method, Object key) {
		attributes.set(CacheConvention.OPERATION, method);
		CacheConvention.keys(attributes, this.sources.keys().one(key));
	}

	/**
	 * Tell whether a read has found something.
	 * @param read the read
	 * @param hit whether it has
	 * @param value what it has found
	 */
	void found(Operation read, boolean hit, @Nullable Object value) {
		read.outcome(hit ? Outcome.HIT : Outcome.MISS);
		if (read.isRecording()) {
			read.attributes(attributes -> {
				attributes.set(CacheConvention.HIT, hit);
				measure(attributes, (value instanceof ValueWrapper wrapper) ? wrapper.get() : value);
			});
		}
	}

	private void measure(Attributes attributes, @Nullable Object value) {
		if (this.storage.measures(value)) {
			CacheConvention.item(attributes, value);
		}
	}

	/**
	 * End a read that has failed.
	 * @param read the read
	 * @param error the error
	 */
	void failed(Operation read, Throwable error) {
		found(read, false, null);
		read.fail(error);
		read.end();
	}

	/**
	 * End a read because the loader is called.
	 * @param read the read
	 */
	void missed(Operation read) {
		found(read, false, null);
		read.end();
	}

	/**
	 * Tell whether a value that was handed to the cache was written.
	 * @param write the write
	 * @param value the value
	 * @param absent whether nothing was in its place
	 */
	void wrote(Operation write, @Nullable Object value, boolean absent) {
		if (write.isRecording()) {
			write.attributes(attributes -> attributes.set(CacheConvention.WRITE, absent && this.storage.keeps(value)));
		}
	}

	/**
	 * Tell whether a read that has ended as a miss has written what its loader returned.
	 * @param read the read
	 * @param loaded whether the loader and the cache have succeeded
	 * @param value the value
	 */
	void wroteThrough(Operation read, boolean loaded, @Nullable Object value) {
		this.sources.get()
			.amend(read, attributes -> attributes.set(CacheConvention.WRITE, loaded && this.storage.keeps(value)));
	}

	/**
	 * Return whether the cache has anywhere to write to.
	 * @return whether a loader is followed by a write
	 */
	boolean isStoring() {
		return this.storage.storing();
	}

}
