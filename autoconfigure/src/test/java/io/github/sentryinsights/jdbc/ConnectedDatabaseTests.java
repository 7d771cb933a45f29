package io.github.sentryinsights.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.sentryinsights.convention.DbConvention.Database;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConnectedDatabase} with drivers that say unusual things.
 */
class ConnectedDatabaseTests {

	private final JdbcDataSource dataSource = new JdbcDataSource();

	private final List<Throwable> errors = new ArrayList<>();

	@ParameterizedTest
	@CsvSource(nullValues = "null",
			value = { "jdbc:postgresql://db/shop, PostgreSQL, 17.5, postgresql",
					"jdbc:postgresql://db/shop, PostgreSQL, CockroachDB CCL v24.1, cockroachdb",
					"jdbc:postgresql://db/shop, Amazon Redshift, 8.0.2, redshift",
					"jdbc:mysql://db/shop, MySQL, 5.5.5-10.11.6-MariaDB, mariadb",
					"jdbc:mariadb://db/shop, MySQL, 8.4.0, mysql", "jdbc:mariadb://db/shop, MariaDB, 11.4.5, mariadb",
					"jdbc:postgresql://db/shop, Oracle, 1, postgresql", "null, Apache Derby, 10.17, derby",
					"null, Something, 1, other_sql", "null, null, null, other_sql" })
	void theServerKnowsBestWhatItIs(@Nullable String url, @Nullable String product, @Nullable String version,
			String system) {
		Connection connection = connection(answering(url, product, version));
		assertThat(ConnectedDatabase.of("db", this.dataSource, connection, this.errors::add).system())
			.isEqualTo(system);
		assertThat(this.errors).isEmpty();
	}

	@Test
	void theDataSourceIsAskedWhenTheConnectionDoesNotKnow() {
		this.dataSource.setUrl("jdbc:h2:tcp://db/~/shop;PASSWORD=secret");
		Database expected = new Database("db", "h2", "shop", "db", 9092);
		assertThat(ConnectedDatabase.of("db", this.dataSource, connection(null), this.errors::add)).isEqualTo(expected);
		assertThat(
				ConnectedDatabase.of("db", this.dataSource, connection(answering(null, null, null)), this.errors::add))
			.isEqualTo(expected);
		assertThat(this.errors).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(classes = { SQLException.class, IllegalStateException.class, NoClassDefFoundError.class })
	void aDriverMayFail(Class<? extends Throwable> type) throws ReflectiveOperationException {
		Throwable failure = type.getDeclaredConstructor().newInstance();
		Connection connection = proxy(Connection.class, (method) -> {
			throw failure;
		});
		assertThat(ConnectedDatabase.of("db", this.dataSource, connection, this.errors::add))
			.isEqualTo(new Database("db", "other_sql", null, null, null));
		assertThat(this.errors).containsExactly(failure);
	}

	private static DatabaseMetaData answering(@Nullable String url, @Nullable String product,
			@Nullable String version) {
		Map<String, String> answers = new java.util.HashMap<>();
		answers.put("getURL", url);
		answers.put("getDatabaseProductName", product);
		answers.put("getDatabaseProductVersion", version);
		return proxy(DatabaseMetaData.class, answers::get);
	}

	private static Connection connection(@Nullable DatabaseMetaData metaData) {
		return proxy(Connection.class, method -> metaData);
	}

	private static <T> T proxy(Class<T> type, Answer answer) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> answer.to(method.getName())));
	}

	private interface Answer {

		@Nullable Object to(String method) throws Throwable;

	}

}
