package io.github.sentryinsights.jdbc;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a JDBC URL tells of a database. User names, passwords and parameters are not kept,
 * and what does not look like a name or a host is left out.
 *
 * @param system the product, in lower case, {@code other_sql} when unknown
 * @param name the name of the database
 * @param address the host name of the server, the first one of several
 * @param port the port of the server
 */
record JdbcUrl(String system, @Nullable String name, @Nullable String address, @Nullable Integer port) {

	private static final JdbcUrl UNKNOWN = new JdbcUrl("other_sql", null, null, null);

	private static final List<String> WRAPPERS = List.of("aws-wrapper", "p6spy", "otel", "tc", "log4jdbc", "jtds",
			"microsoft", "pivotal");

	private static final Map<String, String> SYSTEMS = Map.ofEntries(Map.entry("h2", "h2"),
			Map.entry("postgresql", "postgresql"), Map.entry("pgsql", "postgresql"), Map.entry("mysql", "mysql"),
			Map.entry("mariadb", "mariadb"), Map.entry("oracle", "oracle"), Map.entry("sqlserver", "mssql"),
			Map.entry("db2", "db2"), Map.entry("sqlite", "sqlite"), Map.entry("hsqldb", "hsqldb"),
			Map.entry("derby", "derby"), Map.entry("clickhouse", "clickhouse"), Map.entry("ch", "clickhouse"),
			Map.entry("cockroachdb", "cockroachdb"), Map.entry("redshift", "redshift"),
			Map.entry("firebirdsql", "firebird"), Map.entry("firebird", "firebird"), Map.entry("hive2", "hive"),
			Map.entry("sap", "hanadb"), Map.entry("snowflake", "snowflake"), Map.entry("trino", "trino"),
			Map.entry("vertica", "vertica"), Map.entry("databricks", "databricks"), Map.entry("teradata", "teradata"),
			Map.entry("informix-sqli", "informix"), Map.entry("sybase", "sybase"));

	private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_$.~ -]{1,128}");

	private static final Pattern HOST = Pattern
		.compile("(\\[[0-9A-Fa-f:.%]{1,60}]|[\\p{L}\\p{N}_.-]{1,253})(?::(\\d{1,5}))?");

	private static final Pattern ORACLE_SID = Pattern.compile("([^:/]+):(\\d{1,5})[:/]([^:/]+)");

	private static final Pattern ORACLE_DESCRIPTION = Pattern
		.compile("\\(\\s*(HOST|PORT|SERVICE_NAME|SID)\\s*=\\s*([^()\\s]{1,253})\\s*\\)", Pattern.CASE_INSENSITIVE);

	private static final Pattern SQL_SERVER_NAME = Pattern.compile(";\\s*(?:databaseName|database)\\s*=\\s*([^;]+)",
			Pattern.CASE_INSENSITIVE);

	/**
	 * Parse a JDBC URL.
	 * @param url the URL
	 * @return what it tells
	 */
	static JdbcUrl parse(@Nullable String url) {
		if (url == null || !url.regionMatches(true, 0, "jdbc:", 0, 5)) {
			return UNKNOWN;
		}
		String rest = url.substring(5);
		String scheme = scheme(rest);
		while (WRAPPERS.contains(scheme)) {
			rest = rest.substring(scheme.length() + 1);
			scheme = scheme(rest);
		}
		String system = SYSTEMS.get(scheme);
		if (system == null) {
			return UNKNOWN;
		}
		rest = rest.substring(scheme.length() + 1);
		return switch (system) {
			case "oracle" -> oracle(rest);
			case "mssql" -> sqlServer(rest);
			case "h2", "hsqldb", "derby", "sqlite" -> embeddable(system, rest);
			default -> server(system, rest);
		};
	}

	private static String scheme(String rest) {
		int colon = rest.indexOf(':');
		return (colon != -1) ? rest.substring(0, colon).toLowerCase(Locale.ROOT) : "";
	}

	/**
	 * {@code [kind:]//[user@]host[:port][,host...]/name[?...]}, or only a name.
	 */
	private static JdbcUrl server(String system, String rest) {
		int slashes = rest.indexOf("//");
		String location = cut(withoutUser((slashes != -1) ? rest.substring(slashes + 2) : rest), "?;&");
		if (slashes == -1) {
			return new JdbcUrl(system, name(location), null, null);
		}
		int slash = location.indexOf('/');
		String path = (slash != -1) ? location.substring(slash + 1) : "";
		return at(system, (slash != -1) ? location.substring(0, slash) : location, cut(path, ":"));
	}

	/**
	 * {@code //host[\instance][:port][;databaseName=name][;...]}.
	 */
	private static JdbcUrl sqlServer(String rest) {
		String location = rest.startsWith("//") ? rest.substring(2) : rest;
		Matcher named = SQL_SERVER_NAME.matcher(location);
		String name = named.find() ? named.group(1).trim() : "";
		location = cut(location, ";");
		int slash = location.indexOf('/');
		if (slash != -1) {
			name = location.substring(slash + 1);
			location = location.substring(0, slash);
		}
		return at("mssql", location.replaceFirst("\\\\[^:]*", ""), name);
	}

	/**
	 * {@code thin:[user/password]@[protocol:][//]host[:port][:sid|/service]}, or a
	 * description in parentheses, or the name of one.
	 */
	private static JdbcUrl oracle(String rest) {
		String target = cut(rest, "?");
		String location = target.substring(target.lastIndexOf('@') + 1);
		if (location.equals(target)) {
			return new JdbcUrl("oracle", null, null, null);
		}
		if (location.startsWith("(")) {
			return described(location);
		}
		int slashes = location.indexOf("//");
		if (slashes != -1) {
			location = location.substring(slashes + 2);
		}
		Matcher sid = ORACLE_SID.matcher(location);
		if (sid.matches()) {
			return at("oracle", sid.group(1) + ":" + sid.group(2), sid.group(3));
		}
		int slash = location.indexOf('/');
		if (slash != -1) {
			return at("oracle", location.substring(0, slash), cut(location.substring(slash + 1), ":/"));
		}
		return (slashes != -1) ? at("oracle", location, "") : new JdbcUrl("oracle", name(location), null, null);
	}

	private static JdbcUrl described(String description) {
		String host = "";
		String port = "";
		String name = "";
		Matcher entries = ORACLE_DESCRIPTION.matcher(description);
		while (entries.find()) {
			String value = entries.group(2);
			switch (entries.group(1).toUpperCase(Locale.ROOT)) {
				case "HOST" -> host = host.isEmpty() ? value : host;
				case "PORT" -> port = port.isEmpty() ? ":" + value : port;
				default -> name = name.isEmpty() ? value : name;
			}
		}
		return at("oracle", host + port, name);
	}

	/**
	 * A database in memory, in a file, or behind a server.
	 */
	private static JdbcUrl embeddable(String system, String rest) {
		int slashes = rest.indexOf("//");
		if (slashes != -1 && (slashes == 0 || rest.substring(0, slashes).matches("(tcp|ssl|hsqls?|https?):"))) {
			JdbcUrl url = server(system, rest);
			return new JdbcUrl(system, lastSegment(cut(withoutUser(rest.substring(slashes + 2)), "?;")), url.address(),
					url.port());
		}
		String location = cut(rest, "?;").replaceFirst("^(mem|file|memory|directory|classpath|res|nio|async|split):",
				"");
		return new JdbcUrl(system, lastSegment("/" + location), null, null);
	}

	private static @Nullable String lastSegment(String path) {
		int slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
		return (slash != -1) ? name(path.substring(slash + 1)) : null;
	}

	private static JdbcUrl at(String system, String servers, String name) {
		Matcher server = HOST.matcher(cut(servers, ","));
		if (!server.matches()) {
			// What was taken for the host may be part of a password.
			return new JdbcUrl(system, null, null, null);
		}
		String port = server.group(2);
		return new JdbcUrl(system, name(name), server.group(1), (port != null) ? Integer.valueOf(port) : null);
	}

	private static @Nullable String name(String name) {
		return NAME.matcher(name).matches() ? name : null;
	}

	/**
	 * Nothing is left when the sign that ends the user may be part of a parameter, such
	 * as a password.
	 */
	private static String withoutUser(String location) {
		int at = cut(location, "?").lastIndexOf('@');
		return (location.lastIndexOf('=', at) != -1) ? "" : location.substring(at + 1);
	}

	private static String cut(String text, String terminators) {
		for (int i = 0; i < text.length(); i++) {
			if (terminators.indexOf(text.charAt(i)) != -1) {
				return text.substring(0, i);
			}
		}
		return text;
	}

}
