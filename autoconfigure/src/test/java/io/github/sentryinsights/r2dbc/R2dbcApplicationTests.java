package io.github.sentryinsights.r2dbc;

import java.time.Duration;
import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactory;
import io.sentry.Sentry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.r2dbc.ConnectionFactoryBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.annotation.Id;
import org.springframework.data.r2dbc.repository.config.EnableR2dbcRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.github.sentryinsights.InstrumentedBeans;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for an application with what Spring Boot makes of {@code spring.r2dbc}: a pool,
 * repositories, transactions and Actuator's metrics.
 */
class R2dbcApplicationTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final SentryReceiver receiver = SentryReceiver.start();

	private static EmbeddedPostgres postgres;

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() throws Exception {
		postgres = EmbeddedPostgres.start();
		context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off")
			.run("--spring.autoconfigure.exclude=",
					"--spring.r2dbc.url=r2dbc:postgresql://localhost:" + postgres.getPort() + "/postgres",
					"--spring.r2dbc.username=postgres", "--spring.r2dbc.password=secret",
					"--sentry.dsn=" + receiver.dsn(), "--sentry.traces-sample-rate=1.0");
		context.getBean(DatabaseClient.class)
			.sql("CREATE TABLE item (id SERIAL PRIMARY KEY, name TEXT)")
			.then()
			.block(LIMIT);
	}

	@AfterAll
	static void stop() throws Exception {
		context.close();
		Sentry.close();
		receiver.close();
		postgres.close();
	}

	@Test
	void thePoolOfSpringBootIsInstrumented() {
		assertThat(context.getBean(ConnectionFactory.class)).isSameAs(context.getBean(ConnectionPool.class))
			.isInstanceOf(InstrumentedConnectionPool.class);
		assertThat(context.getBean(InstrumentedBeans.class).toString()).contains("r2dbc (connectionFactory)");
	}

	@Test
	void thePoolHasItsGauges() {
		context.getBean(DatabaseClient.class).sql("SELECT 1").fetch().first().block(LIMIT);
		MeterRegistry registry = context.getBean(MeterRegistry.class);
		assertThat(registry.get("r2dbc.pool.allocated").gauge().value()).isPositive();
		assertThat(registry.get("r2dbc.pool.max.allocated").gauge().value()).isEqualTo(10);
	}

	@Test
	void statementsKnowTheirServer() {
		ReceivedTransaction transaction = record("server",
				context.getBean(DatabaseClient.class).sql("SELECT 1").fetch().first());
		ReceivedSpan span = transaction.span("db.query");
		InsightsContract.verify(span);
		assertThat(span.data("db.system").asText()).isEqualTo("postgresql");
		assertThat(span.data("db.name").asText()).isEqualTo("postgres");
		assertThat(span.data("server.address").asText()).isEqualTo("localhost");
		assertThat(span.data("server.port").asInt()).isEqualTo(postgres.getPort());
		assertThat(receiver.text()).doesNotContain("secret");
	}

	@Test
	void aReactiveTransactionIsSeenWithTheStatementsOfItsRepositories() {
		ReceivedTransaction transaction = record("repositories", context.getBean(Items.class).add("private"));
		List<ReceivedSpan> spans = transaction.spans();
		assertThat(spans).extracting(span -> span.data("db.operation").asText())
			.containsExactly("BEGIN", "INSERT", "SELECT", "COMMIT");
		assertThat(spans).allSatisfy(span -> {
			InsightsContract.verify(span);
			assertThat(span.isChildOf(transaction.root())).isTrue();
			assertThat(span.status()).isEqualTo("ok");
		});
		assertThat(receiver.text()).doesNotContain("private");
	}

	@Test
	void aReactiveTransactionThatFailsIsSeenToRollBack() {
		ReceivedTransaction transaction = record("failing",
				context.getBean(Items.class).fail("private").onErrorResume(ex -> Mono.empty()));
		assertThat(transaction.spans()).extracting(span -> span.data("db.operation").asText())
			.containsExactly("BEGIN", "INSERT", "ROLLBACK");
	}

	@Test
	void anotherConnectionFactoryCanBeDerived() {
		ConnectionFactory derived = ConnectionFactoryBuilder.derivedFrom(context.getBean(ConnectionFactory.class))
			.build();
		assertThat(derived.getMetadata().getName()).isEqualTo("PostgreSQL");
		Object value = DatabaseClient.create(derived).sql("SELECT 1 AS one").fetch().first().block(LIMIT);
		assertThat(value).hasToString("{one=1}");
	}

	private static ReceivedTransaction record(String name, Mono<?> work) {
		R2dbcSpansTests.traced(name, work).block(LIMIT);
		return receiver.transaction(name);
	}

	@EnableAutoConfiguration
	@EnableR2dbcRepositories(basePackageClasses = R2dbcApplicationTests.class, considerNestedRepositories = true)
	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Items items(ItemRepository repository) {
			return new Items(repository);
		}

	}

	static class Items {

		private final ItemRepository repository;

		Items(ItemRepository repository) {
			this.repository = repository;
		}

		@Transactional
		Mono<Item> add(String name) {
			return this.repository.save(new Item(null, name))
				.publishOn(Schedulers.boundedElastic())
				.flatMap(item -> this.repository.findById(item.id()));
		}

		@Transactional
		Mono<Item> fail(String name) {
			return this.repository.save(new Item(null, name)).then(Mono.error(new IllegalStateException("no")));
		}

	}

	interface ItemRepository extends ReactiveCrudRepository<Item, Integer> {

	}

	@Table("item")
	record Item(@Id Integer id, String name) {
	}

}
