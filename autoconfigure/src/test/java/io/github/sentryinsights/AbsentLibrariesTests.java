package io.github.sentryinsights;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.annotation.Traced;
import io.github.sentryinsights.operation.InsightsTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts an application in a JVM of its own whose classpath really lacks a library.
 */
class AbsentLibrariesTests {

	private static final List<String> LIBRARIES = List.of("/io/sentry/", "/micrometer-core/|/spring-boot-micrometer",
			"/jedis/", "/spring-data-redis/", "/lettuce-core/|/jedis/",
			"/spring-kafka/|/kafka-clients/|/spring-kafka-test/|/spring-boot-kafka",
			"/spring-rabbit/|/amqp-client/|/spring-boot-amqp",
			"/spring-jms/|/jakarta.jms-api/|/artemis|/pooled-jms/|/spring-boot-jms", "/reactor-core/|/lettuce-core/",
			"/spring-context-support/", "/spring-jdbc/|/spring-orm/|/spring-boot-jdbc", "/aspectjweaver/",
			"/caffeine/|/artemis-|/spring-integration-redis/", "/quartz/|/spring-batch|/spring-integration-",
			"/cache-api/|/ehcache/");

	private static final List<String> LIBRARIES_WITH_R2DBC = List.of("/r2dbc-proxy/", "/r2dbc-pool/",
			"/spring-r2dbc/|/spring-data-r2dbc/", "/io/sentry/", "/micrometer-core/|/spring-boot-micrometer");

	private static final String ONLY_JEDIS = "/lettuce-core/";

	private static final String ONLY_CACHES = "/spring-context-support/|/spring-data-redis/";

	private static final Map<Run, Future<String>> outputs = new HashMap<>();

	/**
	 * Two at once, as a JVM that starts leaves a processor idle.
	 */
	@BeforeAll
	static void start() {
		ExecutorService executor = Executors.newFixedThreadPool(2);
		List<Run> runs = new ArrayList<>();
		LIBRARIES.forEach(libraries -> runs.add(new Run(libraries, Application.class)));
		runs.add(new Run(ONLY_JEDIS, Application.class));
		runs.add(new Run(ONLY_CACHES, CacheApplication.class));
		LIBRARIES_WITH_R2DBC.forEach(libraries -> runs.add(new Run(libraries, R2dbcApplication.class)));
		runs.forEach(run -> outputs.put(run, executor.submit(run)));
		executor.shutdown();
	}

	@ParameterizedTest(name = "without {0}")
	@FieldSource("LIBRARIES")
	void anApplicationStartsAndWorksWithout(String libraries) throws Exception {
		assertThat(output(libraries, Application.class)).contains("RESULT 42")
			.contains("Sentry Insights instruments")
			.doesNotContain("Instrumentation failed")
			.doesNotContain("NoClassDefFoundError");
	}

	@Test
	void anApplicationWithJedisAloneIsInstrumented() throws Exception {
		assertThat(output(ONLY_JEDIS, Application.class)).contains("RESULT 42")
			.contains("redis (redisConnectionFactory)")
			.doesNotContain("Instrumentation failed")
			.doesNotContain("NoClassDefFoundError");
	}

	@Test
	void anApplicationWithoutContextSupportHasItsCachesInstrumented() throws Exception {
		assertThat(output(ONLY_CACHES, CacheApplication.class)).contains("RESULT 42")
			.contains("cache (numbers)")
			.contains("MISSES 1 HITS 1")
			.doesNotContain("Instrumentation failed")
			.doesNotContain("NoClassDefFoundError");
	}

	@ParameterizedTest(name = "without {0}")
	@FieldSource("LIBRARIES_WITH_R2DBC")
	void anApplicationWithR2dbcStartsAndWorksWithout(String libraries) throws Exception {
		assertThat(output(libraries, R2dbcApplication.class)).contains("RESULT 42")
			.contains(libraries.contains("proxy") ? "not r2dbc numbers (io.r2dbc:r2dbc-proxy is missing)"
					: "r2dbc (numbers)")
			.doesNotContain("Instrumentation failed")
			.doesNotContain("NoClassDefFoundError");
	}

	private static String output(String libraries, Class<?> application) throws Exception {
		return outputs.get(new Run(libraries, application)).get();
	}

	/**
	 * Runs an application without libraries.
	 *
	 * @param libraries a pattern of the class path entries that are absent
	 * @param application the application
	 */
	private record Run(String libraries, Class<?> application) implements Callable<String> {

		@Override
		public String call() throws IOException, InterruptedException {
			Pattern absent = Pattern.compile(this.libraries);
			String classpath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
				.filter(entry -> !absent.matcher(entry.replace(File.separatorChar, '/')).find())
				.collect(Collectors.joining(File.pathSeparator));
			assertThat(classpath).isNotEqualTo(System.getProperty("java.class.path"));
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classpath, this.application.getName())
				.redirectErrorStream(true)
				.start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).as(output).isZero();
			return output;
		}

	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Answer answer() {
			return new Answer();
		}

		public static void main(String[] args) {
			SpringApplication application = new SpringApplication(Application.class);
			try (ConfigurableApplicationContext context = application.run("--spring.main.web-application-type=none",
					"--spring.main.banner-mode=off", "--spring.jpa.open-in-view=false",
					"--logging.level.io.github.sentryinsights=INFO")) {
				int answer = context.getBean(InsightsTemplate.class)
					.traced("answer")
					.call(() -> context.getBean(Answer.class).find());
				System.out.println("RESULT " + answer);
			}
		}

	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class R2dbcApplication {

		@Bean
		ConnectionFactory numbers() {
			return ConnectionFactories.get("r2dbc:h2:mem:///numbers");
		}

		public static void main(String[] args) {
			SpringApplication application = new SpringApplication(R2dbcApplication.class);
			try (ConfigurableApplicationContext context = application.run("--spring.main.web-application-type=none",
					"--spring.main.banner-mode=off", "--logging.level.io.github.sentryinsights=INFO")) {
				Object answer = Mono
					.usingWhen(context.getBean(ConnectionFactory.class).create(),
							connection -> Flux.from(connection.createStatement("SELECT 42").execute())
								.flatMap(result -> result.map((row, metadata) -> row.get(0)))
								.single(),
							Connection::close)
					.block();
				System.out.println("RESULT " + answer);
			}
		}

	}

	@EnableAutoConfiguration
	@EnableCaching
	@Configuration(proxyBeanMethods = false)
	static class CacheApplication {

		@Bean
		CacheManager numbers() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

		@Bean
		CachedAnswer answer() {
			return new CachedAnswer();
		}

		public static void main(String[] args) {
			SpringApplication application = new SpringApplication(CacheApplication.class);
			try (ConfigurableApplicationContext context = application.run("--spring.main.web-application-type=none",
					"--spring.main.banner-mode=off", "--spring.jpa.open-in-view=false",
					"--logging.level.io.github.sentryinsights=INFO")) {
				CachedAnswer answer = context.getBean(CachedAnswer.class);
				System.out.println("RESULT " + (answer.find(21) + answer.find(21)));
				System.out.println("MISSES " + reads(context, "miss") + " HITS " + reads(context, "hit"));
			}
		}

		private static long reads(ConfigurableApplicationContext context, String outcome) {
			return context.getBean(MeterRegistry.class)
				.get("sentry.insights.cache.get")
				.tag("outcome", outcome)
				.timer()
				.count();
		}

	}

	public static class CachedAnswer {

		@Cacheable("answers")
		public int find(int number) {
			return number;
		}

	}

	public static class Answer {

		@Traced
		public int find() {
			return 42;
		}

	}

}
