package io.github.sentryinsights.r2dbc;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Wrapped;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

import io.github.sentryinsights.convention.DbConvention.Database;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConnectedDatabase}.
 */
class ConnectedDatabaseTests {

	@ParameterizedTest
	@CsvSource({ "PostgreSQL, postgresql", "H2, h2", "MySQL, mysql", "MariaDB, mariadb", "Microsoft SQL Server, mssql",
			"Oracle Database, oracle", "Google Cloud Spanner, spanner", "ClickHouse, clickhouse", "Db2, db2",
			"CockroachDB, cockroachdb", "Something, other_sql", "'', other_sql" })
	void theProductIsKnownByItsName(String product, String system) {
		assertThat(ConnectedDatabase.of("db", new Named(product)))
			.isEqualTo(new Database("db", system, null, null, null));
	}

	@ParameterizedTest
	@CsvSource({ "r2dbc:postgresql://user:secret@db.example.com:5433/shop?schema=secret, shop, db.example.com, 5433",
			"r2dbc:postgresql://db.example.com/shop, shop, db.example.com,",
			"'r2dbc:postgresql:failover://one:1111,two:2222/shop', shop, one, 1111",
			"r2dbc:pool:postgresql://db.example.com:5433/shop, shop, db.example.com, 5433",
			"r2dbc:postgresql://[::1]:5433/shop, shop, ::1, 5433" })
	void whereItIsIsReadFromTheOptions(String url, String name, String address, Integer port) {
		Database database = ConnectedDatabase.of("db", new Capable("PostgreSQL", url));
		assertThat(database).isEqualTo(new Database("db", "postgresql", name, address, port));
	}

	@ParameterizedTest
	@CsvSource({ "r2dbc:h2:mem:///shop, shop", "r2dbc:h2:mem://in-memory/shop?options=DB_CLOSE_DELAY=-1, shop",
			"r2dbc:h2:file:///var/lib/shop, shop" })
	void anEmbeddedDatabaseIsNowhere(String url, String name) {
		assertThat(ConnectedDatabase.of("db", new Capable("H2", url)))
			.isEqualTo(new Database("db", "h2", name, null, null));
	}

	@Test
	void theOptionsAreFoundBehindWrappers() {
		ConnectionFactory wrapper = new Wrapper(new Wrapper(new Capable("PostgreSQL", "r2dbc:postgresql://host/shop")));
		assertThat(ConnectedDatabase.of("db", wrapper))
			.isEqualTo(new Database("db", "postgresql", "shop", "host", null));
	}

	@Test
	void whatDoesNotLookLikeANameIsLeftOut() {
		ConnectionFactoryOptions options = ConnectionFactoryOptions.builder()
			.option(ConnectionFactoryOptions.DRIVER, "postgresql")
			.option(ConnectionFactoryOptions.HOST, "user:secret@host")
			.option(ConnectionFactoryOptions.DATABASE, "shop;password=secret")
			.build();
		assertThat(ConnectedDatabase.of("db", new Capable("PostgreSQL", options)))
			.isEqualTo(new Database("db", "postgresql", null, null, null));
	}

	private static class Named implements ConnectionFactory {

		private final String product;

		Named(String product) {
			this.product = product;
		}

		@Override
		public Publisher<? extends Connection> create() {
			return Mono.empty();
		}

		@Override
		public ConnectionFactoryMetadata getMetadata() {
			return () -> this.product;
		}

	}

	/**
	 * Tells its options as what Spring Boot builds does.
	 */
	public static final class Capable extends Named {

		private final ConnectionFactoryOptions options;

		Capable(String product, String url) {
			this(product, ConnectionFactoryOptions.parse(url));
		}

		Capable(String product, ConnectionFactoryOptions options) {
			super(product);
			this.options = options;
		}

		public ConnectionFactoryOptions getOptions() {
			return this.options;
		}

	}

	private static final class Wrapper extends Named implements Wrapped<ConnectionFactory> {

		private final ConnectionFactory delegate;

		Wrapper(ConnectionFactory delegate) {
			super(delegate.getMetadata().getName());
			this.delegate = delegate;
		}

		@Override
		public ConnectionFactory unwrap() {
			return this.delegate;
		}

	}

}
