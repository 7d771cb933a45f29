package io.github.sentryinsights.cache;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.support.SimpleCacheManager;

import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for caches, loaders and keys that fail: the caller sees what it would see without
 * this library, and the trace says so.
 */
@ExtendWith(OutputCaptureExtension.class)
class CacheFaultsTests {

	private final CacheRecorder recorder = new CacheRecorder();

	static Stream<Throwable> failures() {
		return Stream.of(new IllegalStateException("broken"), new AssertionError("broken"), new InternalError("broken"),
				new StackOverflowError(), new NoClassDefFoundError("broken"));
	}

	@AfterEach
	void stop() {
		this.recorder.close();
	}

	@ParameterizedTest
	@MethodSource("failures")
	void whatACacheThrowsReachesTheCaller(Throwable failure) {
		List<Access> accesses = List.of(cache -> cache.get("k"), cache -> cache.get("k", String.class),
				cache -> cache.get("k", () -> "v"), cache -> cache.retrieve("k"),
				cache -> cache.retrieve("k", () -> CompletableFuture.completedFuture("v")),
				cache -> cache.put("k", "v"), cache -> cache.putIfAbsent("k", "v"), cache -> cache.evict("k"),
				cache -> cache.evictIfPresent("k"), Cache::clear, Cache::invalidate);
		ReceivedTransaction received = record(simple(new BrokenCache(failure)), cache -> {
			for (Access access : accesses) {
				assertThat(catchThrowable(() -> access.on(cache))).isSameAs(failure);
			}
		});
		assertThat(received.spans()).hasSameSizeAs(accesses)
			.allMatch(span -> span.status().equals("internal_error"))
			.allMatch(span -> span.isChildOf(received.root()));
		assertThat(received.spans("cache.get")).hasSize(5).allMatch(span -> !span.data("cache.hit").asBoolean(true));
		assertThat(received.spans("cache.put")).noneMatch(span -> span.data("cache.write").asBoolean());
	}

	@ParameterizedTest
	@MethodSource("failures")
	void whatALoaderThrowsReachesTheCallerAsItWould(Throwable failure) {
		Callable<Object> loader = () -> {
			if (failure instanceof Error error) {
				throw error;
			}
			throw (Exception) failure;
		};
		for (Supplier<CacheManager> manager : List.<Supplier<CacheManager>>of(ConcurrentMapCacheManager::new,
				CaffeineCacheManager::new)) {
			Throwable plain = catchThrowable(() -> manager.get().getCache("things").get("k", loader));
			ReceivedTransaction received = record(manager.get(), cache -> {
				Throwable reported = catchThrowable(() -> cache.get("k", loader));
				assertThat(reported).hasSameClassAs(plain).hasMessage(plain.getMessage());
				assertThat((reported == failure) ? failure : reported.getCause()).isSameAs(failure);
			});
			assertThat(received.spans()).extracting(ReceivedSpan::op).containsExactly("cache.get", "function");
			assertThat(received.span("cache.get").status()).isEqualTo("ok");
			assertThat(received.span("function").status()).isEqualTo("internal_error");
			this.recorder.clear();
		}
	}

	@Test
	void whatAnAsynchronousLoaderFailsWithReachesTheCallerAsItWould() {
		IllegalStateException failure = new IllegalStateException("broken");
		List<Supplier<CompletableFuture<String>>> loaders = List.of(() -> CompletableFuture.failedFuture(failure),
				() -> CompletableFuture.supplyAsync(() -> {
					throw failure;
				}), () -> {
					throw failure;
				}, () -> null);
		for (Supplier<CompletableFuture<String>> loader : loaders) {
			Throwable plain = catchThrowable(() -> asynchronous().getCache("things").retrieve("k", loader).get());
			ReceivedTransaction received = record(asynchronous(), cache -> {
				Throwable reported = catchThrowable(() -> cache.retrieve("k", loader).get());
				assertThat(reported).hasSameClassAs(plain);
				if (plain instanceof ExecutionException) {
					assertThat(reported).hasCauseInstanceOf(plain.getCause().getClass());
				}
			});
			assertThat(received.spans("cache.get")).singleElement()
				.matches(span -> !span.data("cache.hit").asBoolean(true));
			this.recorder.clear();
		}
	}

	@Test
	void aKeyThatTheCacheRefusesIsRefused() {
		ReceivedTransaction received = record(new ConcurrentMapCacheManager(), cache -> {
			assertThat(catchThrowable(() -> cache.get(null))).isInstanceOf(NullPointerException.class);
			assertThat(catchThrowable(() -> cache.put(null, "v"))).isInstanceOf(NullPointerException.class);
		});
		assertThat(received.spans()).hasSize(2)
			.allMatch(span -> span.status().equals("internal_error"))
			.allMatch(span -> span.description().equals("null"));
	}

	@Test
	void keysOfAnyKindAreShownWithinBounds(CapturedOutput output) {
		Object[] keys = { new byte[1_000_000], "x".repeat(1_000_000), List.of("jane", "doe"), 'c', Thread.State.NEW,
				new InstrumentedCacheTests.BrokenKey(), new InstrumentedCacheTests.EndlessKey() };
		ReceivedTransaction received = record(new ConcurrentMapCacheManager(), cache -> {
			for (Object key : keys) {
				cache.put(key, "v");
				assertThat(cache.get(key, String.class)).isEqualTo("v");
			}
		});
		assertThat(received.spans("cache.get")).extracting(ReceivedSpan::description)
			.containsExactly("<binary>", "{id}", "[{id}, {id}]", "{id}", "NEW", "InstrumentedCacheTests.BrokenKey",
					"InstrumentedCacheTests.EndlessKey");
		assertThat(output).doesNotContain("Instrumentation failed");
	}

	@Test
	void manyFailuresAreNoLogStorm(CapturedOutput output) {
		int before = output.getAll().length();
		record(simple(new BrokenCache(new IllegalStateException("broken"))), cache -> {
			for (int i = 0; i < 500; i++) {
				assertThat(catchThrowable(() -> cache.get(new InstrumentedCacheTests.BrokenKey()))).isNotNull();
			}
		});
		assertThat(output.getAll().substring(before)).doesNotContain("broken").doesNotContain("WARN");
	}

	private ReceivedTransaction record(CacheManager manager, InstrumentedCacheTests.Accesses accesses) {
		return this.recorder.record(this.recorder.runner().withBean("cacheManager", CacheManager.class, () -> manager),
				context -> accesses.run(context.getBean(CacheManager.class).getCache("things")));
	}

	private static CacheManager asynchronous() {
		CaffeineCacheManager manager = new CaffeineCacheManager();
		manager.setAsyncCacheMode(true);
		return manager;
	}

	private static CacheManager simple(Cache cache) {
		SimpleCacheManager manager = new SimpleCacheManager();
		manager.setCaches(List.of(cache));
		manager.initializeCaches();
		return manager;
	}

	@FunctionalInterface
	interface Access {

		void on(Cache cache) throws Exception;

	}

	/**
	 * A cache that fails in every way that is asked for.
	 */
	private record BrokenCache(Throwable failure) implements Cache {

		private <T> T fail() {
			if (this.failure instanceof Error error) {
				throw error;
			}
			throw (RuntimeException) this.failure;
		}

		@Override
		public String getName() {
			return "things";
		}

		@Override
		public Object getNativeCache() {
			throw new UnsupportedOperationException();
		}

		@Override
		public ValueWrapper get(Object key) {
			return fail();
		}

		@Override
		public <T> T get(Object key, Class<T> type) {
			return fail();
		}

		@Override
		public <T> T get(Object key, Callable<T> valueLoader) {
			return fail();
		}

		@Override
		public CompletableFuture<?> retrieve(Object key) {
			return fail();
		}

		@Override
		public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> valueLoader) {
			return fail();
		}

		@Override
		public void put(Object key, Object value) {
			fail();
		}

		@Override
		public ValueWrapper putIfAbsent(Object key, Object value) {
			return fail();
		}

		@Override
		public void evict(Object key) {
			fail();
		}

		@Override
		public boolean evictIfPresent(Object key) {
			return this.<Boolean>fail();
		}

		@Override
		public void clear() {
			fail();
		}

		@Override
		public boolean invalidate() {
			return this.<Boolean>fail();
		}

	}

}
