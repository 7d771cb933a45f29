package io.github.sentryinsights.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;

import javax.sql.DataSource;

import io.sentry.ITransaction;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.testing.CurrentTransaction;
import io.github.sentryinsights.testing.InsightsContextRunner;
import io.github.sentryinsights.testing.InsightsContract;
import io.github.sentryinsights.testing.Orders;
import io.github.sentryinsights.testing.ReceivedSpan;
import io.github.sentryinsights.testing.SentryReceiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class QuerySourceTests {

	@RegisterExtension
	final SentryReceiver receiver = SentryReceiver.start();

	private final ApplicationContextRunner runner = InsightsContextRunner.sendingTo(this.receiver)
		.withConfiguration(
				InsightsContextRunner.autoConfigurations("io.github.sentryinsights.jdbc.JdbcAutoConfiguration"))
		.withPropertyValues("sentry.in-app-includes=io.github.sentryinsights.testing",
				"sentry.insights.db.slow-query-threshold=1ns")
		.withBean(DataSource.class, QuerySourceTests::h2);

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aSlowStatementTellsTheCodeThatRanIt(boolean leafSpans) {
		ReceivedSpan span = record(this.runner.withPropertyValues("sentry.insights.leaf-spans=" + leafSpans),
				dataSource -> new Orders(dataSource).count());
		InsightsContract.verify(span);
		assertThat(span.data("code.namespace").asText()).isEqualTo(Orders.class.getName());
		assertThat(span.data("code.function").asText()).isEqualTo("count");
		assertThat(span.data("code.filepath").asText()).isEqualTo("io/github/sentryinsights/testing/Orders.java");
		assertThat(span.data("code.lineno").asInt()).isPositive();
	}

	@Test
	void proxiesAreNotTheCodeOfTheApplication() {
		ReceivedSpan span = record(this.runner, dataSource -> {
			ProxyFactory factory = new ProxyFactory(new Orders(dataSource));
			factory.setProxyTargetClass(true);
			Orders orders = (Orders) factory.getProxy();
			Callable<?> callable = (Callable<?>) Proxy.newProxyInstance(Orders.class.getClassLoader(),
					new Class<?>[] { Callable.class }, (proxy, method, arguments) -> orders.count());
			return callable.call();
		});
		assertThat(span.data("code.namespace").asText()).isEqualTo(Orders.class.getName());
		assertThat(span.data("code.function").asText()).isEqualTo("count");
	}

	@Test
	void whatACompilerNamesLikeAProxyIsCodeOfTheApplication() {
		ReceivedSpan span = record(this.runner, dataSource -> new Orders(dataSource).counted().call());
		assertThat(span.data("code.namespace").asText()).isEqualTo(Orders.class.getName() + "$$inlined$count$1");
		assertThat(span.data("code.function").asText()).isEqualTo("call");
	}

	@Test
	void aFailedStatementThatWasSlowTellsItToo() {
		ReceivedSpan span = record(
				this.runner.withPropertyValues("sentry.in-app-includes=io.github.sentryinsights.jdbc,org.assertj"),
				dataSource -> assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> execute(dataSource, "SELECT nothing")));
		assertThat(span.status()).isEqualTo("internal_error");
		assertThat(span.data("code.namespace").asText()).startsWith("org.assertj.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1h", "0", "-1ms", "200000d" })
	void anyOtherStatementDoesNot(String threshold) {
		ReceivedSpan span = record(
				this.runner.withPropertyValues("sentry.insights.db.slow-query-threshold=" + threshold),
				dataSource -> new Orders(dataSource).count());
		assertThat(span.data().has("code.function")).isFalse();
	}

	@Test
	void withoutCodeOfTheApplicationNothingIsTold() {
		ReceivedSpan span = record(this.runner.withPropertyValues("sentry.in-app-includes=com.acme"),
				dataSource -> new Orders(dataSource).count());
		assertThat(span.data().has("code.function")).isFalse();
	}

	private ReceivedSpan record(ApplicationContextRunner runner, Work work) {
		runner.run(context -> {
			ITransaction transaction = CurrentTransaction.start("work");
			work.run(context.getBean(DataSource.class));
			transaction.finish();
		});
		return this.receiver.transaction("work").span("db.query");
	}

	private static boolean execute(DataSource dataSource, String sql) throws SQLException {
		try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
			return statement.execute(sql);
		}
	}

	private static DataSource h2() {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setUrl("jdbc:h2:mem:source");
		return dataSource;
	}

	private interface Work {

		Object run(DataSource dataSource) throws Exception;

	}

}
