package io.github.sentryinsights.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.annotation.Id;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.Cursor;
import org.springframework.data.redis.core.RedisHash;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.ScanOptions;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.repository.configuration.EnableRedisRepositories;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.data.repository.CrudRepository;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.data.redis.RedisSessionRepository;

import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what applications put between themselves and a client.
 */
class RedisStylesTests {

	@RegisterExtension
	static EmbeddedRedis server = EmbeddedRedis.start();

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@ParameterizedTest
	@EnumSource
	void aReadThroughACacheManagerIsOneReadWithOneCommand(Client client) {
		ReceivedTransaction trace = recordCache(client, cache -> {
			assertThat(cache.get("1")).isNull();
			cache.put("1", "value");
			Awaitility.await().until(() -> server.has("product::1"));
			assertThat(cache.get("1", String.class)).isEqualTo("value");
		});
		assertThat(trace.spans("cache.get")).extracting(span -> span.data("cache.hit").asBoolean())
			.containsExactly(false, true);
		assertThat(trace.spans("cache.put")).hasSize(1);
		assertThat(trace.spans("db.redis")).hasSize(3);
		trace.spans("cache.get").forEach(read -> assertThat(children(trace, read)).containsExactly("GET product::1"));
		assertThat(children(trace, trace.span("cache.put"))).containsExactly("SET product::1");
	}

	@ParameterizedTest
	@EnumSource
	void metricsCountACacheOfAManagerAndAnEntryByTheirNames(Client client) {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		caches(client).withBean(SimpleMeterRegistry.class, () -> registry).run(context -> {
			Cache cache = context.getBean(CacheManager.class).getCache("product");
			assertThat(cache).isNotNull();
			assertThat(cache.get("1")).isNull();
			assertThat(registry.get("sentry.insights.cache.get").timers()).extracting(
					timer -> timer.getId().getTag("name") + " " + timer.getId().getTag("outcome") + " " + timer.count())
				.containsExactlyInAnyOrder("product miss 1", "product: miss 1");
		});
	}

	@ParameterizedTest
	@EnumSource(names = "LETTUCE")
	void anAsynchronousReadThroughACacheManagerIsOneRead(Client client) {
		ReceivedTransaction trace = recordCache(client, cache -> {
			Optional.ofNullable(cache.retrieve("1")).orElseThrow().get(5, TimeUnit.SECONDS);
		});
		assertThat(trace.spans("cache.get")).hasSize(1);
		assertThat(trace.span("cache.get").data("cache.hit").asBoolean()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void repositoriesReadHashes(Client client) {
		runner(client).withUserConfiguration(Repositories.class).run(context -> {
			Products products = context.getBean(Products.class);
			this.recorder.record(context.getBean("redisConnectionFactory", RedisConnectionFactory.class), redis -> {
				products.save(new Product("1", "hidden-name"));
				assertThat(products.findById("1")).isPresent();
				assertThat(products.findById("2")).isEmpty();
				products.deleteById("1");
			});
		});
		ReceivedTransaction trace = this.recorder.received();
		assertThat(trace.spans("cache.get")).extracting(ReceivedSpan::description).contains("product:1", "product:2");
		assertThat(trace.spans("cache.get").stream().filter(read -> read.description().equals("product:2")))
			.allSatisfy(read -> assertThat(read.data("cache.hit").asBoolean()).isFalse());
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description)
			.contains("HMSET product:1", "SADD product", "HGETALL product:2");
		assertThat(this.recorder.receiver().bytes()).doesNotContain("hidden-");
	}

	@ParameterizedTest
	@EnumSource
	void idsOfSessionsAreHidden(Client client) {
		List<String> ids = new ArrayList<>();
		ReceivedTransaction trace = this.recorder
			.record(runner(client).withPropertyValues("sentry.insights.redis.cache-prefixes=*"), factory -> {
				RedisTemplate<String, Object> template = new RedisTemplate<>();
				template.setConnectionFactory(factory);
				template.setKeySerializer(RedisSerializer.string());
				template.setHashKeySerializer(RedisSerializer.string());
				template.afterPropertiesSet();
				ids.add(useSession(new RedisSessionRepository(template)));
			});
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description)
			.contains("HMSET spring:session:sessions:?", "HGETALL spring:session:sessions:?",
					"DEL spring:session:sessions:?");
		assertThat(this.recorder.receiver().bytes()).doesNotContain(ids.get(0), "hidden-");
	}

	private static <S extends Session> String useSession(SessionRepository<S> repository) {
		S session = repository.createSession();
		session.setAttribute("hidden-name", "hidden-value");
		repository.save(session);
		assertThat(repository.findById(session.getId()).<String>getAttribute("hidden-name")).isEqualTo("hidden-value");
		repository.deleteById(session.getId());
		return session.getId();
	}

	@ParameterizedTest
	@EnumSource
	void scriptsOfTemplatesTellTheirKeys(Client client) {
		ReceivedTransaction trace = record(client,
				factory -> new StringRedisTemplate(factory).execute(
						RedisScript.of("return redis.call('SET', KEYS[1], ARGV[1]) -- " + client, String.class),
						List.of("product:1"), "hidden-value"));
		assertThat(trace.spans("cache.put")).isEmpty();
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::description)
			.containsExactly("EVALSHA product:1", "EVAL product:1");
		assertThat(trace.spans("db.redis")).extracting(ReceivedSpan::status).containsExactly("internal_error", "ok");
		assertThat(this.recorder.receiver().bytes()).doesNotContain("hidden-");
	}

	@ParameterizedTest
	@EnumSource
	void aCursorIsToldWhenItAsksAsFarAsThatIsSeen(Client client) {
		Set<String> found = new HashSet<>();
		ReceivedTransaction trace = record(client, factory -> {
			StringRedisTemplate redis = new StringRedisTemplate(factory);
			for (int i = 0; i < 200; i++) {
				redis.opsForSet().add("members", "hidden-" + i);
			}
			try (Cursor<String> cursor = redis.opsForSet()
				.scan("members", ScanOptions.scanOptions().count(10).build())) {
				cursor.forEachRemaining(found::add);
			}
		});
		assertThat(found).hasSize(200);
		long pages = trace.spans("db.redis")
			.stream()
			.filter(span -> span.description().equals("SSCAN members"))
			.count();
		if (client == Client.LETTUCE) {
			assertThat(pages).isGreaterThan(5);
		}
		else {
			assertThat(pages).isEqualTo(1);
		}
		assertThat(this.recorder.receiver().bytes()).doesNotContain("hidden-");
	}

	@ParameterizedTest
	@EnumSource
	void ofMessagesOnlyTheirSendingIsTold(Client client) {
		CountDownLatch received = new CountDownLatch(1);
		ReceivedTransaction trace = record(client, factory -> {
			RedisMessageListenerContainer container = new RedisMessageListenerContainer();
			container.setConnectionFactory(factory);
			container.addMessageListener((message, pattern) -> received.countDown(), ChannelTopic.of("hidden-channel"));
			container.afterPropertiesSet();
			container.start();
			Awaitility.await().untilAsserted(() -> assertThat(server.subscribers("hidden-channel")).isEqualTo(1));
			new StringRedisTemplate(factory).convertAndSend("hidden-channel", "hidden-message");
			assertThat(received.await(10, TimeUnit.SECONDS)).isTrue();
			container.destroy();
		});
		assertThat(trace.spans()).extracting(ReceivedSpan::description).containsExactly("PUBLISH");
		assertThat(this.recorder.receiver().bytes()).doesNotContain("hidden-");
	}

	private static List<String> children(ReceivedTransaction trace, ReceivedSpan parent) {
		return trace.spans().stream().filter(span -> span.isChildOf(parent)).map(ReceivedSpan::description).toList();
	}

	private ReceivedTransaction recordCache(Client client, CacheWork work) {
		caches(client).run(context -> {
			Cache cache = context.getBean(CacheManager.class).getCache("product");
			assertThat(cache).isNotNull();
			this.recorder.record(context.getBean(RedisConnectionFactory.class), redis -> work.run(cache));
		});
		return this.recorder.received();
	}

	private ApplicationContextRunner caches(Client client) {
		return runner(client)
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.cache.SpringCacheAutoConfiguration"))
			.withUserConfiguration(Caches.class);
	}

	private ReceivedTransaction record(Client client, RedisRecorder.Work work) {
		return this.recorder.record(runner(client), work);
	}

	private ApplicationContextRunner runner(Client client) {
		return this.recorder.runner(client, () -> client.standalone(server.port()));
	}

	@FunctionalInterface
	private interface CacheWork {

		void run(Cache cache) throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	static class Caches {

		@Bean
		RedisCacheManager cacheManager(RedisConnectionFactory connections) {
			return RedisCacheManager.create(connections);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableRedisRepositories(considerNestedRepositories = true, redisTemplateRef = "template")
	static class Repositories {

		@Bean
		RedisTemplate<?, ?> template(RedisConnectionFactory connections) {
			RedisTemplate<?, ?> template = new RedisTemplate<>();
			template.setConnectionFactory(connections);
			return template;
		}

	}

	interface Products extends CrudRepository<Product, String> {

	}

	@RedisHash("product")
	record Product(@Id String id, String name) {

	}

}
