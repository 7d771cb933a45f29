package io.github.sentryinsights.redis;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.micrometer.context.ContextRegistry;
import io.sentry.IScopes;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.TransactionOptions;
import io.sentry.reactor.SentryReactorThreadLocalAccessor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for reactive commands, whose subscribers are on whatever thread.
 */
class RedisReactiveTests {

	@RegisterExtension
	static EmbeddedRedis server = EmbeddedRedis.start();

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@Test
	void commandsBelongToTheTraceThatTheirContextCarriesToTheirThread() {
		ReceivedTransaction trace = run(redis -> Flux.range(0, 40)
			.flatMap(i -> redis.opsForValue()
				.set("product:" + i, "1234")
				.subscribeOn(Schedulers.parallel())
				.then(redis.opsForValue().get("product:" + i))
				.publishOn(Schedulers.boundedElastic()))
			.then());
		assertThat(trace.spans("cache.get")).hasSize(40).allSatisfy(read -> {
			assertThat(read.isChildOf(trace.root())).isTrue();
			assertThat(read.data("cache.hit").asBoolean()).isTrue();
			assertThat(read.data("cache.item_size").asInt()).isEqualTo(4);
		});
		assertThat(trace.spans("cache.put")).hasSize(40);
		assertThat(trace.spans("db.redis")).hasSize(80);
	}

	@Test
	void manyCommandsAtOnceAreToldApart() {
		ReceivedTransaction trace = run(redis -> Flux.range(0, 100)
			.flatMap(i -> (i % 2 == 0) ? redis.opsForValue().set("product:" + i, "v".repeat(i)) : Mono.just(true))
			.thenMany(Flux.range(0, 100).flatMap(i -> redis.opsForValue().get("product:" + i)))
			.count()
			.doOnNext(found -> assertThat(found).isEqualTo(50)));
		assertThat(trace.spans("cache.get")).hasSize(100).allSatisfy(read -> {
			int number = Integer.parseInt(read.description().substring("product:".length()));
			assertThat(read.data("cache.hit").asBoolean()).isEqualTo(number % 2 == 0);
			assertThat(read.data("cache.item_size").asInt()).isEqualTo((number % 2 == 0) ? number : 0);
		});
	}

	@Test
	void aPublisherThatNobodySubscribesToSendsNothing() {
		ReceivedTransaction trace = record(redis -> assertThat(
				IntStream.range(0, 1000).mapToObj(i -> redis.opsForValue().get("product:" + i)).toList())
			.hasSize(1000));
		assertThat(trace.spans()).isEmpty();
	}

	@Test
	void anErrorReplyEndsTheCommand() {
		ReceivedTransaction trace = run(redis -> redis.opsForList()
			.leftPush("product:list", "1")
			.then(redis.opsForValue().get("product:list"))
			.onErrorComplete());
		assertThat(trace.span("cache.get").status()).isEqualTo("internal_error");
	}

	@Test
	void aReadThatTakesTooLongIsNoHit() {
		try (EmbeddedRedis paused = EmbeddedRedis.start()) {
			ReceivedTransaction trace = record(paused, redis -> {
				redis.opsForValue().get("product:0").block(Duration.ofSeconds(10));
				paused.pause(Duration.ofSeconds(1));
				StepVerifier.create(redis.opsForValue().get("product:1").timeout(Duration.ofMillis(50)))
					.verifyError(TimeoutException.class);
			});
			assertThat(trace.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
				.containsExactly(false, false);
		}
	}

	@Test
	void nothingIsToldOutsideOfATransaction() {
		runner(server).run(context -> {
			ReactiveStringRedisTemplate redis = template(context.getBean(LettuceConnectionFactory.class));
			redis.opsForValue().get("product:1").subscribeOn(Schedulers.parallel()).block(Duration.ofSeconds(10));
		});
		Awaitility.await()
			.during(Duration.ofMillis(200))
			.until(() -> this.recorder.receiver().transactions().isEmpty());
	}

	/**
	 * Run work as WebFlux does, with the scopes in the context of Reactor, which puts
	 * them on each thread.
	 */
	private ReceivedTransaction run(Function<ReactiveStringRedisTemplate, Mono<?>> work) {
		ContextRegistry.getInstance().registerThreadLocalAccessor(new SentryReactorThreadLocalAccessor());
		Hooks.enableAutomaticContextPropagation();
		try {
			runner(server).run(context -> {
				ReactiveStringRedisTemplate redis = template(context.getBean(LettuceConnectionFactory.class));
				redis.hasKey("connect").block(Duration.ofSeconds(10));
				IScopes scopes = Sentry.forkedRootScopes("test");
				TransactionOptions options = new TransactionOptions();
				options.setBindToScope(true);
				ITransaction transaction = scopes.startTransaction("reactive", "test", options);
				work.apply(redis)
					.contextWrite(reactor -> reactor.put("sentry-scopes", scopes))
					.block(Duration.ofSeconds(20));
				transaction.finish();
			});
		}
		finally {
			Hooks.disableAutomaticContextPropagation();
		}
		ReceivedTransaction trace = this.recorder.receiver().transaction("reactive");
		trace.spans().forEach(InsightsContract::verify);
		return trace;
	}

	private ReceivedTransaction record(Work work) {
		return record(server, work);
	}

	private ReceivedTransaction record(EmbeddedRedis redis, Work work) {
		return this.recorder.record(runner(redis), factory -> work.run(template((LettuceConnectionFactory) factory)));
	}

	private ApplicationContextRunner runner(EmbeddedRedis redis) {
		return this.recorder.runner(Client.LETTUCE, () -> Client.LETTUCE.standalone(redis.port()));
	}

	private static ReactiveStringRedisTemplate template(LettuceConnectionFactory factory) {
		return new ReactiveStringRedisTemplate(factory);
	}

	@FunctionalInterface
	private interface Work {

		void run(ReactiveStringRedisTemplate redis) throws Exception;

	}

}
