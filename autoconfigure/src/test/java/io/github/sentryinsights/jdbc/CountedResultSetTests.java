package io.github.sentryinsights.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;

import javax.sql.DataSource;

import com.fasterxml.jackson.databind.JsonNode;
import io.sentry.ITransaction;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.PostgresServer;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with H2 and PostgreSQL.
 */
class CountedResultSetTests {

	private static final String HUNDRED_H2 = "SELECT x FROM SYSTEM_RANGE(1, 100)";

	private static final String HUNDRED_POSTGRES = "SELECT x FROM generate_series(1, 100) AS x";

	@RegisterExtension
	static final PostgresServer postgres = new PostgresServer();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jdbc.JdbcAutoConfiguration"))
		.withPropertyValues("sentry.insights.db.slow-connection-threshold=0", "sentry.insights.db.count-rows=true")
		.withBean("h2", DataSource.class, CountedResultSetTests::h2)
		.withBean("postgres", DataSource.class, postgres::dataSource);

	@ParameterizedTest
	@CsvSource({ "h2, true", "h2, false", "postgres, true", "postgres, false" })
	void theRowsThatWereReadStandWithTheStatementHoweverItsResultIsClosed(String dataSource, boolean leafSpans) {
		String sql = dataSource.equals("h2") ? HUNDRED_H2 : HUNDRED_POSTGRES;
		List<ReceivedSpan> spans = record(this.runner.withPropertyValues("sentry.insights.leaf-spans=" + leafSpans),
				dataSource, connection -> {
					try (Statement statement = connection.createStatement()) {
						try (ResultSet rows = statement.executeQuery(sql)) {
							assertThat(read(rows, 10)).isEqualTo(10);
						}
						assertThat(read(statement.executeQuery(sql), 1000)).isEqualTo(100);
						assertThat(read(statement.executeQuery(sql), 20)).isEqualTo(20);
						assertThat(read(statement.executeQuery(sql), 30)).isEqualTo(30);
					}
					PreparedStatement statement = connection.prepareStatement(sql);
					assertThat(read(statement.executeQuery(), 40)).isEqualTo(40);
					connection.close();
				});
		spans.forEach(InsightsContract::verify);
		assertThat(spans).extracting(span -> span.data("db.response.returned_rows").asInt(-1))
			.containsExactly(10, 100, 20, 30, 40);
		assertThat(spans).allMatch(span -> span.data().has("db.response.fetch_time"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void aResultThatIsAskedForLaterIsCountedAsWell(String dataSource) {
		String sql = dataSource.equals("h2") ? HUNDRED_H2 : HUNDRED_POSTGRES;
		List<ReceivedSpan> spans = record(this.runner, dataSource, connection -> {
			try (Statement statement = connection.createStatement();
					PreparedStatement prepared = connection.prepareStatement(sql)) {
				assertThat(statement.execute(sql)).isTrue();
				ResultSet rows = statement.getResultSet();
				assertThat(statement.getResultSet()).isSameAs(rows);
				assertThat(read(rows, 10)).isEqualTo(10);
				assertThat(statement.execute(sql)).isTrue();
				assertThat(prepared.execute()).isTrue();
				assertThat(read(prepared.getResultSet(), 1000)).isEqualTo(100);
				assertThat(prepared.getMoreResults()).isFalse();
				assertThat(prepared.getResultSet()).isNull();
			}
		});
		assertThat(spans).extracting(span -> span.data("db.response.returned_rows").asInt(-1))
			.containsExactly(10, -1, 100);
	}

	@Test
	void theDurationIsThatOfTheExecution() {
		List<ReceivedSpan> spans = record(this.runner, "postgres", connection -> {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.setFetchSize(1);
				ResultSet rows = statement.executeQuery("SELECT pg_sleep(0.05 * x) FROM generate_series(0, 4) AS x");
				assertThat(read(rows, 5)).isEqualTo(5);
			}
		});
		assertThat(spans).singleElement().satisfies(span -> {
			JsonNode json = span.json();
			long millis = Math
				.round((json.path("timestamp").asDouble() - json.path("start_timestamp").asDouble()) * 1000);
			assertThat(span.data("db.response.fetch_time").asLong()).isBetween(450L, 5000L);
			assertThat(millis).isLessThan(span.data("db.response.fetch_time").asLong());
		});
	}

	@Test
	void whereAScrollableResultIsMovedToIsRead() {
		List<ReceivedSpan> spans = record(this.runner, "h2", connection -> {
			try (Statement statement = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE,
					ResultSet.CONCUR_READ_ONLY)) {
				ResultSet rows = statement.executeQuery(HUNDRED_H2);
				assertThat(rows.last()).isTrue();
				assertThat(rows.first()).isTrue();
				assertThat(rows.absolute(5)).isTrue();
				assertThat(rows.relative(1000)).isFalse();
				assertThat(rows.previous()).isTrue();
				assertThat(rows.getInt(1)).isEqualTo(100);
				assertThat(rows.getStatement()).isSameAs(statement);
			}
		});
		assertThat(spans).singleElement()
			.satisfies(span -> assertThat(span.data("db.response.returned_rows").asInt()).isEqualTo(4));
	}

	@Test
	void whatIsReadAfterTheTransactionHarmsNobody() {
		// A child span takes attributes until its transaction is sent.
		this.runner.withPropertyValues("sentry.insights.leaf-spans=true").run(context -> {
			ITransaction transaction = CurrentTransaction.start("work");
			try (Connection connection = context.getBean("h2", DataSource.class).getConnection();
					Statement statement = connection.createStatement()) {
				ResultSet rows = statement.executeQuery(HUNDRED_H2);
				transaction.finish();
				assertThat(read(rows, 1000)).isEqualTo(100);
			}
			ReceivedSpan span = this.receiver.transaction("work").span("db.query");
			assertThat(span.isFinished()).isTrue();
			assertThat(span.status()).isEqualTo("ok");
			assertThat(span.data().has("db.response.returned_rows")).isFalse();
		});
	}

	@Test
	void resultsThatNobodyClosesAreForgotten() {
		List<ReceivedSpan> spans = record(this.runner.withPropertyValues("sentry.max-spans=2000"), "h2", connection -> {
			for (int i = 0; i < 200; i++) {
				assertThat(read(connection.createStatement().executeQuery(HUNDRED_H2), 1)).isOne();
			}
		});
		assertThat(spans).hasSize(200).allMatch(span -> span.data("db.response.returned_rows").asInt() == 1);
	}

	@Test
	void resultsAreTheOnesOfTheDriverUnlessTheyAreCounted() {
		this.runner.run(context -> {
			try (Connection connection = context.getBean("h2", DataSource.class).getConnection();
					Statement statement = connection.createStatement()) {
				assertThat(statement.executeQuery(HUNDRED_H2)).isNotInstanceOf(CountedResultSet.class);
			}
		});
		List<ReceivedSpan> spans = record(this.runner.withPropertyValues("sentry.insights.db.count-rows=false"), "h2",
				connection -> assertThat(connection.createStatement().executeQuery(HUNDRED_H2))
					.isNotInstanceOf(CountedResultSet.class));
		assertThat(spans).singleElement().matches(span -> !span.data().has("db.response.returned_rows"));
	}

	private List<ReceivedSpan> record(ApplicationContextRunner runner, String dataSource, Work work) {
		runner.run(context -> {
			ITransaction transaction = CurrentTransaction.start("work");
			try (Connection connection = context.getBean(dataSource, DataSource.class).getConnection()) {
				work.run(connection);
			}
			transaction.finish();
		});
		return this.receiver.transaction("work").spans("db.query");
	}

	private static int read(ResultSet rows, int limit) throws Exception {
		int read = 0;
		while (read < limit && rows.next()) {
			read++;
		}
		return read;
	}

	private static DataSource h2() {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setUrl("jdbc:h2:mem:rows");
		return dataSource;
	}

	private interface Work {

		void run(Connection connection) throws Exception;

	}

}
