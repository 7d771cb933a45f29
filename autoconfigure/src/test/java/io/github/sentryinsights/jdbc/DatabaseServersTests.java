package io.github.sentryinsights.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import javax.sql.DataSource;

import com.fasterxml.jackson.databind.JsonNode;
import io.sentry.ITransaction;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.MariaDbServer;
import io.github.sentryinsights.testing.PostgresServer;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that the same statements are the same spans on H2, PostgreSQL and MariaDB.
 */
class DatabaseServersTests {

	@RegisterExtension
	static final PostgresServer postgres = new PostgresServer();

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jdbc.JdbcAutoConfiguration"))
		.withBean("h2", DataSource.class, DatabaseServersTests::h2)
		.withBean("mariadb", DataSource.class, DatabaseServersTests::mariaDb)
		.withBean("postgresql", DataSource.class, () -> postgres.dataSource());

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql", "mariadb" })
	void theSameStatementsAreTheSameSpans(String system) {
		List<ReceivedSpan> spans = record(system, connection -> {
			try (Statement statement = connection.createStatement()) {
				statement.execute("CREATE TABLE parcels (id INT PRIMARY KEY, label VARCHAR(20))");
				statement.executeUpdate("INSERT INTO parcels VALUES (471108150, 'it''s secret')");
				statement.executeQuery("SELECT label FROM parcels WHERE id = 471108150");
			}
			try (PreparedStatement insert = connection.prepareStatement("INSERT INTO parcels VALUES (?, ?)")) {
				for (int id = 1; id <= 3; id++) {
					insert.setInt(1, id);
					insert.setString(2, "secret");
					insert.addBatch();
				}
				assertThat(insert.executeBatch()).hasSize(3);
			}
			try (PreparedStatement update = connection.prepareStatement("UPDATE parcels SET label = ? WHERE id < 3")) {
				update.setString(1, "secret");
				assertThat(update.executeUpdate()).isEqualTo(2);
			}
			try (Statement statement = connection.createStatement()) {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.executeQuery("SELECT secret FROM parcels WHERE id = 471108150"));
				statement.execute("DROP TABLE parcels");
			}
		});
		assertThat(spans).extracting(span -> span.description() + " | " + span.status())
			.containsExactly("CREATE TABLE parcels (id INT PRIMARY KEY, label VARCHAR(?)) | ok",
					"INSERT INTO parcels VALUES (?, ?) | ok", "SELECT label FROM parcels WHERE id = ? | ok",
					"INSERT INTO parcels VALUES (?, ?) | ok", "UPDATE parcels SET label = ? WHERE id < ? | ok",
					"SELECT secret FROM parcels WHERE id = ? | internal_error", "DROP TABLE parcels | ok");
		assertThat(spans).extracting(span -> span.data("db.operation").asText())
			.containsExactly("CREATE", "INSERT", "SELECT", "INSERT", "UPDATE", "SELECT", "DROP");
		assertThat(spans.get(3).data("db.operation.batch.size").asInt()).isEqualTo(3);
		assertThat(spans)
			.filteredOn(span -> span.data().has("db.operation.batch.size") || span.description().startsWith("UPDATE"))
			.extracting(span -> span.data("db.response.affected_rows").asInt())
			.containsExactly(3, 2);
		assertThat(spans).allSatisfy(span -> {
			InsightsContract.verify(span);
			assertThat(span.data("db.system").asText()).isEqualTo(system);
		});
		assertThat(this.receiver.text()).doesNotContain("'s secret").doesNotContain("471108150");
	}

	@ParameterizedTest
	@ValueSource(strings = { "h2", "postgresql", "mariadb" })
	void theCountOfChangedRowsIsToldAndLeftToTheApplication(String system) {
		List<ReceivedSpan> spans = record(system, connection -> {
			try (Statement statement = connection.createStatement()) {
				statement.execute("CREATE TABLE crates (id INT PRIMARY KEY)");
				assertThat(statement.execute("INSERT INTO crates VALUES (1), (2), (3)")).isFalse();
				assertThat(statement.getUpdateCount()).isEqualTo(3);
				assertThat(statement.getMoreResults()).isFalse();
				assertThat(statement.getUpdateCount()).isEqualTo(-1);
				assertThat(statement.executeLargeUpdate("DELETE FROM crates WHERE id > 1")).isEqualTo(2);
				assertThat(statement.execute("SELECT id FROM crates")).isTrue();
				assertThat(statement.getUpdateCount()).isEqualTo(-1);
				statement.execute("DROP TABLE crates");
			}
		});
		assertThat(spans).extracting(span -> span.data("db.response.affected_rows").asText("none"))
			.containsExactly("0", "3", "2", "none", "0");
	}

	@Test
	void everyStatementTellsItsOwnDatabase() {
		this.runner.run(context -> {
			ITransaction transaction = CurrentTransaction.start("work");
			for (DataSource dataSource : context.getBeansOfType(DataSource.class).values()) {
				try (Connection connection = dataSource.getConnection();
						Statement statement = connection.createStatement()) {
					statement.executeQuery("SELECT 1");
				}
			}
			transaction.finish();
			assertThat(this.receiver.transaction("work").spans("db.query")).extracting(DatabaseServersTests::location)
				.containsExactly("h2 servers at :", "mariadb test at localhost:" + MariaDbServer.get().port(),
						"postgresql postgres at localhost:" + postgres.port());
		});
	}

	@Test
	void stringsInDoubleQuotesStayHere() {
		List<ReceivedSpan> spans = record("mariadb",
				connection -> connection.createStatement().executeQuery("SELECT \"secret\", 'it''s secret' AS `text`"));
		assertThat(spans).extracting(ReceivedSpan::description).containsExactly("SELECT ?, ? AS `text`");
		assertThat(this.receiver.text()).doesNotContain("secret");
	}

	private List<ReceivedSpan> record(String dataSource, Work work) {
		this.runner.run(context -> {
			try (Connection connection = context.getBean(dataSource, DataSource.class).getConnection()) {
				ITransaction transaction = CurrentTransaction.start("work");
				work.run(connection);
				transaction.finish();
			}
		});
		ReceivedTransaction transaction = this.receiver.transaction("work");
		return transaction.spans("db.query");
	}

	private static String location(ReceivedSpan span) {
		JsonNode data = span.data();
		return data.path("db.system").asText() + " " + data.path("db.name").asText() + " at "
				+ data.path("server.address").asText() + ":" + data.path("server.port").asText();
	}

	private static DataSource h2() {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setUrl("jdbc:h2:mem:servers");
		return dataSource;
	}

	private static DataSource mariaDb() {
		try {
			return new MariaDbDataSource(MariaDbServer.get().url());
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private interface Work {

		void run(Connection connection) throws Exception;

	}

}
