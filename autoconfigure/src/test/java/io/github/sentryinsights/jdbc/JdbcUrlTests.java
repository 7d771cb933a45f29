package io.github.sentryinsights.jdbc;

import java.util.Random;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class JdbcUrlTests {

	@ParameterizedTest
	@MethodSource
	void tellsTheDatabase(@Nullable String url, String system, @Nullable String name, @Nullable String address,
			@Nullable Integer port) {
		assertThat(JdbcUrl.parse(url)).isEqualTo(new JdbcUrl(system, name, address, port));
	}

	static Stream<Arguments> tellsTheDatabase() {
		return Stream.of(
		// @formatter:off
			Arguments.of("jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1;USER=sa", "h2", "shop", null, null),
			Arguments.of("jdbc:h2:mem:", "h2", null, null, null),
			Arguments.of("jdbc:h2:~/test", "h2", "test", null, null),
			Arguments.of("jdbc:h2:file:/home/bob/data/shop;CIPHER=AES", "h2", "shop", null, null),
			Arguments.of("jdbc:h2:file:C:\\data\\shop", "h2", "shop", null, null),
			Arguments.of("jdbc:h2:split:nio:shop", "h2", "shop", null, null),
			Arguments.of("jdbc:h2:tcp://db.example.com:9093/~/shop;x=y", "h2", "shop", "db.example.com", 9093),
			Arguments.of("jdbc:h2:ssl://db/mem:shop", "h2", "shop", "db", 9092),
			Arguments.of("jdbc:h2:tcp://db/~/shop;PASSWORD=p@secret", "h2", null, null, null),
			Arguments.of("jdbc:h2:tcp://bob:secret/shop", "h2", null, null, null),
			Arguments.of("jdbc:postgresql://db.example.com:5433/shop?user=bob&password=secret", "postgresql", "shop", "db.example.com", 5433),
			Arguments.of("jdbc:postgresql://db/shop", "postgresql", "shop", "db", 5432),
			Arguments.of("jdbc:postgresql:///shop", "postgresql", "shop", null, null),
			Arguments.of("jdbc:postgresql://bob:secret@db:5432/shop", "postgresql", "shop", "db", 5432),
			Arguments.of("jdbc:postgresql://bob:se/cr@et@db:5432/shop", "postgresql", "shop", "db", 5432),
			Arguments.of("jdbc:postgresql://bob:sec?ret@db:5432/shop", "postgresql", null, null, null),
			Arguments.of("jdbc:postgresql://bob:12?34@db:5432/shop", "postgresql", null, null, null),
			Arguments.of("jdbc:postgresql://bob:1/2?3=4@db:5432/shop", "postgresql", null, null, null),
			Arguments.of("jdbc:postgresql://one:5432,two:5433/shop?targetServerType=primary", "postgresql", "shop", "one", 5432),
			Arguments.of("jdbc:postgresql://one,two/shop?loadBalanceHosts=true", "postgresql", "shop", "one", 5432),
			Arguments.of("jdbc:postgresql://[2001:db8::1]:5433/shop", "postgresql", "shop", "2001:db8::1", 5433),
			Arguments.of("jdbc:postgresql://[fe80::1%eth0]/shop", "postgresql", "shop", "fe80::1", 5432),
			Arguments.of("jdbc:postgresql://db:99999/shop", "postgresql", null, null, null),
			Arguments.of("jdbc:postgresql:shop?user=bob", "postgresql", "shop", null, null),
			Arguments.of("jdbc:postgresql:/", "postgresql", null, null, null),
			Arguments.of("jdbc:pgsql://db/shop", "postgresql", "shop", "db", 5432),
			Arguments.of("jdbc:postgresql://shop.cluster.eu-west-1.redshift.amazonaws.com:5439/dev", "redshift", "dev", "shop.cluster.eu-west-1.redshift.amazonaws.com", 5439),
			Arguments.of("jdbc:redshift:iam://shop.cluster.eu-west-1.redshift.amazonaws.com/dev", "redshift", "dev", "shop.cluster.eu-west-1.redshift.amazonaws.com", 5439),
			Arguments.of("jdbc:postgresql://free-tier.cockroachlabs.cloud:26257/shop?options=--cluster%3Dx", "cockroachdb", "shop", "free-tier.cockroachlabs.cloud", 26257),
			Arguments.of("jdbc:postgresql://crdb:26257/shop", "cockroachdb", "shop", "crdb", 26257),
			Arguments.of("jdbc:cockroachdb://db/shop", "cockroachdb", "shop", "db", 26257),
			Arguments.of("jdbc:mysql://db:3306/shop?user=a@b.c&password=secret", "mysql", "shop", "db", 3306),
			Arguments.of("jdbc:mysql://db/shop?connectionAttributes=a@b", "mysql", null, null, null),
			Arguments.of("jdbc:mysql:loadbalance://one:3307,two/shop", "mysql", "shop", "one", 3307),
			Arguments.of("jdbc:mysql:replication://one,two,three/shop", "mysql", "shop", "one", 3306),
			Arguments.of("jdbc:mysql://bob:secret@[one:3307,two:3308]/shop", "mysql", "shop", "one", 3307),
			Arguments.of("jdbc:mysql://address=(host=db)(port=3307)(user=bob)(password=secret)/shop", "mysql", "shop", "db", 3307),
			Arguments.of("jdbc:mysql://(host=one,port=3307,user=bob),(host=two,port=3308)/shop", "mysql", "shop", "one", 3307),
			Arguments.of("jdbc:mysql://(host=::1,password=p@secret)/shop", "mysql", null, null, null),
			Arguments.of("jdbc:mysql+srv://db.example.com/shop", "mysql", "shop", "db.example.com", null),
			Arguments.of("jdbc:mariadb:sequential://one,two/shop", "mariadb", "shop", "one", 3306),
			Arguments.of("jdbc:mariadb:aurora://cluster.example.com:3307/shop", "mariadb", "shop", "cluster.example.com", 3307),
			Arguments.of("jdbc:mariadb://address=(host=2001:db8::1)(type=primary),address=(host=two)(type=replica)/shop", "mariadb", "shop", "2001:db8::1", 3306),
			Arguments.of("jdbc:mariadb://db/", "mariadb", null, "db", 3306),
			Arguments.of("jdbc:sqlserver://db\\instance:1434;databaseName=shop;user=sa;password=secret", "mssql", "shop", "db", 1434),
			Arguments.of("jdbc:sqlserver://db\\instance;databaseName=shop", "mssql", "shop", "db", null),
			Arguments.of("jdbc:sqlserver://db;encrypt=true", "mssql", null, "db", 1433),
			Arguments.of("jdbc:sqlserver://;serverName=db;portNumber=1434;database=shop", "mssql", "shop", "db", 1434),
			Arguments.of("jdbc:sqlserver://db;password={a;databaseName=secret}};x};user=sa", "mssql", null, "db", 1433),
			Arguments.of("jdbc:jtds:sqlserver://db/shop;user=sa;instance=x", "mssql", "shop", "db", null),
			Arguments.of("jdbc:microsoft:sqlserver://db:1434;DatabaseName=shop", "mssql", "shop", "db", 1434),
			Arguments.of("jdbc:oracle:thin:@db:1521:XE", "oracle", "XE", "db", 1521),
			Arguments.of("jdbc:oracle:thin:@db:1522/shop", "oracle", "shop", "db", 1522),
			Arguments.of("jdbc:oracle:thin:@db/shop", "oracle", "shop", "db", 1521),
			Arguments.of("jdbc:oracle:thin:@one:1522,two:1523/shop", "oracle", "shop", "one", 1522),
			Arguments.of("jdbc:oracle:thin:scott/tiger@//db:1521/shop:dedicated/instance", "oracle", "shop", "db", 1521),
			Arguments.of("jdbc:oracle:thin:scott/ti@ger@//[::1]:1522/shop", "oracle", "shop", "::1", 1522),
			Arguments.of("jdbc:oracle:thin:@tcps://db:2484/shop?wallet_location=/w", "oracle", "shop", "db", 2484),
			Arguments.of("jdbc:oracle:thin:@shop_high?TNS_ADMIN=/w", "oracle", "shop_high", null, null),
			Arguments.of("jdbc:oracle:thin:@ldap://oid:7777/sales,cn=OracleContext", "oracle", null, null, null),
			Arguments.of("jdbc:oracle:thin:scott/tiger@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=shop)))", "oracle", "shop", "db", 1521),
			Arguments.of("jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS_LIST=(ADDRESS=(HOST=one)(PORT=1522))(ADDRESS=(HOST=two)(PORT=1523)))(CONNECT_DATA=(SID=shop)))", "oracle", "shop", "one", 1522),
			Arguments.of("jdbc:oracle:thin:@tcps://db:2484/shop?javax.net.ssl.keyStorePassword=p@ss", "oracle", "shop", "db", 2484),
			Arguments.of("jdbc:oracle:thin:scott/ti?ger@db:1521:XE", "oracle", null, null, null),
			Arguments.of("jdbc:oracle:thin:scott/ti@g?er@db:1521:XE", "oracle", null, null, null),
			Arguments.of("jdbc:oracle:oci:scott/tiger", "oracle", null, null, null),
			Arguments.of("jdbc:db2://db:50000/shop:user=bob;password=p@secret;", "db2", null, null, null),
			Arguments.of("jdbc:db2://db:50000/shop:user=bob;password=secret;", "db2", "shop", "db", 50000),
			Arguments.of("jdbc:as400://db/shop;user=bob", "db2", "shop", "db", null),
			Arguments.of("jdbc:sqlite:/data/shop.db", "sqlite", "shop.db", null, null),
			Arguments.of("jdbc:sqlite::memory:", "sqlite", null, null, null),
			Arguments.of("jdbc:duckdb:/data/shop.duckdb", "duckdb", "shop.duckdb", null, null),
			Arguments.of("jdbc:hsqldb:mem:shop", "hsqldb", "shop", null, null),
			Arguments.of("jdbc:hsqldb:hsql://db/shop", "hsqldb", "shop", "db", 9001),
			Arguments.of("jdbc:hsqldb:hsql://db:9002/shop", "hsqldb", "shop", "db", 9002),
			Arguments.of("jdbc:derby:memory:shop;create=true", "derby", "shop", null, null),
			Arguments.of("jdbc:derby://db/shop;user=bob", "derby", "shop", "db", 1527),
			Arguments.of("jdbc:ch:https://bob:secret@db:8443/shop", "clickhouse", "shop", "db", 8443),
			Arguments.of("jdbc:clickhouse://db:8123?database=shop&password=secret", "clickhouse", "shop", "db", 8123),
			Arguments.of("jdbc:snowflake://acme.snowflakecomputing.com/?user=bob&password=secret&db=SHOP", "snowflake", "SHOP", "acme.snowflakecomputing.com", 443),
			Arguments.of("jdbc:teradata://db/USER=bob,PASSWORD=secret", "teradata", null, "db", null),
			Arguments.of("jdbc:teradata://db/USER=bob,PASSWORD=p@secret", "teradata", null, null, null),
			Arguments.of("jdbc:informix-sqli://db:9088/shop:INFORMIXSERVER=x;user=bob;password=secret", "informix", "shop", "db", 9088),
			Arguments.of("jdbc:aws-wrapper:postgresql://db:5433/shop", "postgresql", "shop", "db", 5433),
			Arguments.of("jdbc:p6spy:oracle:thin:@db:1521:XE", "oracle", "XE", "db", 1521),
			Arguments.of("jdbc:otel:h2:mem:shop", "h2", "shop", null, null),
			Arguments.of("jdbc:log4jdbc:mysql://db/shop", "mysql", "shop", "db", 3306),
			Arguments.of("jdbc:tc:postgresql:17-alpine:///shop?TC_REUSABLE=true", "postgresql", "shop", null, null),
			Arguments.of("jdbc-secretsmanager:mysql://db:3307/shop", "mysql", "shop", "db", 3307),
			Arguments.of("JDBC:POSTGRESQL://db/shop", "postgresql", "shop", "db", 5432),
			Arguments.of("jdbc:exa:db:8563;schema=shop", "exa", null, null, null),
			Arguments.of("jdbc:newsql://bob:secret@db:1/shop?password=secret", "newsql", "shop", "db", 1),
			Arguments.of("jdbc:no system:shop", "other_sql", null, null, null),
			Arguments.of("jdbc:", "other_sql", null, null, null),
			Arguments.of("jdbc:p6spy:", "other_sql", null, null, null),
			Arguments.of("something", "other_sql", null, null, null),
			Arguments.of("", "other_sql", null, null, null),
			Arguments.of(null, "other_sql", null, null, null));
		// @formatter:on
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:postgresql://bob:%s@db:5432/shop", "jdbc:postgresql://db/shop?user=bob&password=%s",
			"jdbc:mysql://bob:%s@[one:1,two:2]/shop", "jdbc:mysql://(host=db,user=bob,password=%s)/shop",
			"jdbc:mariadb:aurora://address=(host=db)(password=%s)/shop", "jdbc:h2:tcp://db/~/shop;USER=sa;PASSWORD=%s",
			"jdbc:h2:mem:shop;PASSWORD=%s", "jdbc:sqlserver://db:1433;databaseName=shop;user=sa;password=%s",
			"jdbc:sqlserver://db;password={%s};databaseName=shop", "jdbc:oracle:thin:scott/%s@db:1521:XE",
			"jdbc:oracle:thin:scott/%s@//db:1521/shop", "jdbc:oracle:thin:scott/%s@shop_high",
			"jdbc:oracle:thin:scott/%s@(DESCRIPTION=(ADDRESS=(HOST=db)(PORT=1))(CONNECT_DATA=(SID=shop)))",
			"jdbc:db2://db:50000/shop:user=bob;password=%s;", "jdbc:teradata://db/USER=bob,PASSWORD=%s",
			"jdbc:snowflake://db/?user=bob&password=%s&db=SHOP", "jdbc:unknown://bob:%s@db/shop;password=%s" })
	void noPasswordIsTakenForAnythingElse(String url) {
		Random random = new Random(7);
		String separators = "/:@?=&;,()[]{}#%\\'\" |+*.";
		for (int i = 0; i < 5000; i++) {
			StringBuilder password = new StringBuilder("Zq");
			for (int parts = random.nextInt(4); parts >= 0; parts--) {
				password.append(separators.charAt(random.nextInt(separators.length()))).append("Zq");
			}
			String told = JdbcUrl.parse(url.replace("%s", password)).toString();
			assertThat(told).as("what %s tells", password).doesNotContain("Zq");
		}
	}

	@Test
	void noUrlIsTooStrange() {
		Random random = new Random(7);
		String[] parts = { "jdbc:", "oracle:", "thin:", "@", "//", "(", ")", "host=", "mysql:", "sqlserver:", "h2:",
				"{", "}}", ";", "[", "]", ",", "?", "\\", "\u0000", "\ud800", "port=", "99999999999", " " };
		for (int i = 0; i < 20_000; i++) {
			StringBuilder url = new StringBuilder("jdbc:");
			for (int length = random.nextInt(12); length >= 0; length--) {
				url.append(parts[random.nextInt(parts.length)]);
			}
			assertThat(JdbcUrl.parse(url.toString()).system()).isNotEmpty();
		}
		for (String part : parts) {
			assertThat(JdbcUrl.parse("jdbc:sqlserver://" + part.repeat(100_000)).system()).isEqualTo("mssql");
			assertThat(JdbcUrl.parse("jdbc:oracle:thin:@" + part.repeat(1000)).system()).isEqualTo("oracle");
			assertThat(JdbcUrl.parse("jdbc:mysql://" + part.repeat(1000)).system()).isEqualTo("mysql");
		}
	}

}
