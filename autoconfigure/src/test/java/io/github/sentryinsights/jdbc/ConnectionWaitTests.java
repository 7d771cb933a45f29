package io.github.sentryinsights.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sentry.ITransaction;
import io.sentry.Sentry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.ReceivedTransaction;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests with a pool of one connection.
 */
class ConnectionWaitTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jdbc.JdbcAutoConfiguration"))
		.withBean(SimpleMeterRegistry.class)
		.withBean("pool", DataSource.class, ConnectionWaitTests::pool);

	@Test
	void everyWaitIsTimedAndAShortOneIsNoSpan() {
		ReceivedTransaction transaction = record(
				this.runner.withPropertyValues("sentry.insights.db.slow-connection-threshold=1h"), context -> {
					connect(context.getBean(DataSource.class));
					connect(context.getBean(DataSource.class));
					assertThat(waits(context, "pool", "success")).isEqualTo(2);
				});
		assertThat(transaction.spans()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aLongWaitIsASpanThatIsNoRowOfTheQueriesPage(boolean leafSpans) {
		ReceivedTransaction transaction = record(
				this.runner.withPropertyValues("sentry.insights.db.slow-connection-threshold=1ns",
						"sentry.insights.leaf-spans=" + leafSpans),
				context -> connect(context.getBean(DataSource.class)));
		assertThat(transaction.spans()).hasSize(1);
		ReceivedSpan span = transaction.span("connection.acquire");
		InsightsContract.verify(span);
		assertThat(span.description()).isEqualTo("pool");
		assertThat(span.status()).isEqualTo("ok");
		assertThat(span.isChildOf(transaction.root())).isTrue();
		// Sentry takes what names a database system for a query, whatever the operation.
		assertThat(span.data().properties()).noneMatch(attribute -> attribute.getKey().startsWith("db."));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aWaitInVainIsAFailureForAsLongAsItTook(boolean leafSpans) {
		ReceivedTransaction transaction = record(
				this.runner.withPropertyValues("sentry.insights.leaf-spans=" + leafSpans), context -> {
					DataSource dataSource = context.getBean(DataSource.class);
					try (Connection only = dataSource.getConnection()) {
						assertThat(only.isValid(1)).isTrue();
						assertThatExceptionOfType(SQLTransientConnectionException.class)
							.isThrownBy(dataSource::getConnection);
					}
					assertThat(waits(context, "pool", "error")).isOne();
				});
		ReceivedSpan span = transaction.spans("connection.acquire")
			.stream()
			.filter(wait -> !wait.status().equals("ok"))
			.findFirst()
			.orElseThrow();
		assertThat(span.status()).isEqualTo("internal_error");
		double start = span.json().path("start_timestamp").asDouble();
		double end = span.json().path("timestamp").asDouble();
		assertThat(end - start).isBetween(0.25, 5.0);
		assertThat(start).isGreaterThanOrEqualTo(transaction.json().path("start_timestamp").asDouble());
		assertThat(end).isLessThanOrEqualTo(transaction.json().path("timestamp").asDouble());
	}

	@Test
	void aWaitThatIsNotSampledIsTimed() {
		this.runner
			.withPropertyValues("sentry.traces-sample-rate=0", "sentry.insights.db.slow-connection-threshold=1ns")
			.run(context -> {
				ITransaction transaction = CurrentTransaction.start("work");
				connect(context.getBean(DataSource.class));
				transaction.finish();
				assertThat(waits(context, "pool", "success")).isOne();
			});
	}

	@Test
	void aDataSourceThatChoosesAnotherIsNotCountedAsWell() {
		ReceivedTransaction transaction = record(
				this.runner.withBean("choosing", DataSource.class, ChoosingDataSource::new)
					.withPropertyValues("sentry.insights.db.slow-connection-threshold=1ns"),
				context -> {
					DataSource choosing = context.getBean("choosing", DataSource.class);
					choosing.unwrap(ChoosingDataSource.class).target = context.getBean("pool", DataSource.class);
					connect(choosing);
					try (Connection only = context.getBean("pool", DataSource.class).getConnection()) {
						assertThatExceptionOfType(SQLTransientConnectionException.class)
							.isThrownBy(choosing::getConnection);
					}
					assertThat(waits(context, "pool", "success")).isEqualTo(2);
					assertThat(waits(context, "pool", "error")).isOne();
					assertThat(context.getBean(MeterRegistry.class)
						.find("sentry.insights.db.connection")
						.tag("name", "choosing")
						.timers()).isEmpty();
				});
		assertThat(transaction.spans("connection.acquire")).hasSize(3)
			.extracting(ReceivedSpan::description)
			.containsOnly("pool");
	}

	@Test
	void aDataSourceThatConnectsLaterWaitsWhereItConnects() {
		this.runner.withUserConfiguration(LazyConfiguration.class).run(context -> {
			DataSource lazy = context.getBean("lazy", DataSource.class);
			connect(lazy);
			try (Connection connection = lazy.getConnection()) {
				assertThat(connection.createStatement().execute("SELECT 1")).isTrue();
			}
			assertThat(context.getBean(MeterRegistry.class).get("sentry.insights.db.connection").timers())
				.extracting(timer -> timer.getId().getTag("name"))
				.containsExactly("pool");
		});
	}

	@Test
	void aRouterWaitsForTargetsThatAreNoBeans() {
		this.runner.withUserConfiguration(RouterConfiguration.class).run(context -> {
			connect(context.getBean("router", DataSource.class));
			assertThat(waits(context, "router", "success")).isOne();
		});
	}

	private ReceivedTransaction record(ApplicationContextRunner runner, Work work) {
		runner.run(context -> {
			ITransaction transaction = CurrentTransaction.start("work");
			work.run(context);
			transaction.finish();
		});
		return this.receiver.transaction("work");
	}

	private static void connect(DataSource dataSource) throws Exception {
		try (Connection connection = dataSource.getConnection()) {
			assertThat(connection.isValid(1)).isTrue();
		}
	}

	private static long waits(ApplicationContext context, String name, String outcome) {
		return context.getBean(MeterRegistry.class)
			.get("sentry.insights.db.connection")
			.tag("name", name)
			.tag("outcome", outcome)
			.timer()
			.count();
	}

	private static DataSource pool() {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl("jdbc:h2:mem:waits");
		config.setMaximumPoolSize(1);
		config.setConnectionTimeout(250);
		return new HikariDataSource(config);
	}

	private interface Work {

		void run(ApplicationContext context) throws Exception;

	}

	private static final class ChoosingDataSource extends AbstractDataSource {

		private DataSource target = this;

		@Override
		public Connection getConnection() throws SQLException {
			return this.target.getConnection();
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return this.target.getConnection(username, password);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyConfiguration {

		@Bean
		DataSource lazy(@Qualifier("pool") DataSource pool) {
			return new LazyConnectionDataSourceProxy(pool);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RouterConfiguration {

		@Bean
		DataSource router() {
			AbstractRoutingDataSource router = new AbstractRoutingDataSource() {

				@Override
				protected Object determineCurrentLookupKey() {
					return "only";
				}

			};
			router.setTargetDataSources(Map.of("only", pool()));
			return router;
		}

	}

}
