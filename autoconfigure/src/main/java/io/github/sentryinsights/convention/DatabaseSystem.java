package io.github.sentryinsights.convention;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The database products by the names that Sentry knows them by.
 *
 * @since 0.1.0
 */
public final class DatabaseSystem {

	/** A product that nothing is known of. */
	public static final String UNKNOWN = "other_sql";

	private static final Map<String, String> PRODUCTS = products();

	private DatabaseSystem() {
	}

	/**
	 * Return the system that a driver tells the product name of.
	 * @param product the name of the product, such as {@code Microsoft SQL Server}, with
	 * or without its version
	 * @return the system, such as {@code mssql}, or {@code null} when it is not known
	 */
	public static @Nullable String ofProduct(@Nullable String product) {
		if (product == null) {
			return null;
		}
		String name = product.toLowerCase(Locale.ROOT);
		for (Map.Entry<String, String> system : PRODUCTS.entrySet()) {
			if (name.contains(system.getKey())) {
				return system.getValue();
			}
		}
		return null;
	}

	/**
	 * By what the name of the product contains, the special before the general.
	 */
	private static Map<String, String> products() {
		Map<String, String> systems = new LinkedHashMap<>();
		systems.put("cockroach", "cockroachdb");
		systems.put("redshift", "redshift");
		systems.put("postgres", "postgresql");
		systems.put("mariadb", "mariadb");
		systems.put("mysql", "mysql");
		systems.put("sql server", "mssql");
		systems.put("oracle", "oracle");
		systems.put("spanner", "spanner");
		systems.put("clickhouse", "clickhouse");
		systems.put("snowflake", "snowflake");
		systems.put("sqlite", "sqlite");
		systems.put("hsql", "hsqldb");
		systems.put("derby", "derby");
		systems.put("hana", "hanadb");
		systems.put("db2", "db2");
		systems.put("h2", "h2");
		return Collections.unmodifiableMap(systems);
	}

}
