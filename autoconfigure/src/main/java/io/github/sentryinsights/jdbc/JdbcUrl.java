package io.github.sentryinsights.jdbc;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.DatabaseSystem;
import io.github.sentryinsights.convention.ServerAddress;

/**
 * What a JDBC URL tells of a database. User names, passwords and parameters are not kept,
 * and what does not look like a name or a host is left out.
 * <p>
 * Of several servers the first one is told, whatever the driver does with the others, and
 * a server without a port has the one that its driver takes then.
 *
 * @param system the product, in lower case: the scheme of the URL when it is not known,
 * {@code other_sql} without one
 * @param name the name of the database
 * @param address the host name of the server
 * @param port the port of the server
 */
record JdbcUrl(String system, @Nullable String name, @Nullable String address, @Nullable Integer port) {

	private static final JdbcUrl UNKNOWN = new JdbcUrl(DatabaseSystem.UNKNOWN, null, null, null);

	private static final int LONGEST = 4096;

	private static final Pattern START = Pattern.compile("jdbc(?:-secretsmanager)?:", Pattern.CASE_INSENSITIVE);

	private static final Set<String> WRAPPERS = Set.of("aws-wrapper", "p6spy", "otel", "tracing", "tc", "log4jdbc",
			"jtds", "microsoft", "pivotal", "datadirect");

	private static final Map<String, String> SYSTEMS = Map.ofEntries(Map.entry("pgsql", "postgresql"),
			Map.entry("mysql+srv", "mysql"), Map.entry("sqlserver", "mssql"), Map.entry("as400", "db2"),
			Map.entry("ch", "clickhouse"), Map.entry("cloudspanner", "spanner"), Map.entry("firebirdsql", "firebird"),
			Map.entry("hive2", "hive"), Map.entry("sap", "hanadb"), Map.entry("informix-sqli", "informix"));

	private static final Map<String, Integer> PORTS = Map.ofEntries(Map.entry("postgresql", 5432),
			Map.entry("mysql", 3306), Map.entry("mariadb", 3306), Map.entry("oracle", 1521), Map.entry("mssql", 1433),
			Map.entry("derby", 1527), Map.entry("redshift", 5439), Map.entry("cockroachdb", 26257),
			Map.entry("snowflake", 443));

	private static final Map<String, String> HOSTED = Map.of(".redshift.amazonaws.com", "redshift",
			".redshift-serverless.amazonaws.com", "redshift", ".cockroachlabs.cloud", "cockroachdb");

	private static final int COCKROACH_PORT = 26257;

	private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9_+.-]{0,31}");

	private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_$.~ -]{1,128}");

	private static final Pattern KINDS = Pattern.compile("(?:[\\w+.-]{1,40}:){0,3}");

	private static final Pattern NAME_PARAMETER = Pattern.compile("[?&;](?:db|database|databaseName)=([^&;]+)",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern CREDENTIAL = Pattern.compile("[\\w.]*(?:user|uid|login|pass|pwd)[\\w.]*=.*",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	private static final Pattern DESCRIBED = Pattern.compile("(?:(?:address=)?+\\([^()]*+\\),?+)++",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern HOST_ENTRY = Pattern.compile("\\bhost\\s*=\\s*([^(),\\s]+)", Pattern.CASE_INSENSITIVE);

	private static final Pattern PORT_ENTRY = Pattern.compile("\\bport\\s*=\\s*(\\d+)", Pattern.CASE_INSENSITIVE);

	private static final Pattern SERVICE_ENTRY = Pattern.compile("\\b(?:service_name|sid)\\s*=\\s*([^()\\s]+)",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern ORACLE_SID = Pattern.compile("([^:/]+):(\\d{1,5})[:/]([^:/]+)");

	private static final Pattern ORACLE_PROTOCOL = Pattern.compile("(?:tcps?:)?//");

	private static final Pattern BRACED = Pattern.compile("\\{[^}]*+(?:}}[^}]*+)*+}?");

	private static final Pattern SQL_SERVER_NAME = property("database(?:Name)?");

	private static final Pattern SQL_SERVER_HOST = property("server(?:Name)?");

	private static final Pattern SQL_SERVER_PORT = property("port(?:Number)?");

	private static final Pattern SQL_SERVER_INSTANCE = property("instance(?:Name)?");

	private static final Set<String> SERVABLE = Set.of("h2", "hsqldb", "derby");

	private static final Pattern EMBEDDED = Pattern
		.compile("^(?:(?:mem|file|memory|directory|classpath|jar|res|nio|async|split):)+");

	private static final Pattern EMBEDDED_SERVER = Pattern.compile("(?:tcp|ssl|hsqls?|https?):|");

	/**
	 * Parse a JDBC URL.
	 * @param url the URL
	 * @return what it tells
	 */
	static JdbcUrl parse(@Nullable String url) {
		Matcher start = START.matcher((url != null) ? url : "");
		if (url == null || !start.lookingAt()) {
			return UNKNOWN;
		}
		String rest = url.substring(start.end());
		String scheme = scheme(rest);
		while (WRAPPERS.contains(scheme)) {
			rest = rest.substring(scheme.length() + 1);
			scheme = scheme(rest);
		}
		if (!SCHEME.matcher(scheme).matches()) {
			return UNKNOWN;
		}
		rest = rest.substring(scheme.length() + 1);
		String system = SYSTEMS.getOrDefault(scheme, scheme);
		if (rest.length() > LONGEST) {
			return new JdbcUrl(system, null, null, null);
		}
		return switch (system) {
			case "oracle" -> oracle(rest);
			case "mssql" -> sqlServer(rest);
			case "h2", "hsqldb", "derby", "sqlite", "duckdb" -> embeddable(system, rest);
			// What a record of the domain name system points at has a port of its own.
			default -> server(system, rest, scheme.endsWith("+srv") ? null : PORTS.get(system));
		};
	}

	private static String scheme(String rest) {
		int colon = rest.indexOf(':');
		return (colon != -1) ? rest.substring(0, colon).toLowerCase(Locale.ROOT) : "";
	}

	/**
	 * {@code [kind:]//[user@]host[:port][,host...]/name[?...]}, or only a name.
	 */
	private static JdbcUrl server(String system, String rest, @Nullable Integer defaultPort) {
		int slashes = rest.indexOf("//");
		if (slashes == -1 || !KINDS.matcher(rest.substring(0, slashes)).matches()) {
			return new JdbcUrl(system, name(cut(withoutUser(rest), "?;&")), null, null);
		}
		String location = withoutUser(rest.substring(slashes + 2));
		Matcher parameter = NAME_PARAMETER.matcher(location);
		String named = parameter.find() ? parameter.group(1) : "";
		location = cut(location, "?;&");
		int end = location.indexOf('/', Math.max(0, location.lastIndexOf(')')));
		String servers = (end != -1) ? location.substring(0, end) : location;
		String name = cut((end != -1) ? location.substring(end + 1) : "", ":");
		return at(system, described(servers), name.isEmpty() ? named : name, defaultPort);
	}

	/**
	 * The first server of {@code (host=one,port=1),(host=two)}, of
	 * {@code address=(host=one)(port=1)} or of {@code [one:1,two:2]}.
	 */
	private static String described(String servers) {
		if (servers.startsWith("[") && servers.indexOf(',') != -1) {
			return cut(servers.substring(1), ",]");
		}
		if (!DESCRIBED.matcher(servers).matches()) {
			return servers;
		}
		int next = servers.indexOf("),");
		return described((next != -1) ? servers.substring(0, next) : servers, HOST_ENTRY, PORT_ENTRY);
	}

	private static String described(String text, Pattern host, Pattern port) {
		String name = group(host, text);
		if (name.isEmpty()) {
			return text;
		}
		String number = group(port, text);
		return ((name.indexOf(':') != -1 && !name.startsWith("[")) ? "[" + name + "]" : name)
				+ (number.isEmpty() ? "" : ":" + number);
	}

	/**
	 * {@code //[host[\instance]][:port][;databaseName=name][;...]}.
	 */
	private static JdbcUrl sqlServer(String rest) {
		String location = BRACED.matcher(rest.startsWith("//") ? rest.substring(2) : rest).replaceAll("");
		String name = group(SQL_SERVER_NAME, location);
		String server = cut(location, ";");
		int slash = server.indexOf('/');
		if (slash != -1) {
			name = server.substring(slash + 1);
			server = server.substring(0, slash);
		}
		if (server.isEmpty()) {
			server = described(location, SQL_SERVER_HOST, SQL_SERVER_PORT);
		}
		// An instance without a port listens where its browser service says.
		boolean instance = server.indexOf('\\') != -1 || !group(SQL_SERVER_INSTANCE, location).isEmpty();
		return at("mssql", server.replaceFirst("\\\\[^:]*", ""), name, instance ? null : PORTS.get("mssql"));
	}

	/**
	 * {@code thin:[user/password]@[protocol:][//]host[:port][:sid|/service]}, or a
	 * description in parentheses, or the name of one.
	 */
	private static JdbcUrl oracle(String rest) {
		JdbcUrl unknown = new JdbcUrl("oracle", null, null, null);
		int parameters = rest.indexOf('?');
		String target = (parameters != -1) ? rest.substring(0, parameters) : rest;
		boolean anonymous = cut(target, "@").indexOf('/') == -1;
		// A password may have a question mark, and then goes on behind it.
		if (target.indexOf('@') == -1 || (!anonymous && rest.indexOf('@', target.length()) != -1)) {
			return unknown;
		}
		String location = target.substring(target.lastIndexOf('@') + 1);
		if (location.startsWith("(")) {
			return at("oracle", described(location, HOST_ENTRY, PORT_ENTRY), group(SERVICE_ENTRY, location), null);
		}
		Matcher protocol = ORACLE_PROTOCOL.matcher(location);
		boolean located = protocol.lookingAt();
		if (located) {
			location = location.substring(protocol.end());
		}
		Matcher sid = ORACLE_SID.matcher(location);
		if (sid.matches()) {
			return at("oracle", sid.group(1) + ":" + sid.group(2), sid.group(3), null);
		}
		int slash = location.indexOf('/');
		if (slash != -1) {
			return at("oracle", location.substring(0, slash), cut(location.substring(slash + 1), ":/"),
					PORTS.get("oracle"));
		}
		return located ? at("oracle", location, "", PORTS.get("oracle"))
				: new JdbcUrl("oracle", name(location), null, null);
	}

	/**
	 * A database in memory, in a file, or behind a server.
	 */
	private static JdbcUrl embeddable(String system, String rest) {
		int slashes = rest.indexOf("//");
		if (slashes != -1 && SERVABLE.contains(system)
				&& EMBEDDED_SERVER.matcher(rest.substring(0, slashes)).matches()) {
			Integer port = switch (rest.substring(0, slashes)) {
				case "tcp:", "ssl:" -> 9092;
				case "hsql:" -> 9001;
				default -> PORTS.get(system);
			};
			JdbcUrl url = server(system, rest, port);
			return (url.address() == null) ? url : new JdbcUrl(system,
					lastSegment(cut(withoutUser(rest.substring(slashes + 2)), "?;")), url.address(), url.port());
		}
		return new JdbcUrl(system, lastSegment("/" + EMBEDDED.matcher(cut(rest, "?;")).replaceFirst("")), null, null);
	}

	private static @Nullable String lastSegment(String path) {
		int slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
		return (slash != -1) ? name(EMBEDDED.matcher(path.substring(slash + 1)).replaceFirst("")) : null;
	}

	private static JdbcUrl at(String system, String servers, String name, @Nullable Integer defaultPort) {
		if (servers.isEmpty()) {
			return new JdbcUrl(system, name(name), null, null);
		}
		ServerAddress server = ServerAddress.parse(servers);
		if (server == null) {
			// What was taken for the host may be part of a password, and so may the rest.
			return new JdbcUrl(system, null, null, null);
		}
		ServerAddress address = server.orPort(defaultPort);
		return new JdbcUrl(system(system, address), name(name), address.host(), address.port());
	}

	/**
	 * CockroachDB and Redshift are often reached through the driver of PostgreSQL.
	 */
	private static String system(String system, ServerAddress address) {
		if (!system.equals("postgresql")) {
			return system;
		}
		for (Map.Entry<String, String> hosted : HOSTED.entrySet()) {
			if (address.host().toLowerCase(Locale.ROOT).endsWith(hosted.getKey())) {
				return hosted.getValue();
			}
		}
		return Integer.valueOf(COCKROACH_PORT).equals(address.port()) ? "cockroachdb" : system;
	}

	private static @Nullable String name(String name) {
		return NAME.matcher(name).matches() ? name : null;
	}

	/**
	 * Nothing is left when the sign that ends the user may be part of a parameter, or a
	 * parameter part of a password.
	 */
	private static String withoutUser(String location) {
		int query = location.indexOf('?');
		int at = ((query != -1) ? location.substring(0, query) : location).lastIndexOf('@');
		if (location.lastIndexOf('=', at) != -1) {
			return "";
		}
		if (query != -1 && location.indexOf('@', query) != -1) {
			for (String parameter : location.substring(query + 1).split("[&;]")) {
				if (parameter.indexOf('@') != -1 && !CREDENTIAL.matcher(parameter).matches()) {
					return "";
				}
			}
		}
		return location.substring(at + 1);
	}

	private static Pattern property(String name) {
		return Pattern.compile(";\\s*" + name + "\\s*=\\s*([^;]+)", Pattern.CASE_INSENSITIVE);
	}

	private static String group(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		return matcher.find() ? matcher.group(1).trim() : "";
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
