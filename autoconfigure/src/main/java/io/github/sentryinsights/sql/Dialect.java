package io.github.sentryinsights.sql;

import java.util.Set;

/**
 * What is known of how a database reads quotes.
 */
enum Dialect {

	/** A database of any kind: double quotes and brackets may or may not hold a name. */
	ANY,

	/** Double quotes hold names. */
	STANDARD,

	/** Double quotes hold strings, unless the server is told otherwise. */
	QUOTED_STRINGS,

	/** Brackets hold names. */
	BRACKETED_NAMES;

	private static final Set<String> STANDARD_SYSTEMS = Set.of("postgresql", "oracle", "h2", "db2", "hsqldb", "derby",
			"cockroachdb", "redshift", "snowflake", "trino", "hanadb", "vertica");

	private static final Set<String> QUOTED_STRING_SYSTEMS = Set.of("mysql", "mariadb", "hive", "databricks");

	static Dialect of(String system) {
		if (STANDARD_SYSTEMS.contains(system)) {
			return STANDARD;
		}
		if (QUOTED_STRING_SYSTEMS.contains(system)) {
			return QUOTED_STRINGS;
		}
		return system.equals("mssql") ? BRACKETED_NAMES : ANY;
	}

	/**
	 * Whether two dollars may be a name, rather than the beginning of a string.
	 */
	boolean mayNameByDollars() {
		return this == QUOTED_STRINGS || this == BRACKETED_NAMES;
	}

	/**
	 * Whether brackets may hold a name, rather than an index or the elements of an array.
	 */
	boolean mayBracketNames() {
		return this == ANY || this == BRACKETED_NAMES;
	}

}
