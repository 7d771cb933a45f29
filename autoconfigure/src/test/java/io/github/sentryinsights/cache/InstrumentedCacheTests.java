package io.github.sentryinsights.cache;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import com.github.benmanes.caffeine.cache.Caffeine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.support.AbstractValueAdaptingCache;
import org.springframework.cache.support.NoOpCacheManager;
import org.springframework.cache.support.SimpleCacheManager;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link InstrumentedCache}.
 */
class InstrumentedCacheTests {

	private final CacheRecorder recorder = new CacheRecorder();

	@AfterEach
	void stop() {
		this.recorder.close();
	}

	@Test
	void everyMethodOfACacheIsReportedOrForwarded() {
		for (Method method : Cache.class.getMethods()) {
			assertThat(Arrays.stream(InstrumentedCache.class.getDeclaredMethods())
				.anyMatch(declared -> declared.getName().equals(method.getName())
						&& Arrays.equals(declared.getParameterTypes(), method.getParameterTypes())))
				.as(method.toString())
				.isTrue();
		}
	}

	@Test
	void aReadOfWhatIsNotThereIsAMiss() {
		ReceivedSpan span = record(cache -> assertThat(cache.get("k")).isNull()).span("cache.get");
		assertThat(span.data("cache.hit").asBoolean(true)).isFalse();
		assertThat(span.data("cache.key").toString()).isEqualTo("[\"{id}\"]");
		assertThat(span.data("cache.operation").asText()).isEqualTo("get");
		assertThat(span.description()).isEqualTo("{id}");
		assertThat(span.origin()).isEqualTo("auto.cache.insights.spring");
		assertThat(span.status()).isEqualTo("ok");
	}

	@Test
	void aReadOfWhatIsThereIsAHit() {
		ReceivedTransaction received = record(cache -> {
			cache.put("k", new byte[42]);
			assertThat(cache.get("k")).isNotNull();
			assertThat(cache.get("k", byte[].class)).hasSize(42);
		});
		assertThat(received.spans("cache.get")).hasSize(2).allSatisfy(span -> {
			assertThat(span.data("cache.hit").asBoolean()).isTrue();
			assertThat(span.data("cache.item_size").asInt()).isEqualTo(42);
		});
		ReceivedSpan put = received.span("cache.put");
		assertThat(put.data("cache.write").asBoolean()).isTrue();
		assertThat(put.data("cache.item_size").asInt()).isEqualTo(42);
	}

	@Test
	void aNullThatIsCachedIsAHit() {
		ReceivedTransaction received = record(cache -> {
			cache.put("k", null);
			assertThat(cache.get("k")).isNotNull();
			assertThat(cache.get("k", () -> "other")).isNull();
		});
		assertThat(received.spans("cache.get")).hasSize(2).allMatch(span -> span.data("cache.hit").asBoolean());
	}

	@Test
	void aReadThatLoadsIsAMissALoadAndAWrite() {
		ReceivedTransaction received = record(caches(new ConcurrentMapCacheManager()), (cache, template) -> {
			assertThat(cache.get("k", () -> template.traced("query").call(() -> "v"))).isEqualTo("v");
			assertThat(cache.get("k", () -> "w")).isEqualTo("v");
		});
		assertThat(received.spans()).extracting(ReceivedSpan::op)
			.containsExactly("cache.get", "function", "function", "cache.put", "cache.get");
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(false, true);
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.write").asBoolean())
			.containsExactly(true, false);
		ReceivedSpan load = received.spans("function").get(0);
		assertThat(load.description()).isEqualTo("load things");
		assertThat(load.isChildOf(received.root())).isTrue();
		assertThat(received.spans("function").get(1).isChildOf(load)).isTrue();
		assertThat(received.span("cache.put").data("cache.operation").asText()).isEqualTo("get");
		assertThat(received.span("cache.put").isChildOf(received.root())).isTrue();
		assertThat(time(received.spans("cache.get").get(0), "timestamp"))
			.isLessThanOrEqualTo(time(load, "start_timestamp"));
		assertThat(time(load, "timestamp")).isLessThanOrEqualTo(time(received.span("cache.put"), "start_timestamp"));
	}

	private static double time(ReceivedSpan span, String name) {
		return span.json().path(name).asDouble();
	}

	@Test
	void aLoaderThatFailsIsNoFailureOfTheCache() {
		IllegalStateException failure = new IllegalStateException("42");
		Callable<String> loader = new Callable<>() {

			@Override
			public String call() {
				throw failure;
			}

			@Override
			public String toString() {
				return "my loader";
			}

		};
		ReceivedTransaction received = record(cache -> assertThatExceptionOfType(Cache.ValueRetrievalException.class)
			.isThrownBy(() -> cache.get("k", loader))
			.withMessageContaining("my loader")
			.havingCause()
			.isSameAs(failure));
		assertThat(received.spans()).extracting(ReceivedSpan::op).containsExactly("cache.get", "function");
		assertThat(received.spans()).extracting(ReceivedSpan::status).containsExactly("ok", "internal_error");
		assertThat(received.span("cache.get").data("cache.hit").asBoolean(true)).isFalse();
		assertThat(received.span("cache.get").data("cache.write").asBoolean(true)).isFalse();
	}

	@Test
	void anEntryThatIsPresentIsNotWritten() {
		ReceivedTransaction received = record(cache -> {
			assertThat(cache.putIfAbsent("k", "v")).isNull();
			assertThat(cache.putIfAbsent("k", "w")).isNotNull();
		});
		assertThat(received.spans("cache.put")).extracting(span -> span.data("cache.write").asBoolean())
			.containsExactly(true, false);
	}

	@Test
	void removalsAreOfAnEntryOrOfAll() {
		ReceivedTransaction received = record(cache -> {
			cache.evict("a");
			cache.evictIfPresent("b");
			cache.clear();
			cache.invalidate();
		});
		assertThat(received.spans("cache.remove")).extracting(span -> span.data("cache.operation").asText())
			.containsExactly("evict", "evictIfPresent");
		assertThat(received.spans("cache.flush")).extracting(span -> span.data("cache.operation").asText())
			.containsExactly("clear", "invalidate");
	}

	@Test
	void aRetrievalLastsUntilItsFutureCompletes() {
		CaffeineCacheManager manager = new CaffeineCacheManager();
		manager.setAsyncCacheMode(true);
		CompletableFuture<String> value = new CompletableFuture<>();
		ReceivedTransaction received = record(caches(manager), (cache, template) -> {
			assertThat(cache.retrieve("k")).isNull();
			CompletableFuture<String> loaded = cache.retrieve("k", () -> value);
			CompletableFuture<String> waiting = cache.retrieve("k", () -> CompletableFuture.completedFuture("w"));
			assertThat(waiting).isNotDone();
			value.complete("v");
			assertThat(loaded.get(5, TimeUnit.SECONDS)).isEqualTo("v");
			assertThat(waiting.get(5, TimeUnit.SECONDS)).isEqualTo("v");
			assertThat(cache.retrieve("k").get(5, TimeUnit.SECONDS)).isNotNull();
		});
		assertThat(received.spans("cache.get")).hasSize(4)
			.allMatch(span -> span.data("cache.operation").asText().equals("retrieve"))
			.extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(false, false, true, true);
	}

	@Test
	void aLoaderThatTheCacheCallsElsewhereStaysInTheTrace() {
		CaffeineCacheManager asynchronous = new CaffeineCacheManager();
		asynchronous.setAsyncCacheMode(true);
		ReceivedTransaction received = record(caches(asynchronous),
				(cache, template) -> assertThat(
						cache.get("k", () -> template.traced(Thread.currentThread().getName()).call(() -> "v")))
					.isEqualTo("v"));
		assertThat(received.spans()).extracting(ReceivedSpan::op)
			.containsExactlyInAnyOrder("cache.get", "function", "function", "cache.put");
		isBelowTheLoad(received);
		assertThat(received.span("cache.put").isChildOf(received.root())).isTrue();
	}

	@Test
	void anAsynchronousLoaderThatTheCacheCallsElsewhereStaysInTheTrace() {
		ReceivedTransaction received = record(
				caches(new ConcurrentMapCacheManager()), (cache,
						template) -> assertThat(cache
							.retrieve("k",
									() -> CompletableFuture.completedFuture(
											template.traced(Thread.currentThread().getName()).call(() -> "v")))
							.get(5, TimeUnit.SECONDS)).isEqualTo("v"));
		assertThat(received.spans()).extracting(ReceivedSpan::op)
			.containsExactlyInAnyOrder("cache.get", "function", "function");
		isBelowTheLoad(received);
		assertThat(received.span("cache.get").data("cache.write").asBoolean()).isTrue();
	}

	private static void isBelowTheLoad(ReceivedTransaction received) {
		ReceivedSpan load = received.spans("function")
			.stream()
			.filter(span -> span.description().equals("load things"))
			.findFirst()
			.orElseThrow();
		assertThat(load.isChildOf(received.root())).isTrue();
		assertThat(received.spans("function").stream().filter(span -> span.isChildOf(load))).singleElement()
			.extracting(ReceivedSpan::description)
			.isNotEqualTo(Thread.currentThread().getName());
	}

	@Test
	void whatTheCallerDoesWithARetrievalIsNoTimeOfTheCache() {
		CompletableFuture<Object> future = new CompletableFuture<>();
		ReceivedTransaction received = record(caches(retrieving(future)), (cache, template) -> {
			CompletableFuture<?> retrieved = cache.retrieve("k")
				.thenApply(value -> template.traced("continuation").call(() -> value));
			future.complete(new byte[42]);
			assertThat(retrieved.get(5, TimeUnit.SECONDS)).isEqualTo(new byte[42]);
		});
		ReceivedSpan read = received.span("cache.get");
		assertThat(read.data("cache.hit").asBoolean()).isTrue();
		assertThat(read.data("cache.item_size").asInt()).isEqualTo(42);
		assertThat(time(read, "timestamp")).isLessThanOrEqualTo(time(received.span("function"), "start_timestamp"));
	}

	@Test
	void aRetrievalThatIsCancelledIsCancelledInTheCache() {
		CompletableFuture<Object> future = new CompletableFuture<>();
		ReceivedTransaction received = record(caches(retrieving(future)), (cache, template) -> {
			CompletableFuture<?> retrieved = cache.retrieve("k");
			assertThat(retrieved.cancel(true)).isTrue();
			assertThat(retrieved).isCancelled();
		});
		assertThat(future).isCancelled();
		assertThat(received.span("cache.get").data("cache.hit").asBoolean(true)).isFalse();
	}

	@Test
	void aRetrievalThatFailsLaterIsAnError() {
		IllegalStateException failure = new IllegalStateException("42");
		CompletableFuture<Object> future = new CompletableFuture<>();
		ReceivedTransaction received = record(caches(retrieving(future)), (cache, template) -> {
			CompletableFuture<?> retrieved = cache.retrieve("k");
			template.traced("after").call(() -> "x");
			future.completeExceptionally(failure);
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(retrieved::get)
				.havingCause()
				.isSameAs(failure);
		});
		assertThat(received.span("cache.get").status()).isEqualTo("internal_error");
		assertThat(received.span("function").isChildOf(received.root())).isTrue();
	}

	@Test
	void workBelowAnAccessToAServerIsItsChild() {
		SlowCache slow = new SlowCache();
		ReceivedTransaction received = record(caches(slow), (cache, template) -> {
			slow.template = template;
			cache.get("k");
		});
		assertThat(received.span("function").isChildOf(received.span("cache.get"))).isTrue();
	}

	@Test
	void aCacheWithinACacheIsReadOnce() {
		SlowCache behind = new SlowCache();
		AtomicReference<Cache> reported = new AtomicReference<>();
		SlowCache near = new SlowCache() {

			@Override
			protected Object lookup(Object key) {
				return reported.get().get(key, String.class);
			}

		};
		SimpleCacheManager far = new SimpleCacheManager();
		far.setCaches(List.of(behind));
		far.initializeCaches();
		ReceivedTransaction received = this.recorder.record(caches(near).withBean("far", CacheManager.class, () -> far),
				context -> {
					reported.set(context.getBean("far", CacheManager.class).getCache("things"));
					reported.get().put("k", "v");
					Cache cache = context.getBean("cacheManager", CacheManager.class).getCache("things");
					assertThat(cache.get("k", String.class)).isEqualTo("v");
				});
		assertThat(received.spans()).extracting(ReceivedSpan::op).containsExactly("cache.put", "cache.get");
	}

	@Test
	void theLoaderOfAServersCacheRunsBesideTheAccesses() {
		SlowCache slow = new SlowCache();
		ReceivedTransaction received = record(caches(slow),
				(cache, template) -> cache.get("k", () -> template.traced("query").call(() -> "v")));
		assertThat(received.spans("function")).satisfiesExactly(
				load -> assertThat(load.isChildOf(received.root())).isTrue(),
				query -> assertThat(query.isChildOf(received.spans("function").get(0))).isTrue());
		assertThat(received.span("cache.put").isChildOf(received.root())).isTrue();
	}

	@Test
	void theExceptionOfACacheReachesItsCallerUntouched() {
		IllegalStateException failure = new IllegalStateException("42");
		SlowCache broken = new SlowCache() {

			@Override
			protected Object lookup(Object key) {
				throw failure;
			}

			@Override
			public void put(Object key, Object value) {
				throw failure;
			}

		};
		ReceivedTransaction received = record(caches(broken), (cache, template) -> {
			assertThatIllegalStateException().isThrownBy(() -> cache.get("k")).isSameAs(failure);
			assertThatIllegalStateException().isThrownBy(() -> cache.put("k", "v")).isSameAs(failure);
		});
		assertThat(received.spans()).hasSize(2).allMatch(span -> span.status().equals("internal_error"));
		assertThat(received.span("cache.get").data("cache.hit").asBoolean(true)).isFalse();
	}

	@Test
	void aKeyThatCannotBeWrittenNeverReachesTheCaller() {
		ReceivedTransaction received = record(cache -> {
			cache.put(new BrokenKey(), "v");
			assertThat(cache.get(new EndlessKey())).isNull();
		});
		assertThat(received.span("cache.put").description()).isEqualTo("InstrumentedCacheTests.BrokenKey");
		assertThat(received.span("cache.get").description()).isEqualTo("InstrumentedCacheTests.EndlessKey");
	}

	@Test
	void aCacheThatKeepsNothingHasOnlyMisses() {
		ReceivedTransaction received = record(caches(new NoOpCacheManager()), (cache, template) -> {
			cache.put("k", "v");
			assertThat(cache.get("k")).isNull();
			assertThat(cache.get("k", () -> "w")).isEqualTo("w");
		});
		assertThat(received.spans("cache.get")).hasSize(2).noneMatch(span -> span.data("cache.hit").asBoolean());
		assertThat(received.span("cache.put").data("cache.write").asBoolean(true)).isFalse();
		assertThat(received.spans("cache.get").get(1).data("cache.write").asBoolean(true)).isFalse();
		assertThat(received.span("function").description()).isEqualTo("load things");
	}

	@Test
	void aCacheWithoutANativeOneIsReported() {
		ReceivedTransaction received = record(caches(new SlowCache() {

			@Override
			public Object getNativeCache() {
				throw new UnsupportedOperationException();
			}

		}), (cache, template) -> cache.get("k"));
		assertThat(received.spans("cache.get")).hasSize(1);
	}

	@Test
	void theLoaderOfACaffeineCacheRunsBelowTheRead() {
		InsightsTemplate[] template = new InsightsTemplate[1];
		CaffeineCacheManager manager = new CaffeineCacheManager();
		manager.setCaffeine(Caffeine.newBuilder());
		manager.setCacheLoader(key -> template[0].traced("load").call(() -> "v"));
		ReceivedTransaction received = record(caches(manager), (cache, application) -> {
			template[0] = application;
			assertThat(cache.get("k")).isNotNull();
		});
		assertThat(received.span("function").isChildOf(received.span("cache.get"))).isTrue();
	}

	private static SlowCache retrieving(CompletableFuture<Object> future) {
		return new SlowCache() {

			@Override
			public CompletableFuture<?> retrieve(Object key) {
				return future;
			}

		};
	}

	private ReceivedTransaction record(Accesses accesses) {
		return record(caches(new ConcurrentMapCacheManager()), (cache, template) -> accesses.run(cache));
	}

	private ReceivedTransaction record(ApplicationContextRunner runner, AccessesAndMore accesses) {
		return this.recorder.record(runner, context -> accesses
			.run(context.getBean(CacheManager.class).getCache("things"), context.getBean(InsightsTemplate.class)));
	}

	private ApplicationContextRunner caches(CacheManager manager) {
		return this.recorder.runner().withBean("cacheManager", CacheManager.class, () -> manager);
	}

	private ApplicationContextRunner caches(Cache cache) {
		SimpleCacheManager manager = new SimpleCacheManager();
		manager.setCaches(List.of(cache));
		manager.initializeCaches();
		return caches(manager);
	}

	@FunctionalInterface
	interface Accesses {

		void run(Cache cache) throws Exception;

	}

	@FunctionalInterface
	interface AccessesAndMore {

		void run(Cache cache, InsightsTemplate template) throws Exception;

	}

	/**
	 * A cache that is not known to be in memory.
	 */
	static class SlowCache extends AbstractValueAdaptingCache {

		private final Map<Object, Object> entries = new ConcurrentHashMap<>();

		InsightsTemplate template;

		SlowCache() {
			super(true);
		}

		@Override
		public String getName() {
			return "things";
		}

		@Override
		public Object getNativeCache() {
			return this;
		}

		@Override
		protected Object lookup(Object key) {
			return (this.template != null) ? this.template.traced("command").call(() -> this.entries.get(key))
					: this.entries.get(key);
		}

		@Override
		@SuppressWarnings("unchecked")
		public <T> T get(Object key, Callable<T> valueLoader) {
			return (T) this.entries.computeIfAbsent(key, absent -> {
				try {
					return valueLoader.call();
				}
				catch (Exception ex) {
					throw new ValueRetrievalException(key, valueLoader, ex);
				}
			});
		}

		@Override
		public void put(Object key, Object value) {
			this.entries.put(key, value);
		}

		@Override
		public void evict(Object key) {
			this.entries.remove(key);
		}

		@Override
		public void clear() {
			this.entries.clear();
		}

	}

	static final class BrokenKey {

		@Override
		public String toString() {
			throw new IllegalStateException("no text");
		}

	}

	static final class EndlessKey {

		@Override
		public String toString() {
			return "and " + toString();
		}

	}

}
