package io.github.sentryinsights.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.DatabaseSystem;
import io.github.sentryinsights.convention.DbConvention.Database;

/**
 * What a connection tells of its database. Drivers know it from the handshake, so it
 * costs no round trip.
 */
final class ConnectedDatabase {

	/**
	 * The systems whose drivers reach others as well, which only the server tells.
	 */
	private static final Map<String, Set<String>> RELATIVES = Map.of("postgresql", Set.of("cockroachdb", "redshift"),
			"mysql", Set.of("mariadb"), "mariadb", Set.of("mysql"));

	private ConnectedDatabase() {
	}

	/**
	 * Return the database behind a connection.
	 * @param name the name of the data source in the application
	 * @param dataSource the data source, asked for its URL should the connection not know
	 * it
	 * @param connection a connection of it
	 * @param errors takes what the driver throws
	 * @return the database, with no more than is known of it
	 */
	static Database of(String name, DataSource dataSource, Connection connection, Consumer<Throwable> errors) {
		JdbcUrl url = null;
		String product = null;
		try {
			DatabaseMetaData metaData = connection.getMetaData();
			if (metaData != null) {
				url = parse(metaData.getURL());
				if (url == null || RELATIVES.containsKey(url.system())) {
					product = metaData.getDatabaseProductName() + " " + metaData.getDatabaseProductVersion();
				}
			}
		}
		catch (SQLException | RuntimeException | LinkageError ex) {
			errors.accept(ex);
		}
		if (url == null) {
			url = JdbcUrl.parse(DataSourceProperties.url(dataSource));
		}
		return new Database(name, system(url.system(), product), url.name(), url.address(), url.port());
	}

	private static @Nullable JdbcUrl parse(@Nullable String url) {
		return (url != null) ? JdbcUrl.parse(url) : null;
	}

	private static String system(String system, @Nullable String product) {
		String told = DatabaseSystem.ofProduct(product);
		boolean better = told != null
				&& (system.equals(DatabaseSystem.UNKNOWN) || RELATIVES.getOrDefault(system, Set.of()).contains(told));
		return (told != null && better) ? told : system;
	}

}
