package io.github.sentryinsights.annotation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.Span;
import io.sentry.SpanStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCache;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.expression.ParseException;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for what {@link TracedCache} and {@link InsightsTemplate#cache} report of caches
 * that nobody instruments.
 */
class TracedCachesTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(InsightsContextRunner.autoConfigurations(
				"io.github.sentryinsights.annotation.AnnotationAutoConfiguration",
				"io.github.sentryinsights.reactor.ReactorInsightsAutoConfiguration"))
		.withUserConfiguration(Beans.class);

	@Test
	void theResultTellsAHitFromAMiss() {
		ReceivedTransaction received = record((sessions, template) -> {
			assertThat(sessions.find(null)).isNull();
			assertThat(sessions.find("v")).isEqualTo("v");
			assertThat(sessions.optional(Optional.empty())).isEmpty();
			assertThat(sessions.optional(Optional.of("v"))).isPresent();
			assertThat(sessions.exists(false)).isFalse();
			assertThat(sessions.exists(true)).isTrue();
			assertThat(sessions.flag(false)).isFalse();
			assertThat(sessions.all(Arrays.asList(null, null))).hasSize(2);
			assertThat(sessions.all(Arrays.asList(null, "v"))).hasSize(2);
			assertThat(sessions.all(List.of())).isEmpty();
			assertThat(sessions.map(Collections.singletonMap("k", null))).hasSize(1);
			assertThat(sessions.map(Map.of("k", "v"))).hasSize(1);
		});
		assertThat(hits(received)).containsExactly(false, true, false, true, false, true, true, false, true, false,
				false, true);
	}

	@Test
	void aResultThatComesLaterTellsAHitFromAMiss() {
		ReceivedTransaction received = record((sessions, template) -> {
			assertThat(sessions.later(CompletableFuture.supplyAsync(() -> false)).get(10, TimeUnit.SECONDS)).isFalse();
			assertThat(sessions.later(CompletableFuture.supplyAsync(() -> true)).get(10, TimeUnit.SECONDS)).isTrue();
			assertThat(sessions.mono(Mono.just(false)).block(Duration.ofSeconds(10))).isFalse();
			assertThat(sessions.mono(Mono.just(true)).block(Duration.ofSeconds(10))).isTrue();
			assertThat(sessions.mono(Mono.empty()).block(Duration.ofSeconds(10))).isNull();
		});
		assertThat(hits(received)).containsExactly(false, true, false, true, false);
	}

	@Test
	void theFutureIsTheVerySameAndWakesWhoeverWaitsForItBeforeTheAccessEnds() {
		ReceivedTransaction received = record((sessions, template) -> {
			List<CompletableFuture<Boolean>> futures = List.of(new CompletableFuture<>(), new CompletableFuture<>());
			assertThat(sessions.later(futures.get(0))).isSameAs(futures.get(0));
			CompletableFuture<Boolean> read = template.cache("own").get("k").call(() -> futures.get(1));
			assertThat(read).isSameAs(futures.get(1));
			List<Boolean> ended = new ArrayList<>();
			for (int i = 0; i < 2; i++) {
				Span span = Sentry.getCurrentScopes().getTransaction().getSpans().get(i);
				futures.get(i).thenRun(() -> ended.add(span.isFinished()));
				futures.get(i).complete(true);
				ended.add(span.isFinished());
			}
			assertThat(ended).containsExactly(false, true, false, true);
		});
		assertThat(hits(received)).containsExactly(true, true);
	}

	@Test
	void aReadThatIsNotOverWhenItsTransactionEndsIsAMiss() {
		CompletableFuture<Boolean> present = new CompletableFuture<>();
		ReceivedTransaction received = record((sessions, template) -> sessions.later(present));
		present.complete(true);
		ReceivedSpan read = received.span("cache.get");
		assertThat(read.isFinished()).isTrue();
		assertThat(read.data("cache.hit").asBoolean(true)).isFalse();
	}

	@Test
	void theTemplateTellsTheSame() {
		ReceivedTransaction received = record((sessions, template) -> {
			InsightsTemplate.TracedCache cache = template.cache("own");
			cache.get("k").call(() -> false);
			cache.falseIsMiss().get("k").call(() -> false);
			cache.falseIsMiss().get(42).call(() -> true);
			cache.getAll(List.of("a", "b")).call(() -> Arrays.asList(null, "v"));
			cache.getAll(List.of("a", "b")).call(() -> Arrays.asList(null, null));
		});
		assertThat(hits(received)).containsExactly(true, false, true, true, false);
		assertThat(received.spans("cache.get").get(3).data("cache.key")).hasSize(2);
		assertThat(received.spans("cache.get").get(3).description()).isEqualTo("{id}, {id}");
	}

	@Test
	void theTemplateTakesAnyKey() {
		ReceivedTransaction received = record((sessions, template) -> {
			InsightsTemplate.TracedCache cache = template.cache("own");
			assertThat(cache.get(null).<String, RuntimeException>call(() -> "v")).isEqualTo("v");
			cache.put(null).run(() -> {
			});
			cache.remove(null).run(() -> {
			});
		});
		assertThat(received.spans()).extracting(ReceivedSpan::description).containsExactly("null", "null", "null");
	}

	@Test
	void theSizeOfBytesAndTextIsKnown() {
		ReceivedTransaction received = record((sessions, template) -> {
			sessions.find("caf\u00e9 \ud83d\ude00");
			sessions.optional(Optional.of("abc"));
			sessions.exists(true);
			template.cache("own").get("k").call(() -> new byte[300]);
			template.cache("own").timeToLive(Duration.ofSeconds(90)).put("k", "abc").run(() -> {
			});
			template.cache("own").put("k", List.of("abc")).run(() -> {
			});
		});
		int text = "caf\u00e9 \ud83d\ude00".getBytes(StandardCharsets.UTF_8).length;
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.item_size").asInt(-1))
			.containsExactly(text, 3, -1, 300);
		assertThat(received.spans("cache.put")).extracting(span -> span.data("cache.item_size").asInt(-1))
			.containsExactly(3, -1);
		assertThat(received.spans("cache.put")).extracting(span -> span.data("cache.ttl").asInt(-1))
			.containsExactly(90, -1);
	}

	@Test
	void anAnnotatedWriteTellsItsSizeAndItsTimeToLive() {
		ReceivedTransaction received = record((sessions, template) -> {
			sessions.store("k", "caf\u00e9");
			sessions.store("k", 42);
			sessions.storeBytes(new byte[300], Duration.ofMinutes(2), "k");
			sessions.storeFor("k", "abc", 30);
			sessions.storeForever("k", "abc");
			sessions.touch("k");
			assertThat(sessions.storeLater("k", "abcd").get(10, TimeUnit.SECONDS)).isTrue();
			assertThat(sessions.storeReactively("k", "abcde").block(Duration.ofSeconds(10))).isTrue();
		});
		assertThat(received.spans("cache.put")).extracting(span -> span.data("cache.item_size").asInt(-1))
			.containsExactly(5, -1, 300, 3, 3, -1, 4, 5);
		assertThat(received.spans("cache.put")).extracting(span -> span.data("cache.ttl").asInt(-1))
			.containsExactly(300, 300, 120, 30, -1, 90, -1, -1);
		assertThat(received.spans("cache.put")).extracting(ReceivedSpan::description)
			.containsExactly("{id}", "{id}", "{id}", "{id}", "{id}", "{id}", "{id}", "{id}");
		assertThat(received.spans("cache.put"))
			.allSatisfy(span -> assertThat(span.data("cache.write").asBoolean()).isTrue());
	}

	@Test
	void aWriteTellsWhetherItHasWritten() {
		ReceivedTransaction received = record((sessions, template) -> {
			InsightsTemplate.TracedCache cache = template.cache("own");
			sessions.storeAbsent("k", false);
			sessions.storeAbsent("k", true);
			sessions.replace("k", false);
			cache.put("k", "v").run(() -> {
			});
			cache.put("k", "v").call(() -> false);
			cache.falseIsMiss().put("k", "v").call(() -> false);
			cache.falseIsMiss().put("k", "v").call(() -> CompletableFuture.completedFuture(false));
			cache.falseIsMiss().put("k", "v").publisher(() -> Mono.just(false)).block(Duration.ofSeconds(10));
		});
		assertThat(received.spans("cache.put")).extracting(span -> span.data("cache.write").asBoolean())
			.containsExactly(false, true, true, true, true, false, false, false);
	}

	@Test
	void aWriteThatFailsTellsNothingOfWriting() {
		ReceivedTransaction received = record((sessions, template) -> {
			assertThatIllegalStateException().isThrownBy(() -> template.cache("own").put("k", "v").run(() -> {
				throw new IllegalStateException("down");
			}));
			assertThatIllegalStateException().isThrownBy(() -> sessions.fail("k", "v"));
		});
		assertThat(received.spans("cache.put")).hasSize(2)
			.noneMatch(span -> span.data().has("cache.write"))
			.allMatch(span -> span.data("cache.item_size").asInt() == 1)
			.allMatch(span -> span.status().equals("internal_error"));
	}

	@Test
	void theSpansAreThoseOfACacheOfSpring() {
		ReceivedTransaction received = record((sessions, template) -> {
			Cache cache = new ConcurrentMapCache("prices");
			template.cache("prices").get("k").call(() -> cache.get("k", String.class));
			template.cache("prices").put("k", "12.50").run(() -> cache.put("k", "12.50"));
			template.cache("prices").get("k").call(() -> cache.get("k", String.class));
			template.cache("prices").remove("k").run(() -> cache.evict("k"));
			template.cache("prices").flush().run(cache::clear);
		});
		ReceivedTransaction spring = recordSpring(cache -> {
			cache.get("k", String.class);
			cache.put("k", "12.50");
			cache.get("k", String.class);
			cache.evict("k");
			cache.clear();
		});
		assertThat(received.spans()).hasSize(5);
		for (int i = 0; i < 5; i++) {
			ReceivedSpan own = received.spans().get(i);
			ReceivedSpan springs = spring.spans().get(i);
			assertThat(own.op()).isEqualTo(springs.op());
			assertThat(own.description()).isEqualTo(springs.description());
			assertThat(cacheData(own)).isEqualTo(cacheData(springs));
		}
	}

	private static Map<String, String> cacheData(ReceivedSpan span) {
		Map<String, String> data = new TreeMap<>();
		span.data().fields().forEachRemaining(field -> {
			if (field.getKey().startsWith("cache.") && !field.getKey().equals("cache.operation")) {
				data.put(field.getKey(), field.getValue().toString());
			}
		});
		return data;
	}

	private ReceivedTransaction recordSpring(Consumer<Cache> work) {
		this.receiver.clear();
		InsightsContextRunner.sendingTo(this.receiver)
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.cache.SpringCacheAutoConfiguration"))
			.withBean(ConcurrentMapCacheManager.class)
			.run(context -> {
				ITransaction transaction = CurrentTransaction.start("test");
				work.accept(context.getBean(CacheManager.class).getCache("prices"));
				transaction.finish(SpanStatus.OK);
			});
		return this.receiver.transaction("test");
	}

	@Test
	void aMistakeInTheAnnotationFailsTheStart() {
		this.runner.withBean(Mistaken.class)
			.run(context -> assertThat(context).getFailure().rootCause().isInstanceOf(ParseException.class));
	}

	@Test
	void theOperationIsTheMethod() {
		ReceivedTransaction received = record((sessions, template) -> {
			sessions.find("v");
			sessions.forget("user:jane");
			sessions.forgetAll();
			template.cache("own").remove("user:jane").run(() -> {
			});
			template.cache("own").flush().run(() -> {
			});
		});
		assertThat(received.spans()).extracting(span -> span.data("cache.operation").asText())
			.containsExactly("find", "forget", "forgetAll", "remove", "flush");
		assertThat(received.spans("cache.remove")).extracting(ReceivedSpan::description)
			.containsExactly("user:{id}", "user:{id}");
		assertThat(received.spans("cache.flush")).extracting(ReceivedSpan::description)
			.containsExactly("sessions", "own");
		assertThat(this.receiver.text()).doesNotContain("jane");
	}

	@Test
	void keysThatAreDroppedLeaveTheNameOfTheCache() {
		this.runner.withPropertyValues("sentry.insights.cache.keys=drop")
			.run(context -> record(context.getBean(Sessions.class), context.getBean(InsightsTemplate.class),
					(sessions, template) -> {
						sessions.find("jane");
						template.cache("own").put("jane").run(() -> {
						});
					}));
		ReceivedTransaction received = this.receiver.transaction("test");
		assertThat(received.spans()).extracting(ReceivedSpan::description).containsExactly("sessions", "own");
		assertThat(received.spans()).noneMatch(span -> span.data().has("cache.key"));
		assertThat(received.span("cache.get").data("cache.hit").asBoolean()).isTrue();
	}

	private static List<Boolean> hits(ReceivedTransaction received) {
		assertThat(received.spans()).allSatisfy(InsightsContract::verify);
		return received.spans("cache.get").stream().map(span -> span.data("cache.hit").asBoolean()).toList();
	}

	private ReceivedTransaction record(Work work) {
		this.runner.run(context -> {
			assertThat(context).hasNotFailed();
			record(context.getBean(Sessions.class), context.getBean(InsightsTemplate.class), work);
		});
		ReceivedTransaction received = this.receiver.transaction("test");
		assertThat(received.spans()).allSatisfy(InsightsContract::verify);
		return received;
	}

	private static void record(Sessions sessions, InsightsTemplate template, Work work) throws Exception {
		ITransaction transaction = CurrentTransaction.start("test");
		work.run(sessions, template);
		transaction.finish(SpanStatus.OK);
	}

	@FunctionalInterface
	interface Work {

		void run(Sessions sessions, InsightsTemplate template) throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Sessions sessions() {
			return new Sessions();
		}

	}

	static class Sessions {

		@TracedCache(cache = "sessions")
		public @Nullable String find(@Nullable String value) {
			return value;
		}

		@TracedCache(cache = "sessions")
		public Optional<String> optional(Optional<String> value) {
			return value;
		}

		@TracedCache(cache = "sessions", falseIsMiss = true)
		public boolean exists(boolean present) {
			return present;
		}

		@TracedCache(cache = "sessions")
		public boolean flag(boolean value) {
			return value;
		}

		@TracedCache(cache = "sessions")
		public List<String> all(List<String> values) {
			return values;
		}

		@TracedCache(cache = "sessions")
		public Map<String, String> map(Map<String, String> values) {
			return values;
		}

		@TracedCache(cache = "sessions", falseIsMiss = true)
		public CompletableFuture<Boolean> later(CompletableFuture<Boolean> present) {
			return present;
		}

		@TracedCache(cache = "sessions", falseIsMiss = true)
		public Mono<Boolean> mono(Mono<Boolean> present) {
			return present;
		}

		@TracedCache(cache = "sessions", access = TracedCache.Access.REMOVE)
		public void forget(String key) {
		}

		@TracedCache(cache = "sessions", access = TracedCache.Access.FLUSH)
		public void forgetAll() {
		}

		@TracedCache(cache = "sessions", access = TracedCache.Access.PUT, timeToLive = "5m")
		public void store(String key, Object value) {
		}

		@TracedCache(cache = "sessions", access = TracedCache.Access.PUT, key = "#key", item = "#value",
				timeToLive = "#timeToLive")
		public void storeBytes(byte[] value, Duration timeToLive, String key) {
		}

		@TracedCache(cache = "sessions", access = TracedCache.Access.PUT, timeToLive = "#seconds")
		public void storeFor(String key, String value, int seconds) {
		}

		@TracedCache(cache = "sessions", access = TracedCache.Access.PUT, timeToLive = "'none'")
		public void storeForever(String key, String value) {
		}

		@TracedCache(cache = "sessions", access = TracedCache.Access.PUT, timeToLive = "90")
		public void touch(String key) {
		}

		@TracedCache(cache = "sessions", access = TracedCache.Access.PUT)
		public CompletableFuture<Boolean> storeLater(String key, String value) {
			return CompletableFuture.completedFuture(true);
		}

		@TracedCache(cache = "sessions", access = TracedCache.Access.PUT)
		public Mono<Boolean> storeReactively(String key, String value) {
			return Mono.just(true);
		}

		@TracedCache(cache = "sessions", access = TracedCache.Access.PUT, falseIsMiss = true)
		public boolean storeAbsent(String key, boolean stored) {
			return stored;
		}

		@TracedCache(cache = "sessions", access = TracedCache.Access.PUT)
		public boolean replace(String key, boolean replaced) {
			return replaced;
		}

		@TracedCache(cache = "sessions", access = TracedCache.Access.PUT)
		public void fail(String key, String value) {
			throw new IllegalStateException("down");
		}

	}

	static class Mistaken {

		@TracedCache(access = TracedCache.Access.PUT, timeToLive = "5 minutes(")
		public void store(String key, String value) {
		}

	}

}
