package io.github.sentryinsights.annotation;

import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.sentry.ITransaction;
import io.sentry.SpanStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.Disposable;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for annotated methods, and for the same reported through
 * {@link InsightsTemplate}.
 */
class TracedAdviceTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(InsightsContextRunner.autoConfigurations(
				"io.github.sentryinsights.annotation.AnnotationAutoConfiguration",
				"io.github.sentryinsights.reactor.ReactorInsightsAutoConfiguration"))
		.withUserConfiguration(Shop.class);

	@Test
	void aCallIsASpanNamedByItsMethod() {
		ReceivedTransaction received = record((prices, template) -> assertThat(prices.price(7)).isEqualTo(70));
		ReceivedSpan span = received.span("function");
		InsightsContract.verify(span);
		assertThat(span.description()).isEqualTo("TracedAdviceTests.Prices.price");
		assertThat(span.data("code.function").asText()).isEqualTo("price");
		assertThat(span.data("code.namespace").asText()).isEqualTo(Prices.class.getName());
	}

	@Test
	void aMethodThatIsNotAnnotatedIsNotReported() {
		assertThat(record((prices, template) -> prices.untraced()).spans()).isEmpty();
	}

	@Test
	void anAnnotationOnATypeCoversItsPublicMethods() {
		ReceivedTransaction received = record((prices, template) -> prices.typed().one());
		assertThat(received.span("repository").description()).isEqualTo("typed");
	}

	@Test
	void theExceptionOfAMethodReachesItsCallerUntouched() {
		IllegalStateException failure = new IllegalStateException("42");
		ReceivedTransaction received = record(
				(prices, template) -> assertThatIllegalStateException().isThrownBy(() -> prices.fail(failure))
					.isSameAs(failure));
		assertThat(received.span("function").status()).isEqualTo("internal_error");
	}

	@Test
	void aFutureIsReportedUntilItCompletes() {
		CompletableFuture<String> future = new CompletableFuture<>();
		ReceivedTransaction received = record((prices, template) -> {
			assertThat(prices.later(future)).isSameAs(future);
			template.traced("after").call(() -> null);
			future.completeExceptionally(new IllegalStateException());
		});
		assertThat(named(received, "later").status()).isEqualTo("internal_error");
		assertThat(named(received, "after").isChildOf(received.root())).isTrue();
	}

	@Test
	void aMonoIsReportedFromSubscriptionToEnd() {
		ReceivedTransaction received = record((prices, template) -> {
			Mono<String> mono = prices.mono(Mono.delay(Duration.ofMillis(1), Schedulers.parallel())
				.then(template.traced("inside").publisher(() -> Mono.just("x"))));
			assertThat(mono.block(Duration.ofSeconds(5))).isEqualTo("x");
			assertThat(mono.block(Duration.ofSeconds(5))).isEqualTo("x");
		});
		assertThat(received.spans("function").stream().filter(span -> span.description().equals("mono"))).hasSize(2);
		assertThat(received.spans("function").stream().filter(span -> span.description().equals("inside"))).hasSize(2)
			.allMatch(span -> received.spans("function")
				.stream()
				.anyMatch(parent -> parent.description().equals("mono") && span.isChildOf(parent)));
	}

	@Test
	void aFluxThatIsCancelledIsACancelledSpan() {
		ReceivedTransaction received = record((prices, template) -> {
			Disposable subscription = prices.flux(Flux.never()).subscribe();
			subscription.dispose();
		});
		assertThat(received.span("function").status()).isEqualTo("cancelled");
	}

	@Test
	void aMethodThatReturnsASpecialFluxStillReturnsIt() {
		ConnectableFlux<String> connectable = Flux.just("x").publish();
		record((prices, template) -> assertThat(prices.connectable(connectable)).isSameAs(connectable));
	}

	@Test
	void aFailingMonoIsAnError() {
		ReceivedTransaction received = record((prices, template) -> assertThatIllegalStateException()
			.isThrownBy(() -> prices.mono(Mono.error(new IllegalStateException())).block()));
		assertThat(received.span("function").status()).isEqualTo("internal_error");
	}

	@Test
	void aMethodCanStartATransaction() {
		this.runner.run(context -> context.getBean(Prices.class).batch());
		ReceivedTransaction received = this.receiver.transaction("nightly");
		assertThat(received.root().op()).isEqualTo("function");
		assertThat(received.root().status()).isEqualTo("ok");
	}

	@Test
	void aReactiveMethodCanStartATransaction() {
		this.runner.run(context -> {
			InsightsTemplate template = context.getBean(InsightsTemplate.class);
			context.getBean(Prices.class)
				.reactiveBatch(template.traced("inside").publisher(() -> Mono.just("x")))
				.block(Duration.ofSeconds(5));
		});
		ReceivedTransaction received = this.receiver.transaction("reactive nightly");
		assertThat(received.span("function").isChildOf(received.root())).isTrue();
		assertThat(received.root().status()).isEqualTo("ok");
	}

	@Test
	void aMethodThatCanStartATransactionIsASpanInsideOne() {
		ReceivedTransaction received = record((prices, template) -> prices.batch());
		assertThat(received.span("function").description()).isEqualTo("nightly");
	}

	@Test
	void aStatementIsShownWithoutItsLiterals() {
		ReceivedTransaction received = record((prices, template) -> {
			prices.select();
			template.db("clickhouse", "select 1 from t where x = 'secret'").call(() -> null);
		});
		assertThat(received.spans("db.query")).hasSize(2).allSatisfy(InsightsContract::verify);
		assertThat(this.receiver.text()).doesNotContain("secret");
	}

	@Test
	void aReadOfACacheTellsHitsFromMisses() {
		ReceivedTransaction received = record((prices, template) -> {
			prices.cached("a");
			prices.cached("b");
			template.cache("own").get("c").call(() -> Optional.empty());
			template.cache("own").put("c").call(() -> null);
		});
		assertThat(received.spans("cache.get")).hasSize(3).allSatisfy(InsightsContract::verify);
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(true, false, false);
		assertThat(received.spans("cache.get")).extracting(ReceivedSpan::description).containsOnly("{id}");
		InsightsContract.verify(received.span("cache.put"));
	}

	@Test
	void aReadOfManyTellsHitsFromMisses() {
		ReceivedTransaction received = record((prices, template) -> {
			template.cache("own").get("a").publisher(() -> Flux.just("1", "2")).blockLast();
			template.cache("own").get("b").publisher(Flux::empty).blockLast();
		});
		assertThat(received.spans("cache.get")).hasSize(2).allSatisfy(InsightsContract::verify);
		assertThat(received.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(true, false);
	}

	@Test
	void aReadThatFailsIsAMiss() {
		ReceivedTransaction received = record((prices, template) -> {
			assertThatIllegalStateException().isThrownBy(() -> prices.unreachable("a"));
			assertThatIllegalStateException().isThrownBy(() -> template.cache("own").get("a").call(() -> {
				throw new IllegalStateException();
			}));
		});
		assertThat(received.spans("cache.get")).hasSize(2)
			.allSatisfy(InsightsContract::verify)
			.allMatch(span -> !span.data("cache.hit").asBoolean());
	}

	@Test
	void aResultThatCannotBeLookedAtReachesTheCaller() {
		ReceivedTransaction received = record((prices, template) -> {
			List<String> lazy = new Uninitialized();
			assertThat(prices.lazy(lazy) == lazy).isTrue();
			assertThat(prices.lazyMono(lazy).block() == lazy).isTrue();
		});
		assertThat(received.spans("cache.get")).hasSize(2).allMatch(span -> span.status().equals("ok"));
	}

	@Test
	void aStageThatCannotBeObservedReachesTheCaller() {
		CompletionStage<String> stage = new CompletableFuture<>() {

			@Override
			public CompletableFuture<String> whenComplete(
					java.util.function.BiConsumer<? super String, ? super Throwable> action) {
				throw new UnsupportedOperationException();
			}

		};
		ReceivedTransaction received = record((prices,
				template) -> assertThat(
						template.traced("odd").<CompletionStage<String>, RuntimeException>call(() -> stage) == stage)
					.isTrue());
		assertThat(received.span("function").isFinished()).isTrue();
	}

	@Test
	void aMessageIsFollowedFromPublishToProcess() {
		ReceivedTransaction sent = record((prices, template) -> {
			Map<String, String> message = template.queue("rabbitmq", "mails").publish(headers -> headers);
			prices.receive(message);
			prices.publish("id-1");
		});
		ReceivedTransaction processed = this.receiver.transaction("mails");
		List<ReceivedSpan> published = sent.spans("queue.publish");
		assertThat(published).hasSize(2).allSatisfy(InsightsContract::verify);
		InsightsContract.verify(processed.root());
		assertThat(processed.root().traceId()).isEqualTo(sent.root().traceId());
		assertThat(processed.root().data("messaging.message.id"))
			.isEqualTo(published.get(0).data("messaging.message.id"));
		assertThat(processed.root().data("messaging.message.receive.latency").isIntegralNumber()).isTrue();
		assertThat(published.get(1).data("messaging.message.id").asText()).isEqualTo("id-1");
	}

	@Test
	void aKeyThatIsMoreThanASimpleValueIsNamedByItsType() {
		ReceivedTransaction received = record((prices, template) -> prices.store(new Account("bob", "hunter2")));
		assertThat(received.span("cache.put").description()).isEqualTo("TracedAdviceTests.Account");
		assertThat(this.receiver.text()).doesNotContain("hunter2");
	}

	@Test
	void workWithoutAResultIsReported() {
		ReceivedTransaction received = record((prices, template) -> {
			template.traced("silent").run(() -> {
			});
			template.queue("rabbitmq", "mails").send(headers -> assertThat(headers).containsKey("sentry-trace"));
		});
		assertThat(received.span("function").description()).isEqualTo("silent");
		InsightsContract.verify(received.span("queue.publish"));
	}

	@Test
	void aMessageSentReactivelyCarriesTheTraceOfItsOwnSpan() {
		ReceivedTransaction received = record((prices, template) -> {
			Mono<String> sent = template.queue("rabbitmq", "mails")
				.publisher(Mono.class, headers -> Mono.just(headers.get("sentry-trace")));
			assertThat(sent.block()).isNotEqualTo(sent.block());
		});
		assertThat(received.spans("queue.publish")).hasSize(2).allSatisfy(InsightsContract::verify);
	}

	@Test
	void theTextOfABeanIsNotWork() {
		ReceivedTransaction received = record(
				(prices, template) -> assertThat(prices.typed().toString()).isEqualTo("me"));
		assertThat(received.spans()).isEmpty();
	}

	@Test
	void aKeyExpressionThatFailsNeverReachesTheCaller() {
		ReceivedTransaction received = record((prices, template) -> assertThat(prices.broken(null)).isEqualTo("ok"));
		assertThat(received.span("cache.get").status()).isEqualTo("ok");
	}

	@Test
	void aHeaderExpressionThatFailsNeverReachesTheCaller() {
		this.runner.run(context -> context.getBean(Prices.class).receive(null));
		this.runner.run(context -> context.getBean(Prices.class).receiveNested(null));
		assertThat(this.receiver.transaction("nested mails").root().status()).isEqualTo("ok");
	}

	@Test
	void anExpressionThatCannotBeReadStopsTheStart() {
		this.runner.withBean(Unreadable.class)
			.run(context -> assertThat(context).getFailure()
				.hasStackTraceContaining("'#{' on")
				.hasStackTraceContaining("is not a SpEL expression"));
	}

	@Test
	void annotationsCanBeSwitchedOff() {
		this.runner.withPropertyValues("sentry.insights.annotations.enabled=false")
			.run(context -> assertThat(context).doesNotHaveBean(TracedAdvisor.class));
	}

	@Test
	void allIsOffWhenInsightsAreOff() {
		this.runner.withPropertyValues("sentry.insights.enabled=false")
			.run(context -> assertThat(context).doesNotHaveBean(TracedAdvisor.class)
				.doesNotHaveBean(InsightsTemplate.class));
	}

	@Test
	void annotationsWorkWithoutSentryAndWithoutReactor() {
		InsightsContextRunner.withoutSentry()
			.withClassLoader(new org.springframework.boot.test.context.FilteredClassLoader("io.sentry", "reactor."))
			.withConfiguration(InsightsContextRunner.autoConfigurations(
					"io.github.sentryinsights.annotation.AnnotationAutoConfiguration",
					"io.github.sentryinsights.reactor.ReactorInsightsAutoConfiguration"))
			.withBean(Typed.class)
			.run(context -> {
				assertThat(context.getBean(Typed.class)).matches(AopUtils::isAopProxy).satisfies(Typed::one);
				assertThatExceptionOfType(java.io.IOException.class)
					.isThrownBy(() -> context.getBean(InsightsTemplate.class).traced("x").call(() -> {
						throw new java.io.IOException();
					}));
			});
	}

	private ReceivedTransaction record(Work work) {
		this.runner.run(context -> {
			assertThat(context).hasNotFailed();
			ITransaction transaction = CurrentTransaction.start("test");
			work.run(context.getBean(Prices.class), context.getBean(InsightsTemplate.class));
			transaction.finish(SpanStatus.OK);
		});
		return this.receiver.transaction("test");
	}

	private static ReceivedSpan named(ReceivedTransaction transaction, String description) {
		return transaction.spans()
			.stream()
			.filter(span -> span.description().equals(description))
			.findFirst()
			.orElseThrow();
	}

	@FunctionalInterface
	interface Work {

		void run(Prices prices, InsightsTemplate template) throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	static class Shop {

		@Bean
		Typed typed() {
			return new Typed();
		}

		@Bean
		Prices prices(Typed typed) {
			return new Prices(typed);
		}

	}

	@Traced(name = "typed", operation = "repository")
	public static class Typed {

		public void one() {
		}

		@Override
		public String toString() {
			return "me";
		}

	}

	static class Uninitialized extends AbstractList<String> {

		@Override
		public String get(int index) {
			throw new IllegalStateException();
		}

		@Override
		public int size() {
			throw new IllegalStateException();
		}

	}

	static class Unreadable {

		@TracedCache(key = "#{")
		String read(String key) {
			return key;
		}

	}

	record Account(String user, String pin) {
	}

	static class Prices {

		private final @Nullable Typed typed;

		Prices(@Nullable Typed typed) {
			this.typed = typed;
		}

		Typed typed() {
			return java.util.Objects.requireNonNull(this.typed);
		}

		@Traced
		public int price(int product) {
			return product * 10;
		}

		public void untraced() {
		}

		@Traced
		public void fail(RuntimeException failure) {
			throw failure;
		}

		@Traced("later")
		public CompletableFuture<String> later(CompletableFuture<String> future) {
			return future;
		}

		@Traced("mono")
		public <T> Mono<T> mono(Mono<T> mono) {
			return mono;
		}

		@Traced("flux")
		public <T> Flux<T> flux(Flux<T> flux) {
			return flux;
		}

		@Traced("connectable")
		public <T> ConnectableFlux<T> connectable(ConnectableFlux<T> flux) {
			return flux;
		}

		@Traced(name = "nightly", transaction = true)
		public void batch() {
		}

		@Traced(name = "reactive nightly", transaction = true)
		public <T> Mono<T> reactiveBatch(Mono<T> mono) {
			return mono;
		}

		@TracedDb(system = "clickhouse", query = "SELECT x FROM t WHERE y = 'secret'")
		public void select() {
		}

		@TracedCache(cache = "prices", key = "#key")
		public @Nullable String cached(String key) {
			return key.equals("a") ? "1" : null;
		}

		@TracedCache(cache = "prices")
		public String unreachable(String key) {
			throw new IllegalStateException();
		}

		@TracedCache(cache = "prices", key = "'lazy'")
		public List<String> lazy(List<String> list) {
			return list;
		}

		@TracedCache(cache = "prices", key = "'lazy'")
		public Mono<List<String>> lazyMono(List<String> list) {
			return Mono.just(list);
		}

		@TracedCache(cache = "accounts", access = TracedCache.Access.PUT)
		public void store(Account account) {
		}

		@TracedCache(cache = "prices", key = "#key.length()")
		public String broken(@Nullable String key) {
			return "ok";
		}

		@TracedQueue(system = "rabbitmq", destination = "mails", role = TracedQueue.Role.PROCESS, headers = "#headers")
		public void receive(@Nullable Map<String, String> headers) {
		}

		@TracedQueue(system = "rabbitmq", destination = "nested mails", role = TracedQueue.Role.PROCESS,
				headers = "#message.headers.values")
		public void receiveNested(@Nullable Object message) {
		}

		@TracedQueue(system = "rabbitmq", destination = "mails", role = TracedQueue.Role.PUBLISH, messageId = "#id")
		public void publish(String id) {
		}

	}

}
