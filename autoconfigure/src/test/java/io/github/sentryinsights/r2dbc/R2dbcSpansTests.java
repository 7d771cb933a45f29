package io.github.sentryinsights.r2dbc;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.sentry.IScopes;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import io.sentry.TransactionOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.github.sentryinsights.operation.InsightsTemplate;
import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.PostgresServer;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests with H2 and PostgreSQL.
 */
class R2dbcSpansTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	@RegisterExtension
	static final PostgresServer postgres = new PostgresServer();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.r2dbc.R2dbcAutoConfiguration",
						"io.github.sentryinsights.reactor.ReactorInsightsAutoConfiguration"))
		.withPropertyValues("sentry.insights.leaf-spans=" + leafSpans())
		.withBean(SimpleMeterRegistry.class)
		.withBean("h2", ConnectionFactory.class, R2dbcSpansTests::h2)
		.withBean("postgres", ConnectionFactory.class, R2dbcSpansTests::postgres);

	boolean leafSpans() {
		return true;
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void everyWayToRunAStatementIsASpan(String name) {
		ReceivedTransaction transaction = record(name, connection -> Flux
			.concat(updated(connection.createStatement("CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(20))")),
					updated(connection.createStatement("INSERT INTO items VALUES (471108150, 'secret')")),
					updated(connection.createStatement("INSERT INTO items VALUES ($1, $2)")
						.bind("$1", 471108151)
						.bindNull("$2", String.class)),
					mapped(connection.createStatement("INSERT INTO items VALUES (471108152, 'secret')")
						.returnGeneratedValues("id")),
					mapped(connection.createStatement("SELECT id FROM items WHERE name = $1").bind(0, "secret")),
					mapped(connection.createStatement("SELECT id FROM items WHERE id > 471108150").fetchSize(1)),
					Flux.from(connection.createStatement("SELECT id FROM items WHERE id <> 471108150").execute())
						.flatMap(result -> result.flatMap(segment -> Mono.just(segment.hashCode()))),
					Flux.from(connection.createStatement("SELECT name FROM items WHERE id = 471108150").execute())
						.flatMap(result -> result.filter(segment -> segment instanceof Result.RowSegment)
							.map((row, metadata) -> row.get(0, String.class))),
					updated(connection.createStatement("DROP TABLE items")))
			.then());
		List<ReceivedSpan> spans = transaction.spans("db.query");
		spans.forEach(InsightsContract::verify);
		assertThat(spans).extracting(ReceivedSpan::description)
			.hasSize(9)
			.startsWith("CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(?))", "INSERT INTO items VALUES (?, ?)")
			.contains("SELECT id FROM items WHERE id > ?", "SELECT id FROM items WHERE id <> ?",
					"SELECT name FROM items WHERE id = ?")
			.endsWith("DROP TABLE items");
		assertThat(spans).extracting(span -> span.data("db.operation").asText())
			.containsExactly("CREATE", "INSERT", "INSERT", "INSERT", "SELECT", "SELECT", "SELECT", "SELECT", "DROP");
		assertThat(spans).extracting(span -> span.data("db.collection.name").asText()).containsOnly("items");
		assertThat(spans).allSatisfy(span -> {
			assertThat(span.isChildOf(transaction.root())).isTrue();
			assertThat(span.isFinished()).isTrue();
			assertThat(span.status()).isEqualTo("ok");
			assertThat(span.origin()).isEqualTo("auto.db.insights.r2dbc");
			assertThat(span.data("db.system").asText()).isEqualTo(name.equals("h2") ? "h2" : "postgresql");
			assertThat(span.data().has("db.operation.batch.size")).isFalse();
		});
		assertThat(this.receiver.text()).doesNotContain("secret").doesNotContain("47110815");
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void aBatchIsOneSpanWithItsSize(String name) {
		ReceivedTransaction transaction = record(name, connection -> {
			Mono<?> batch = Flux
				.from(connection.createBatch()
					.add("CREATE TABLE lines (id INT PRIMARY KEY)")
					.add("INSERT INTO lines VALUES (471108150)")
					.execute())
				.concatMap(Result::getRowsUpdated)
				.then();
			Mono<?> bound = updated(connection.createStatement("INSERT INTO lines VALUES ($1)")
				.bind("$1", 1)
				.add()
				.bind("$1", 2)
				.add()
				.bind("$1", 3)).then();
			return batch.then(bound).then(updated(connection.createStatement("DROP TABLE lines")).then());
		});
		List<ReceivedSpan> spans = transaction.spans("db.query");
		spans.forEach(InsightsContract::verify);
		assertThat(spans)
			.extracting(span -> span.data("db.operation").asText() + " " + span.data("db.operation.batch.size").asInt()
					+ " " + span.status())
			.containsExactly("BATCH 2 ok", "INSERT 3 ok", "DROP 0 ok");
		assertThat(spans.get(0).description())
			.isEqualTo("CREATE TABLE lines (id INT PRIMARY KEY); INSERT INTO lines VALUES (?)");
		assertThat(this.receiver.text()).doesNotContain("47110815");
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void whoeverAsksForTheChangedRowsTellsThemToTheSpan(String name) {
		ReceivedTransaction transaction = record(name, connection -> Flux.concat(
				updated(connection.createStatement("CREATE TABLE marks (id INT)")),
				updated(connection.createStatement("INSERT INTO marks VALUES (1), (2), (3)")),
				updated(connection.createStatement("INSERT INTO marks VALUES ($1)").bind("$1", 4).add().bind("$1", 5)),
				Flux.from(connection.createStatement("UPDATE marks SET id = 0 WHERE id > 3").execute())
					.flatMap(result -> result.flatMap(segment -> Mono.just(segment.hashCode()))),
				mapped(connection.createStatement("SELECT id FROM marks")),
				updated(connection.createStatement("DELETE FROM marks WHERE id = 7")),
				updated(connection.createStatement("DROP TABLE marks")))
			.then());
		List<ReceivedSpan> spans = transaction.spans("db.query");
		spans.forEach(InsightsContract::verify);
		assertThat(spans)
			.filteredOn(
					span -> Set.of("INSERT", "UPDATE", "SELECT", "DELETE").contains(span.data("db.operation").asText()))
			.extracting(span -> span.data("db.response.affected_rows").asInt(-1))
			.containsExactly(3, 2, 2, -1, 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void aFailingStatementIsAFailedSpan(String name) {
		this.runner.run(context -> {
			ReceivedTransaction transaction = record(context, name,
					connection -> mapped(connection.createStatement("SELECT secret FROM nowhere WHERE id = 471108150"))
						.then()
						.as(failed -> expect(R2dbcException.class, failed)));
			ReceivedSpan span = transaction.span("db.query");
			InsightsContract.verify(span);
			assertThat(span.status()).isEqualTo("internal_error");
			assertThat(span.description()).isEqualTo("SELECT secret FROM nowhere WHERE id = ?");
			assertThat(this.receiver.text()).doesNotContain("471108150");
			assertCounted(context, name, "error", 1);
		});
	}

	@Test
	void whatFailsWhileItsRowsAreReadIsAFailedSpan() {
		this.runner.run(context -> {
			ReceivedTransaction transaction = record(context, "postgres",
					connection -> Flux
						.from(connection.createStatement("SELECT 1 / (3 - n) FROM generate_series(1, 5) n").execute())
						.concatMap(result -> result.map((row, metadata) -> String.valueOf(row.get(0))))
						.then()
						.as(failed -> expect(R2dbcException.class, failed)));
			assertThat(transaction.span("db.query").status()).isEqualTo("internal_error");
			assertCounted(context, "postgres", "error", 1);
		});
	}

	@Test
	void anErrorOfTheMappingIsTheApplicationsOwn() {
		IllegalStateException error = new IllegalStateException("mine");
		this.runner.run(context -> {
			ReceivedTransaction transaction = record(context, "h2",
					connection -> Flux.from(connection.createStatement("SELECT 1").execute())
						.flatMap(result -> result.map((row, metadata) -> {
							throw error;
						}))
						.then()
						.onErrorResume(ex -> {
							assertThat(ex).isSameAs(error);
							return Mono.empty();
						}));
			assertThat(transaction.span("db.query").status()).isEqualTo("internal_error");
			assertCounted(context, "h2", "error", 1);
		});
	}

	@Test
	void aStatementThatRunsIntoATimeoutIsACancelledSpan() {
		this.runner.run(context -> {
			ReceivedTransaction transaction = record(context, "postgres",
					connection -> mapped(connection.createStatement("SELECT pg_sleep(30)"))
						.timeout(Duration.ofMillis(300))
						.then()
						.as(late -> expect(TimeoutException.class, late)));
			ReceivedSpan span = transaction.span("db.query");
			InsightsContract.verify(span);
			assertThat(span.status()).isEqualTo("cancelled");
			assertThat(span.json().path("timestamp").asDouble() - span.json().path("start_timestamp").asDouble())
				.isBetween(0.2, 10.0);
			assertCounted(context, "postgres", "cancelled", 1);
		});
	}

	@Test
	void whoHasSeenEnoughRowsHasNotCancelled() {
		this.runner.run(context -> {
			ReceivedTransaction transaction = record(context, "postgres",
					connection -> mapped(connection.createStatement("SELECT n FROM generate_series(1, 1000) n")).take(2)
						.then());
			assertThat(transaction.span("db.query").status()).isEqualTo("ok");
			assertCounted(context, "postgres", "success", 1);
		});
	}

	@Test
	void aKilledConnectionFailsTheSpan() {
		this.runner.run(context -> {
			ConnectionFactory other = postgres();
			ReceivedTransaction transaction = record(context, "postgres",
					connection -> mapped(connection.createStatement("SELECT pg_backend_pid()")).cast(Integer.class)
						.next()
						.flatMap(pid -> Mono
							.when(mapped(connection.createStatement("SELECT pg_sleep(30)")),
									Mono.delay(Duration.ofMillis(300))
										.then(run(other, "SELECT pg_terminate_backend(" + pid + ")")))
							.as(killed -> expect(R2dbcException.class, killed))));
			assertThat(transaction.spans("db.query")).extracting(ReceivedSpan::description, ReceivedSpan::status)
				.containsExactly(tuple("SELECT pg_backend_pid()", "ok"), tuple("SELECT pg_sleep(?)", "internal_error"));
			assertCounted(context, "postgres", "error", 1);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void aResultThatNobodyReadsEndsWithItsConnection(String name) {
		this.runner.run(context -> {
			ReceivedTransaction transaction = record(context, name,
					connection -> Mono.from(connection.createStatement("SELECT 1").execute()).then());
			assertThat(transaction.span("db.query").isFinished()).isTrue();
			assertCounted(context, name, "success", 1);
		});
	}

	@Test
	void resultsThatNobodyReadsDoNotPileUp() {
		this.runner.run(context -> {
			ConnectionFactory factory = context.getBean("h2", ConnectionFactory.class);
			Connection connection = Mono.from(factory.create()).cast(Connection.class).block(LIMIT);
			for (int i = 0; i < 100; i++) {
				Mono.from(connection.createStatement("SELECT 1").execute()).block(LIMIT);
			}
			assertCounted(context, "h2", "success", 100 - 64);
			Mono.from(connection.close()).block(LIMIT);
			assertCounted(context, "h2", "success", 100);
		});
	}

	@Test
	void aRetriedStatementIsASpanForEachAttempt() {
		this.runner.run(context -> {
			AtomicInteger attempts = new AtomicInteger();
			ReceivedTransaction transaction = record(context, "h2", connection -> {
				Publisher<? extends Result> execution = connection.createStatement("SELECT 7").execute();
				return Flux.from(execution).flatMap(result -> result.map((row, metadata) -> {
					if (attempts.incrementAndGet() < 3) {
						throw new IllegalStateException("once more");
					}
					return String.valueOf(row.get(0));
				})).retry(5).then();
			});
			assertThat(transaction.spans("db.query")).extracting(ReceivedSpan::status)
				.containsExactly("internal_error", "internal_error", "ok");
			assertCounted(context, "h2", "error", 2);
			assertCounted(context, "h2", "success", 1);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void theStepsOfATransactionAreSpans(String name) {
		ReceivedTransaction transaction = record(name,
				connection -> Flux.concat(connection.beginTransaction(), connection.createSavepoint("here"),
						connection.rollbackTransactionToSavepoint("here"), connection.commitTransaction(),
						connection.beginTransaction(), connection.rollbackTransaction(), connection.setAutoCommit(true))
					.then());
		List<ReceivedSpan> spans = transaction.spans();
		spans.forEach(InsightsContract::verify);
		assertThat(spans).extracting(ReceivedSpan::op).containsOnly("db");
		assertThat(spans).extracting(ReceivedSpan::status).containsOnly("ok");
		assertThat(spans).extracting(ReceivedSpan::description)
			.containsExactly("BEGIN", "SAVEPOINT", "ROLLBACK TO SAVEPOINT", "COMMIT", "BEGIN", "ROLLBACK");
		assertThat(spans).extracting(span -> span.data("db.operation").asText())
			.containsExactly("BEGIN", "SAVEPOINT", "ROLLBACK", "COMMIT", "BEGIN", "ROLLBACK");
	}

	@Test
	void theStepsOfATransactionCanBeLeftOut() {
		this.runner.withPropertyValues("sentry.insights.db.transactions=false").run(context -> {
			ReceivedTransaction transaction = record(context, "h2",
					connection -> Flux
						.concat(connection.beginTransaction(), mapped(connection.createStatement("SELECT 1")),
								connection.commitTransaction())
						.then());
			assertThat(transaction.spans()).extracting(ReceivedSpan::op).containsExactly("db.query");
		});
	}

	@Test
	void aTransactionOfSpringIsSeenWithItsStatements() {
		this.runner.run(context -> {
			ConnectionFactory factory = context.getBean("postgres", ConnectionFactory.class);
			DatabaseClient client = DatabaseClient.create(factory);
			TransactionalOperator transactional = TransactionalOperator.create(new R2dbcTransactionManager(factory));
			ReceivedTransaction transaction = record(client.sql("SELECT :value::INT AS n")
				.bind("value", 471108150)
				.map(row -> row.get("n", Integer.class))
				.one()
				.publishOn(Schedulers.parallel())
				.flatMap(number -> client.sql("SELECT 1 WHERE 1 = :value").bind("value", 2).fetch().first())
				.as(transactional::transactional));
			assertThat(transaction.spans()).extracting(span -> span.data("db.operation").asText())
				.containsExactly("BEGIN", "SELECT", "SELECT", "COMMIT");
			assertThat(transaction.spans()).allSatisfy(span -> {
				InsightsContract.verify(span);
				assertThat(span.isChildOf(transaction.root())).isTrue();
			});
			assertThat(this.receiver.text()).doesNotContain("471108150");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void everyStatementOfConcurrentRequestsIsBelowItsOwn(String name) {
		this.runner.run(context -> {
			ConnectionFactory factory = context.getBean(name, ConnectionFactory.class);
			InsightsTemplate insights = context.getBean(InsightsTemplate.class);
			Flux.range(0, 32)
				.flatMap(request -> traced("request-" + request,
						insights.traced("work-" + request)
							.publisher(() -> Flux.range(0, 3)
								.publishOn(Schedulers.parallel())
								.concatMap(step -> run(factory, "SELECT " + step + " AS request_" + request)
									.publishOn(Schedulers.boundedElastic()))
								.then()))
					.subscribeOn(Schedulers.parallel()), 8)
				.blockLast(LIMIT);
			IntStream.range(0, 32).forEach(request -> {
				ReceivedTransaction transaction = this.receiver.transaction("request-" + request);
				ReceivedSpan work = transaction.span("function");
				assertThat(work.isChildOf(transaction.root())).isTrue();
				assertThat(transaction.spans("db.query")).hasSize(3).allSatisfy(span -> {
					assertThat(span.description()).isEqualTo("SELECT ? AS request_" + request);
					assertThat(span.isChildOf(work)).isTrue();
					assertThat(span.status()).isEqualTo("ok");
				});
			});
		});
	}

	@Test
	void theSpanOfTheThreadIsTheParentWhereTheContextCarriesNone() {
		this.runner.run(context -> {
			ITransaction transaction = CurrentTransaction.start("work");
			run(context.getBean("h2", ConnectionFactory.class), "SELECT 1").block(LIMIT);
			transaction.finish();
			ReceivedTransaction received = this.receiver.transaction("work");
			assertThat(received.span("db.query").isChildOf(received.root())).isTrue();
		});
	}

	@Test
	void nothingIsRecordedWhereNobodySubscribes() {
		this.runner.run(context -> {
			ReceivedTransaction transaction = record(context, "h2", connection -> {
				connection.createStatement("SELECT 1").execute();
				connection.beginTransaction();
				return Mono.empty();
			});
			assertThat(transaction.spans()).isEmpty();
		});
	}

	@Test
	void nothingIsRecordedOutsideOfATransactionOfSentry() {
		this.runner.run(context -> {
			run(context.getBean("h2", ConnectionFactory.class), "SELECT 1").block(LIMIT);
			assertThat(record(Mono.empty()).spans()).isEmpty();
			assertThat(this.receiver.transactions()).hasSize(1);
			assertCounted(context, "h2", "success", 1);
		});
	}

	@Test
	void nothingIsRecordedInATransactionThatIsNotSampled() {
		this.runner.withPropertyValues("sentry.traces-sample-rate=0.0").run(context -> {
			Object value = traced("work", run(context.getBean("h2", ConnectionFactory.class), "SELECT 1")).block(LIMIT);
			assertThat(value).isEqualTo(1);
			Sentry.flush(2000);
			assertThat(this.receiver.transactions()).isEmpty();
			assertCounted(context, "h2", "success", 1);
		});
	}

	@Test
	void whatTheDriverThrowsWhenAValueCannotBeBoundIsSeenAsItIs() {
		this.runner.run(context -> {
			Connection connection = Mono.from(context.getBean("postgres", ConnectionFactory.class).create())
				.cast(Connection.class)
				.block(LIMIT);
			Statement statement = connection.createStatement("SELECT $1");
			assertThatIllegalArgumentException().isThrownBy(() -> statement.bind(0, null));
			assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> statement.bind("nowhere", 1));
			Mono.from(connection.close()).block(LIMIT);
		});
	}

	private ReceivedTransaction record(String name, Function<Connection, Mono<?>> work) {
		ReceivedTransaction[] received = new ReceivedTransaction[1];
		this.runner.run(context -> received[0] = record(context, name, work));
		return received[0];
	}

	private ReceivedTransaction record(AssertableApplicationContext context, String name,
			Function<Connection, Mono<?>> work) {
		ConnectionFactory factory = context.getBean(name, ConnectionFactory.class);
		return record(Mono.usingWhen(factory.create(), work::apply, Connection::close));
	}

	private ReceivedTransaction record(Mono<?> work) {
		traced("work", work).block(LIMIT);
		return this.receiver.transaction("work");
	}

	static <T> Mono<T> traced(String name, Mono<T> work) {
		return Mono.defer(() -> {
			IScopes scopes = Sentry.forkedRootScopes("test");
			TransactionOptions options = new TransactionOptions();
			options.setBindToScope(true);
			ITransaction transaction = scopes.startTransaction(name, "test", options);
			return work.contextWrite(context -> context.put("sentry-scopes", scopes))
				.doFinally(signal -> transaction.finish());
		});
	}

	private static Mono<Object> run(ConnectionFactory factory, String sql) {
		return Mono.usingWhen(factory.create(), connection -> mapped(connection.createStatement(sql)).last(),
				Connection::close);
	}

	private static Flux<Object> mapped(Statement statement) {
		return Flux.from(statement.execute())
			.flatMap(result -> result.map((row, metadata) -> (row.get(0) != null) ? row.get(0) : "null"));
	}

	private static Flux<Long> updated(Statement statement) {
		return Flux.from(statement.execute()).flatMap(Result::getRowsUpdated);
	}

	private static Mono<Void> expect(Class<? extends Throwable> type, Mono<?> work) {
		return work.then(Mono.<Void>error(new AssertionError("No " + type.getName())))
			.onErrorResume(type, error -> Mono.empty());
	}

	private static void assertCounted(AssertableApplicationContext context, String name, String outcome, int count) {
		Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
			Timer timer = context.getBean(MeterRegistry.class)
				.find("sentry.insights.db.query")
				.tags("name", name, "outcome", outcome)
				.timer();
			assertThat(timer).isNotNull();
			assertThat(timer.count()).isEqualTo(count);
		});
	}

	private static ConnectionFactory h2() {
		return ConnectionFactories.get("r2dbc:h2:mem:///spans");
	}

	private static ConnectionFactory postgres() {
		return ConnectionFactories.get("r2dbc:postgresql://postgres@localhost:" + postgres.port() + "/postgres");
	}

}
