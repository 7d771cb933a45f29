package io.github.sentryinsights.redis;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.micrometer.context.ContextRegistry;
import io.sentry.IScopes;
import io.sentry.ISpan;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.reactor.SentryReactorThreadLocalAccessor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Subscription;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveRedisTemplate;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.serializer.RedisSerializationContext;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.ReactiveSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.data.redis.ReactiveRedisSessionRepository;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for reactive commands, whose subscribers are on whatever thread.
 */
class RedisReactiveTests {

	private static final String HEALTH_BOOT_3 = "org.springframework.boot.actuate.data.redis.RedisReactiveHealthIndicator";

	private static final String HEALTH_BOOT_4 = "org.springframework.boot.data.redis.health.DataRedisReactiveHealthIndicator";

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
				StepVerifier.create(redis.opsForValue().get("product:1").timeout(Duration.ofMillis(500)))
					.verifyError(TimeoutException.class);
			});
			assertThat(trace.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
				.containsExactly(false, false);
			assertThat(trace.spans("cache.get")).extracting(ReceivedSpan::status).containsExactly("ok", "cancelled");
			assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::status).containsExactly("ok", "cancelled");
		}
	}

	@Test
	void whatIsCancelledAfterItsReplyIsNotCancelled() {
		ReceivedTransaction trace = run(redis -> redis.opsForSet()
			.add("members", "1", "2", "3")
			.thenMany(redis.opsForSet().members("members"))
			.collectList()
			.flatMapMany(members -> redis.opsForList().rightPushAll("list", "1", "2", "3"))
			.thenMany(redis.opsForList().range("list", 0, -1))
			.take(3)
			.collectList()
			.thenMany(redis.opsForValue().multiGet(List.of("product:1", "product:2")))
			.next());
		assertThat(trace.spans("db.redis")).hasSize(5).allMatch(span -> span.status().equals("ok"));
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

	@Test
	void commandsOfAThreadWithoutScopesBelongToTheTraceOfTheirContext() {
		List<String> threads = new CopyOnWriteArrayList<>();
		List<IScopes> scopes = new CopyOnWriteArrayList<>();
		Runnable look = () -> {
			threads.add(Thread.currentThread().getName());
			scopes.add(Sentry.getCurrentScopes(false));
		};
		ReceivedTransaction trace = runPlainly(redis -> redis.opsForValue()
			.set("product:1", "1234")
			.doOnNext(done -> look.run())
			.flatMap(done -> redis.opsForValue().get("product:1"))
			.doOnNext(value -> look.run())
			.flatMap(value -> redis.opsForHash().putAll("product:2", Map.of("name", value)))
			.doOnNext(done -> look.run())
			.thenMany(redis.scan())
			.doOnComplete(look)
			.then());
		assertThat(threads).hasSize(4).allMatch(name -> name.startsWith("lettuce"));
		assertThat(scopes).allMatch(IScopes::isNoOp);
		assertThat(trace.spans("cache.put")).extracting(ReceivedSpan::description)
			.containsExactly("product:1", "product:2");
		assertThat(trace.span("cache.get").data("cache.item_size").asInt()).isEqualTo(4);
		assertThat(trace.spans("db.redis")).hasSize(4);
		assertThat(trace.spans()).filteredOn(span -> !span.op().equals("db.redis"))
			.allMatch(span -> span.isChildOf(trace.root()));
	}

	@Test
	void concurrentChainsOfTwoTransactionsAreToldApart() {
		runner(server).run(context -> {
			ReactiveStringRedisTemplate redis = template(context.getBean(LettuceConnectionFactory.class));
			Mono.when(chains("left", redis), chains("right", redis)).block(Duration.ofSeconds(20));
		});
		assertThat(List.of("left", "right")).allSatisfy(name -> {
			ReceivedTransaction trace = this.recorder.receiver().transaction(name);
			assertThat(trace.spans("cache.put")).hasSize(50);
			assertThat(trace.spans("cache.get")).hasSize(50);
			assertThat(trace.spans("db.redis")).hasSize(100);
			assertThat(trace.spans()).filteredOn(span -> span.op().startsWith("cache"))
				.allMatch(span -> span.description().startsWith("product:" + name))
				.allMatch(span -> span.isChildOf(trace.root()));
		});
	}

	@Test
	void theSpanOfTheContextIsTheParentAlsoWhereTheThreadHasTheTransaction() {
		runner(server).run(context -> {
			ITransaction transaction = CurrentTransaction.start("test");
			IScopes thread = Sentry.getCurrentScopes();
			IScopes scopes = thread.forkedCurrentScope("test");
			ISpan work = transaction.startChild("work");
			scopes.setActiveSpan(work);
			ReactiveStringRedisTemplate redis = template(context.getBean(LettuceConnectionFactory.class));
			redis.hasKey("key")
				.flatMap(found -> redis.hasKey("key"))
				.contextWrite(reactor -> reactor.put("sentry-scopes", scopes))
				.block(Duration.ofSeconds(10));
			assertThat(Sentry.getCurrentScopes(false)).isSameAs(thread);
			work.finish();
			transaction.finish();
		});
		ReceivedTransaction trace = this.recorder.receiver().transaction("test");
		assertThat(trace.spans("db.redis")).hasSize(2).allMatch(span -> span.isChildOf(trace.span("work")));
	}

	@Test
	void aCommandIsSentWithTheContextWhenItsValuesAreAskedForLater() {
		AtomicReference<Subscription> subscription = new AtomicReference<>();
		ReceivedTransaction trace = runPlainly(redis -> Mono.deferContextual(context -> {
			Sinks.One<String> result = Sinks.one();
			redis.opsForValue().get("product:absent").defaultIfEmpty("none").subscribe(new BaseSubscriber<>() {

				@Override
				public Context currentContext() {
					return Context.of(context);
				}

				@Override
				protected void hookOnSubscribe(Subscription asked) {
					subscription.set(asked);
				}

				@Override
				protected void hookOnNext(String value) {
					result.tryEmitValue(value);
				}

			});
			Schedulers.parallel().schedule(() -> subscription.get().request(1));
			return result.asMono();
		}));
		assertThat(trace.span("cache.get").description()).isEqualTo("product:absent");
		assertThat(trace.spans("db.redis")).hasSize(1);
	}

	@Test
	void whatFailsOnAThreadWithoutScopesEndsTheCommand() {
		ReceivedTransaction trace = runPlainly(redis -> redis.opsForList()
			.leftPush("product:list", "1")
			.then(redis.opsForValue().get("product:list"))
			.onErrorComplete());
		assertThat(trace.span("cache.get").status()).isEqualTo("internal_error");
	}

	@Test
	void whatIsGivenUpOnAThreadWithoutScopesIsNoHit() {
		try (EmbeddedRedis paused = EmbeddedRedis.start()) {
			ReceivedTransaction trace = runPlainly(paused, redis -> redis.hasKey("connect").then(Mono.defer(() -> {
				paused.pause(Duration.ofSeconds(1));
				return redis.opsForValue()
					.get("product:late")
					.timeout(Duration.ofMillis(50))
					.onErrorComplete(TimeoutException.class)
					.then(redis.opsForValue()
						.get("product:cancelled")
						.takeUntilOther(Mono.delay(Duration.ofMillis(50))));
			})).subscribeOn(Schedulers.parallel()));
			assertThat(trace.spans("cache.get")).extracting(ReceivedSpan::description)
				.containsExactly("product:late", "product:cancelled");
			assertThat(trace.spans("cache.get")).noneMatch(span -> span.data("cache.hit").asBoolean())
				.allMatch(ReceivedSpan::isFinished)
				.allMatch(span -> span.status().equals("cancelled"));
		}
	}

	@Test
	void messagesArriveAsBeforeAndAreSentWithinTheTraceOfTheirContext() {
		ReceivedTransaction trace = runPlainly(redis -> redis.listenToLater(ChannelTopic.of("news"))
			.publishOn(Schedulers.parallel())
			.flatMap(messages -> Mono.zip(messages.next(), redis.convertAndSend("news", "hello")))
			.doOnNext(both -> {
				assertThat(both.getT1().getMessage()).isEqualTo("hello");
				assertThat(both.getT2()).isEqualTo(1);
			}));
		assertThat(trace.span("db.redis").description()).isEqualTo("PUBLISH");
	}

	@Test
	void sessionsAreKeptWithinTheTraceOfTheirContextAndTheirIdsAreHidden() {
		List<String> ids = new CopyOnWriteArrayList<>();
		ReceivedTransaction trace = runPlainly(
				redis -> useSession(new ReactiveRedisSessionRepository(objects(redis.getConnectionFactory())), ids::add)
					.subscribeOn(Schedulers.parallel()));
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description)
			.contains("HMSET spring:session:sessions:?", "HGETALL spring:session:sessions:?",
					"DEL spring:session:sessions:?")
			.allMatch(description -> description.endsWith("spring:session:sessions:?"));
		assertThat(this.recorder.receiver().bytes()).doesNotContain(ids.get(0), "secret-");
	}

	private static <S extends Session> Mono<Void> useSession(ReactiveSessionRepository<S> sessions,
			Consumer<String> ids) {
		return sessions.createSession().flatMap(session -> {
			ids.accept(session.getId());
			session.setAttribute("secret-name", "secret-value");
			return sessions.save(session).then(sessions.findById(session.getId()));
		}).flatMap(found -> {
			assertThat(found.<String>getAttribute("secret-name")).isEqualTo("secret-value");
			return sessions.deleteById(found.getId());
		});
	}

	private static ReactiveRedisTemplate<String, Object> objects(ReactiveRedisConnectionFactory factory) {
		return new ReactiveRedisTemplate<>(factory,
				RedisSerializationContext.<String, Object>newSerializationContext(RedisSerializer.java())
					.key(RedisSerializer.string())
					.hashKey(RedisSerializer.string())
					.build());
	}

	@Test
	void theHealthOfTheServerIsAskedForWithoutASpan() {
		ReceivedTransaction trace = runPlainly(redis -> Mono.defer(() -> health(redis.getConnectionFactory()))
			.doOnNext(health -> assertThat(health.toString()).startsWith("UP").contains("version")));
		assertThat(trace.spans()).isEmpty();
	}

	/**
	 * Ask Spring Boot, which has moved the class.
	 */
	private static Mono<?> health(ReactiveRedisConnectionFactory factory) {
		try {
			boolean moved = ClassUtils.isPresent(HEALTH_BOOT_4, null);
			Class<?> type = ClassUtils.forName(moved ? HEALTH_BOOT_4 : HEALTH_BOOT_3, null);
			Object indicator = type.getConstructor(ReactiveRedisConnectionFactory.class).newInstance(factory);
			return (Mono<?>) type.getMethod("health").invoke(indicator);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void aConnectionIsEqualToItselfAndClosesLater() {
		runner(server).run(context -> {
			ReactiveRedisConnection connection = context.getBean(ReactiveRedisConnectionFactory.class)
				.getReactiveConnection();
			assertThat(Proxy.isProxyClass(connection.getClass())).isTrue();
			assertThat(connection).isEqualTo(connection)
				.isNotEqualTo(context.getBean(ReactiveRedisConnectionFactory.class).getReactiveConnection())
				.hasSameHashCodeAs(connection);
			assertThat(connection.ping().block(Duration.ofSeconds(10))).isEqualTo("PONG");
			connection.closeLater().block(Duration.ofSeconds(10));
		});
	}

	@Test
	void connectionsAreThoseOfTheFactoryWithoutSentry() {
		this.recorder.receiver().close();
		Client.LETTUCE
			.in(InsightsContextRunner.withoutSentry()
				.withConfiguration(InsightsContextRunner
					.autoConfigurations("io.github.sentryinsights.redis.LettuceRedisAutoConfiguration")),
					() -> Client.LETTUCE.standalone(server.port()))
			.run(context -> {
				ReactiveRedisConnectionFactory factory = context.getBean(ReactiveRedisConnectionFactory.class);
				assertThat(Proxy.isProxyClass(factory.getReactiveConnection().getClass())).isFalse();
				assertThat(new ReactiveStringRedisTemplate(factory).hasKey("absent").block(Duration.ofSeconds(10)))
					.isFalse();
			});
	}

	@Test
	void aFactoryOfAFinalClassReportsWhatItsThreadsKnow() {
		this.recorder.runner(Client.LETTUCE, () -> new FinalFactory(server.port())).run(context -> {
			assertThat(context.getBean(LettuceConnectionFactory.class)).isExactlyInstanceOf(FinalFactory.class);
			assertThat(context.getBean(InstrumentedBeans.class)).hasToString("redis (redisConnectionFactory), "
					+ "not reactive redis redisConnectionFactory (its class cannot be extended)");
			this.recorder.record(context.getBean(RedisConnectionFactory.class),
					factory -> template((FinalFactory) factory).hasKey("key").block(Duration.ofSeconds(10)));
		});
		assertThat(this.recorder.received().spans("db.redis")).hasSize(1);
	}

	private static Mono<Void> chains(String name, ReactiveStringRedisTemplate redis) {
		return ContextTransaction.around(name,
				Flux.range(0, 50)
					.map(i -> "product:" + name + ":" + i)
					.flatMap(key -> redis.opsForValue().set(key, "1").flatMap(done -> redis.opsForValue().get(key)))
					.then());
	}

	private ReceivedTransaction runPlainly(Function<ReactiveStringRedisTemplate, Mono<?>> work) {
		return runPlainly(server, work);
	}

	private ReceivedTransaction runPlainly(EmbeddedRedis redis, Function<ReactiveStringRedisTemplate, Mono<?>> work) {
		runner(redis).run(context -> {
			ReactiveStringRedisTemplate template = template(context.getBean(LettuceConnectionFactory.class));
			ContextTransaction.around("reactive", work.apply(template)).block(Duration.ofSeconds(20));
		});
		ReceivedTransaction trace = this.recorder.receiver().transaction("reactive");
		trace.spans().forEach(InsightsContract::verify);
		return trace;
	}

	/**
	 * Run work as WebFlux does, with the scopes in the context of Reactor, which puts
	 * them on each thread.
	 */
	private ReceivedTransaction run(Function<ReactiveStringRedisTemplate, Mono<?>> work) {
		ContextRegistry.getInstance().registerThreadLocalAccessor(new SentryReactorThreadLocalAccessor());
		Hooks.enableAutomaticContextPropagation();
		try {
			return runPlainly(work);
		}
		finally {
			Hooks.disableAutomaticContextPropagation();
		}
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

	private static final class FinalFactory extends LettuceConnectionFactory {

		FinalFactory(int port) {
			super("127.0.0.1", port);
		}

	}

	@FunctionalInterface
	private interface Work {

		void run(ReactiveStringRedisTemplate redis) throws Exception;

	}

}
