package io.github.sentryinsights.redis;

import java.util.Locale;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.PresentClasses;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for commands that OpenTelemetry brings to Sentry already.
 */
class RedisOpenTelemetryTests {

	private static final String AGENT = "io.sentry.opentelemetry.agent.AgentMarker";

	@RegisterExtension
	static EmbeddedRedis server = EmbeddedRedis.start();

	@RegisterExtension
	final RedisRecorder recorder = new RedisRecorder();

	@ParameterizedTest
	@EnumSource
	void accessesToCachesAreToldAndCommandsAreNot(Client client) {
		ReceivedTransaction trace = this.recorder.record(beside(client, AGENT), RedisOpenTelemetryTests::use);
		assertThat(trace.spans()).extracting(ReceivedSpan::op).containsExactly("cache.put", "cache.get", "cache.get");
		assertThat(trace.spans("cache.get")).extracting(read -> read.data("cache.hit").asBoolean())
			.containsExactly(true, false);
		assertThat(trace.spans("cache.get").get(0).data("cache.item_size").asInt()).isEqualTo(5);
		assertThat(trace.spans()).allSatisfy(access -> {
			assertThat(access.data("cache.key")).hasSize(1);
			assertThat(access.data("network.peer.port").asInt()).isEqualTo(server.port());
		});
	}

	@ParameterizedTest
	@EnumSource
	void commandsAreToldAgainWhereTheAgentLeavesTheClientAlone(Client client) {
		ApplicationContextRunner beside = beside(client, AGENT)
			.withPropertyValues("otel.instrumentation." + client.name().toLowerCase(Locale.ROOT) + ".enabled=false");
		ReceivedTransaction trace = this.recorder.record(beside, RedisOpenTelemetryTests::use);
		assertThat(trace.spans("db.redis")).hasSize(4);
		assertThat(trace.spans("cache.get")).hasSize(2);
	}

	@ParameterizedTest
	@EnumSource
	void theReportSaysWhatIsLeftAlone(Client client) {
		beside(client, AGENT).run(context -> assertThat(report(context)).isEqualTo("redis (redisConnectionFactory), "
				+ "not redis commands redisConnectionFactory (recorded by Sentry's OpenTelemetry agent)"));
		beside(client, AGENT).withPropertyValues("sentry.insights.redis.cache-prefixes=")
			.run(context -> assertThat(report(context))
				.isEqualTo("nothing, not redis redisConnectionFactory (recorded by Sentry's OpenTelemetry agent)"));
	}

	@ParameterizedTest
	@EnumSource
	void aBridgeWithoutTheAgentChangesNothing(Client client) {
		ReceivedTransaction trace = this.recorder
			.record(beside(client, "io.sentry.opentelemetry.agent.AgentlessMarker"), RedisOpenTelemetryTests::use);
		assertThat(trace.spans("db.redis")).hasSize(4);
	}

	@ParameterizedTest
	@EnumSource
	void nobodyElseRecordsTheCachesOfSpring(Client client) {
		beside(client, AGENT)
			.withConfiguration(InsightsContextRunner
				.autoConfigurations("io.github.sentryinsights.cache.SpringCacheAutoConfiguration"))
			.withUserConfiguration(RedisStylesTests.Caches.class)
			.run(context -> {
				Cache cache = context.getBean(CacheManager.class).getCache("things");
				this.recorder.record(context.getBean(RedisConnectionFactory.class), factory -> {
					cache.put("a", "1");
					assertThat(cache.get("a", String.class)).isEqualTo("1");
				});
			});
		assertThat(this.recorder.received().spans()).extracting(ReceivedSpan::op)
			.containsExactly("cache.put", "cache.get");
	}

	private static void use(RedisConnectionFactory factory) {
		StringRedisTemplate redis = new StringRedisTemplate(factory);
		redis.opsForValue().set("product:1", "12345");
		assertThat(redis.opsForValue().get("product:1")).isEqualTo("12345");
		assertThat(redis.opsForValue().get("product:2")).isNull();
		assertThat(redis.hasKey("product:1")).isTrue();
	}

	private static String report(ApplicationContext context) {
		return context.getBean(InstrumentedBeans.class).toString();
	}

	private ApplicationContextRunner beside(Client client, String marker) {
		return this.recorder.runner(client, () -> client.standalone(server.port()))
			.withClassLoader(PresentClasses.of(marker));
	}

}
