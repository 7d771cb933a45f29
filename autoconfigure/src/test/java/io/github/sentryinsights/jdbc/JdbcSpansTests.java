package io.github.sentryinsights.jdbc;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import io.sentry.ITransaction;
import io.sentry.Sentry;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.PostgresServer;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests with H2 and PostgreSQL.
 */
class JdbcSpansTests {

	@RegisterExtension
	static final PostgresServer postgres = new PostgresServer();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jdbc.JdbcAutoConfiguration"))
		.withPropertyValues("sentry.insights.db.slow-connection-threshold=0")
		.withBean("h2", DataSource.class, JdbcSpansTests::h2)
		.withBean("postgres", DataSource.class, JdbcSpansTests::postgres);

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void everyWayToRunAStatementIsASpan(String dataSource) {
		ReceivedTransaction transaction = record(dataSource, connection -> {
			try (Statement statement = connection.createStatement()) {
				statement.execute("CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(20))");
				statement.executeUpdate("INSERT INTO items VALUES (471108150, 'secret')");
				statement.executeUpdate("INSERT INTO items VALUES (471108151, 'secret')",
						Statement.RETURN_GENERATED_KEYS);
				statement.executeLargeUpdate("UPDATE items SET name = 'secret' WHERE id IN (471108150, 471108151)");
				statement.executeQuery("SELECT name FROM items WHERE id = 471108150");
			}
			try (PreparedStatement statement = connection.prepareStatement("SELECT id FROM items WHERE name = ?")) {
				statement.setString(1, "secret");
				statement.executeQuery();
			}
			try (PreparedStatement statement = connection.prepareCall("DELETE FROM items WHERE id = ?")) {
				statement.setInt(1, 471108150);
				statement.executeUpdate();
			}
			try (Statement statement = connection.createStatement()) {
				statement.execute("DROP TABLE items");
			}
		});
		List<ReceivedSpan> spans = transaction.spans("db.query");
		spans.forEach(InsightsContract::verify);
		assertThat(spans).extracting(ReceivedSpan::description)
			.containsExactly("CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(?))",
					"INSERT INTO items VALUES (?, ?)", "INSERT INTO items VALUES (?, ?)",
					"UPDATE items SET name = ? WHERE id IN (?)", "SELECT name FROM items WHERE id = ?",
					"SELECT id FROM items WHERE name = ?", "DELETE FROM items WHERE id = ?", "DROP TABLE items");
		assertThat(spans).extracting(span -> span.data("db.operation").asText())
			.containsExactly("CREATE", "INSERT", "INSERT", "UPDATE", "SELECT", "SELECT", "DELETE", "DROP");
		assertThat(spans).allSatisfy(span -> {
			assertThat(span.isChildOf(transaction.root())).isTrue();
			assertThat(span.status()).isEqualTo("ok");
			assertThat(span.origin()).isEqualTo("auto.db.insights.jdbc");
		});
		assertThat(this.receiver.text()).doesNotContain("secret").doesNotContain("47110815");
	}

	@Test
	void everyDataSourceHasItsOwnDatabase() {
		this.runner.run(context -> {
			ReceivedTransaction transaction = record(() -> {
				for (DataSource dataSource : context.getBeansOfType(DataSource.class).values()) {
					try (Connection connection = dataSource.getConnection();
							Statement statement = connection.createStatement()) {
						statement.executeQuery("SELECT 1");
					}
				}
			});
			assertThat(transaction.spans("db.query"))
				.extracting(span -> span.data("db.system").asText() + " " + span.data("db.name").asText() + " "
						+ span.data("server.address").asText() + " " + span.data("server.port").asInt())
				.containsExactly("h2 spans  0", "postgresql postgres localhost " + postgres.port());
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void aFailingStatementIsAFailedSpan(String dataSource) {
		ReceivedTransaction transaction = record(dataSource,
				connection -> assertThatExceptionOfType(SQLException.class).isThrownBy(() -> {
					try (Statement statement = connection.createStatement()) {
						statement.executeQuery("SELECT secret FROM nowhere WHERE id = 471108150");
					}
				}));
		ReceivedSpan span = transaction.span("db.query");
		InsightsContract.verify(span);
		assertThat(span.status()).isEqualTo("internal_error");
		assertThat(span.description()).isEqualTo("SELECT secret FROM nowhere WHERE id = ?");
		assertThat(this.receiver.text()).doesNotContain("471108150");
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void aBatchIsOneSpanWithItsSize(String dataSource) {
		ReceivedTransaction transaction = record(dataSource, connection -> {
			try (Statement statement = connection.createStatement()) {
				statement.addBatch("CREATE TEMPORARY TABLE lines (id INT PRIMARY KEY)");
				statement.addBatch("INSERT INTO lines VALUES (471108150)");
				statement.executeBatch();
				statement.addBatch("INSERT INTO lines VALUES (471108151)");
				statement.executeLargeBatch();
			}
			try (PreparedStatement statement = connection.prepareStatement("INSERT INTO lines VALUES (?)")) {
				for (int id = 1; id <= 3; id++) {
					statement.setInt(1, id);
					statement.addBatch();
				}
				statement.executeBatch();
				statement.setInt(1, 3);
				statement.addBatch();
				statement.setInt(1, 4);
				statement.addBatch();
				assertThatExceptionOfType(BatchUpdateException.class).isThrownBy(statement::executeBatch);
			}
		});
		List<ReceivedSpan> spans = transaction.spans("db.query");
		spans.forEach(InsightsContract::verify);
		assertThat(spans).extracting(
				span -> span.description() + " " + span.data("db.operation.batch.size").asInt() + " " + span.status())
			.containsExactly("CREATE TEMPORARY TABLE lines (id INT PRIMARY KEY); INSERT INTO lines VALUES (?) 2 ok",
					"INSERT INTO lines VALUES (?) 0 ok", "INSERT INTO lines VALUES (?) 3 ok",
					"INSERT INTO lines VALUES (?) 2 internal_error");
		assertThat(spans).extracting(span -> span.data("db.collection.name").asText()).containsOnly("lines");
		assertThat(this.receiver.text()).doesNotContain("47110815");
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void whatARowCountIsKnownOfCarriesIt(String dataSource) {
		ReceivedTransaction transaction = record(dataSource, connection -> {
			try (Statement statement = connection.createStatement()) {
				statement.execute("CREATE TEMPORARY TABLE amounts (id INT, amount INT)");
				statement.executeUpdate("INSERT INTO amounts VALUES (1, 1), (2, 2), (3, 3)");
				statement.executeLargeUpdate("UPDATE amounts SET amount = 4 WHERE id > 1");
				assertThat(statement.execute("DELETE FROM amounts WHERE id = 1")).isFalse();
				assertThat(statement.getUpdateCount()).isOne();
				assertThat(statement.execute("SELECT id FROM amounts")).isTrue();
				assertThat(statement.getResultSet().next()).isTrue();
				statement.executeQuery("SELECT amount FROM amounts");
				statement.addBatch("UPDATE amounts SET amount = 5 WHERE id = 2");
				statement.addBatch("UPDATE amounts SET amount = 5");
				assertThat(statement.executeBatch()).containsExactly(1, 2);
			}
			try (PreparedStatement statement = connection.prepareStatement("DELETE FROM amounts WHERE id = ?")) {
				for (int id = 1; id <= 2; id++) {
					statement.setInt(1, id);
					statement.addBatch();
				}
				assertThat(statement.executeLargeBatch()).containsExactly(0, 1);
				statement.setInt(1, 3);
				assertThat(statement.executeUpdate()).isOne();
			}
		});
		List<ReceivedSpan> spans = transaction.spans("db.query");
		spans.forEach(InsightsContract::verify);
		assertThat(spans)
			.extracting(span -> span.data("db.operation").asText() + " "
					+ span.data("db.response.affected_rows").asText("none"))
			.containsExactly("CREATE 0", "INSERT 3", "UPDATE 2", "DELETE 1", "SELECT none", "SELECT none", "BATCH 3",
					"DELETE 1", "DELETE 1");
		assertThat(spans).extracting(span -> span.data("db.collection.name").asText()).containsOnly("amounts");
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void resultsAreThoseOfTheDriver(String dataSource) {
		ReceivedTransaction transaction = record(dataSource, connection -> {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.execute("CREATE TEMPORARY TABLE keys (id INT GENERATED ALWAYS AS IDENTITY, name VARCHAR(9))");
			}
			try (PreparedStatement statement = connection.prepareStatement("INSERT INTO keys (name) VALUES (?)",
					new String[] { "id" })) {
				statement.setString(1, "one");
				statement.addBatch();
				statement.setString(1, "two");
				statement.addBatch();
				statement.executeBatch();
				assertThat(column(statement.getGeneratedKeys())).containsExactly(1, 2);
			}
			try (Statement statement = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE,
					ResultSet.CONCUR_READ_ONLY)) {
				ResultSet rows = statement.executeQuery("SELECT id FROM keys ORDER BY id");
				assertThat(rows.last()).isTrue();
				assertThat(rows.getRow()).isEqualTo(2);
				assertThat(rows.previous()).isTrue();
				assertThat(rows.getInt(1)).isOne();
				assertThat(statement).isEqualTo(rows.getStatement());
			}
			try (Statement statement = connection.createStatement()) {
				statement.setFetchSize(1);
				statement.closeOnCompletion();
				ResultSet rows = statement.executeQuery("SELECT id FROM keys ORDER BY id");
				assertThat(column(rows)).containsExactly(1, 2);
				rows.close();
				assertThat(statement.isClosed()).isTrue();
			}
			connection.commit();
		});
		assertThat(transaction.spans("db.query")).hasSize(4);
	}

	@Test
	void aStatementWithSeveralResultsIsOneSpan() {
		ReceivedTransaction transaction = record("postgres", connection -> {
			try (Statement statement = connection.createStatement()) {
				assertThat(statement.execute("SELECT 1; SELECT 2")).isTrue();
				assertThat(column(statement.getResultSet())).containsExactly(1);
				assertThat(statement.getMoreResults()).isTrue();
				assertThat(column(statement.getResultSet())).containsExactly(2);
				assertThat(statement.getMoreResults()).isFalse();
				assertThat(statement.getUpdateCount()).isEqualTo(-1);
			}
		});
		assertThat(transaction.span("db.query").description()).isEqualTo("SELECT ?; SELECT ?");
	}

	private static List<Integer> column(ResultSet rows) throws SQLException {
		List<Integer> values = new ArrayList<>();
		while (rows.next()) {
			values.add(rows.getInt(1));
		}
		return values;
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void theStepsOfATransactionAreSpans(String dataSource) {
		ReceivedTransaction transaction = record(dataSource, connection -> {
			connection.setAutoCommit(true);
			connection.setAutoCommit(false);
			connection.setAutoCommit(false);
			Savepoint savepoint = connection.setSavepoint();
			connection.rollback(savepoint);
			connection.releaseSavepoint(connection.setSavepoint("secret"));
			connection.rollback();
			connection.commit();
			connection.isValid(5);
		});
		List<ReceivedSpan> spans = transaction.spans();
		spans.forEach(InsightsContract::verify);
		assertThat(spans).extracting(ReceivedSpan::op).containsOnly("db");
		assertThat(spans).extracting(ReceivedSpan::description)
			.containsExactly("BEGIN", "SAVEPOINT", "ROLLBACK TO SAVEPOINT", "SAVEPOINT", "RELEASE SAVEPOINT",
					"ROLLBACK", "COMMIT");
		assertThat(spans).extracting(span -> span.data("db.operation").asText())
			.containsExactly("BEGIN", "SAVEPOINT", "ROLLBACK", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT");
		assertThat(this.receiver.text()).doesNotContain("secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgres" })
	void enteringAutoCommitModeCommitsWhatIsThereToCommit(String dataSource) {
		ReceivedTransaction transaction = record(dataSource, connection -> {
			connection.setAutoCommit(false);
			connection.setAutoCommit(true);
			connection.setAutoCommit(false);
			connection.createStatement().execute("SELECT 1");
			connection.setAutoCommit(true);
			connection.createStatement().execute("SELECT 2");
			connection.setAutoCommit(true);
			connection.setAutoCommit(false);
			connection.prepareStatement("SELECT 3").execute();
			connection.commit();
			connection.setAutoCommit(true);
		});
		assertThat(transaction.spans("db")).extracting(ReceivedSpan::description)
			.containsExactly("BEGIN", "BEGIN", "COMMIT", "BEGIN", "COMMIT");
	}

	@Test
	void aTransactionOfSpringIsBegunAndCommittedOnce() {
		this.runner.run(context -> {
			DataSource dataSource = context.getBean("h2", DataSource.class);
			TransactionTemplate template = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			ReceivedTransaction transaction = record(
					() -> template.executeWithoutResult(status -> jdbc.execute("SELECT 1")));
			assertThat(transaction.spans()).extracting(ReceivedSpan::description)
				.containsExactly("BEGIN", "SELECT ?", "COMMIT");
		});
	}

	@Test
	void theStepsOfATransactionCanBeLeftOut() {
		ReceivedTransaction transaction = record(
				this.runner.withPropertyValues("sentry.insights.db.transactions=false"), "h2", connection -> {
					connection.setAutoCommit(false);
					connection.createStatement().execute("SELECT 1");
					connection.releaseSavepoint(connection.setSavepoint());
					connection.commit();
					connection.rollback(connection.setSavepoint("name"));
					connection.setAutoCommit(true);
				});
		assertThat(transaction.spans()).extracting(ReceivedSpan::op).containsExactly("db.query");
	}

	@Test
	void nothingIsRecordedOutsideOfATransactionOfSentry() {
		this.runner.run(context -> {
			try (Connection connection = context.getBean("h2", DataSource.class).getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("SELECT 1");
			}
			ReceivedTransaction transaction = record(() -> {
			});
			assertThat(transaction.spans()).isEmpty();
			assertThat(this.receiver.transactions()).hasSize(1);
		});
	}

	@Test
	void nothingIsRecordedInATransactionThatIsNotSampled() {
		this.runner.withPropertyValues("sentry.traces-sample-rate=0.0").run(context -> {
			ITransaction transaction = CurrentTransaction.start("work");
			try (Connection connection = context.getBean("h2", DataSource.class).getConnection();
					Statement statement = connection.createStatement()) {
				assertThat(statement.executeQuery("SELECT 1").next()).isTrue();
			}
			finally {
				transaction.finish();
			}
			Sentry.flush(2000);
			assertThat(this.receiver.transactions()).isEmpty();
		});
	}

	@Test
	void passwordsOfTheUrlStayHere() {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl("jdbc:postgresql://localhost:" + postgres.port()
				+ "/postgres?user=postgres&password=secret&ApplicationName=secret");
		ReceivedTransaction transaction = record(this.runner.withBean("other", DataSource.class, () -> dataSource),
				"other", connection -> connection.createStatement().execute("SELECT 1"));
		assertThat(transaction.span("db.query").data("db.name").asText()).isEqualTo("postgres");
		assertThat(this.receiver.text()).doesNotContain("secret");
	}

	private ReceivedTransaction record(String dataSource, Work work) {
		return record(this.runner, dataSource, work);
	}

	private ReceivedTransaction record(ApplicationContextRunner runner, String dataSource, Work work) {
		ReceivedTransaction[] received = new ReceivedTransaction[1];
		runner.run(context -> received[0] = record(() -> {
			try (Connection connection = context.getBean(dataSource, DataSource.class).getConnection()) {
				work.run(connection);
			}
		}));
		return received[0];
	}

	private ReceivedTransaction record(Step step) throws Exception {
		ITransaction transaction = CurrentTransaction.start("work");
		try {
			step.run();
		}
		finally {
			transaction.finish();
		}
		return this.receiver.transaction("work");
	}

	private static JdbcDataSource h2() {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setUrl("jdbc:h2:mem:spans");
		return dataSource;
	}

	private static DataSource postgres() {
		return postgres.dataSource();
	}

	private interface Work {

		void run(Connection connection) throws Exception;

	}

	private interface Step {

		void run() throws Exception;

	}

}
