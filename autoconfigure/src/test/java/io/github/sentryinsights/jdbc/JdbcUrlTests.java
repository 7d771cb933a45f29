package io.github.sentryinsights.jdbc;

import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
			Arguments.of("jdbc:h2:tcp://db.example.com:9092/~/shop;x=y", "h2", "shop", "db.example.com", 9092),
			Arguments.of("jdbc:h2:ssl://db/mem:shop", "h2", null, "db", null),
			Arguments.of("jdbc:postgresql://db.example.com:5433/shop?user=bob&password=secret", "postgresql", "shop",
					"db.example.com", 5433),
			Arguments.of("jdbc:postgresql://db/shop", "postgresql", "shop", "db", null),
			Arguments.of("jdbc:postgresql://bob:secret@db:5432/shop", "postgresql", "shop", "db", 5432),
			Arguments.of("jdbc:postgresql://bob:se/cr@et@db:5432/shop", "postgresql", "shop", "db", 5432),
			Arguments.of("jdbc:postgresql://bob:sec?ret@db:5432/shop", "postgresql", null, null, null),
			Arguments.of("jdbc:postgresql://one:5432,two:5433/shop?targetServerType=primary", "postgresql", "shop",
					"one", 5432),
			Arguments.of("jdbc:postgresql://[2001:db8::1]:5432/shop", "postgresql", "shop", "[2001:db8::1]", 5432),
			Arguments.of("jdbc:postgresql:shop?user=bob", "postgresql", "shop", null, null),
			Arguments.of("jdbc:postgresql:/", "postgresql", null, null, null),
			Arguments.of("jdbc:mysql://db:3306/shop?user=a@b.c&password=secret", "mysql", "shop", "db", 3306),
			Arguments.of("jdbc:mysql:loadbalance://one:3306,two/shop", "mysql", "shop", "one", 3306),
			Arguments.of("jdbc:mysql://address=(host=db)(port=3306)(user=bob)/shop", "mysql", null, null, null),
			Arguments.of("jdbc:mariadb:sequential://one,two/shop", "mariadb", "shop", "one", null),
			Arguments.of("jdbc:mariadb://db/", "mariadb", null, "db", null),
			Arguments.of("jdbc:sqlserver://db\\instance:1433;databaseName=shop;user=sa;password=secret", "mssql",
					"shop", "db", 1433),
			Arguments.of("jdbc:sqlserver://db;encrypt=true", "mssql", null, "db", null),
			Arguments.of("jdbc:sqlserver://;serverName=db", "mssql", null, null, null),
			Arguments.of("jdbc:jtds:sqlserver://db:1433/shop;user=sa", "mssql", "shop", "db", 1433),
			Arguments.of("jdbc:oracle:thin:@db:1521:XE", "oracle", "XE", "db", 1521),
			Arguments.of("jdbc:oracle:thin:@db:1521/shop", "oracle", "shop", "db", 1521),
			Arguments.of("jdbc:oracle:thin:scott/tiger@//db:1521/shop:dedicated/instance", "oracle", "shop", "db", 1521),
			Arguments.of("jdbc:oracle:thin:@tcps://db:2484/shop?wallet_location=/w", "oracle", "shop", "db", 2484),
			Arguments.of("jdbc:oracle:thin:@shop_high?TNS_ADMIN=/w", "oracle", "shop_high", null, null),
			Arguments.of("jdbc:oracle:thin:scott/tiger@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db)(PORT=1521))"
					+ "(CONNECT_DATA=(SERVICE_NAME=shop)))", "oracle", "shop", "db", 1521),
			Arguments.of("jdbc:oracle:thin:@tcps://db:2484/shop?javax.net.ssl.keyStorePassword=p@ss", "oracle", "shop",
					"db", 2484),
			Arguments.of("jdbc:oracle:thin:scott/ti?ger@db:1521:XE", "oracle", null, null, null),
			Arguments.of("jdbc:oracle:oci:scott/tiger", "oracle", null, null, null),
			Arguments.of("jdbc:db2://db:50000/shop:user=bob;password=p@secret;", "db2", null, null, null),
			Arguments.of("jdbc:teradata://db/USER=bob,PASSWORD=p@secret", "teradata", null, null, null),
			Arguments.of("jdbc:h2:tcp://db/~/shop;PASSWORD=p@secret", "h2", null, null, null),
			Arguments.of("jdbc:db2://db:50000/shop:user=bob;password=secret;", "db2", "shop", "db", 50000),
			Arguments.of("jdbc:sqlite:/data/shop.db", "sqlite", "shop.db", null, null),
			Arguments.of("jdbc:sqlite::memory:", "sqlite", null, null, null),
			Arguments.of("jdbc:hsqldb:mem:shop", "hsqldb", "shop", null, null),
			Arguments.of("jdbc:hsqldb:hsql://db:9001/shop", "hsqldb", "shop", "db", 9001),
			Arguments.of("jdbc:derby:memory:shop;create=true", "derby", "shop", null, null),
			Arguments.of("jdbc:derby://db:1527/shop;user=bob", "derby", "shop", "db", 1527),
			Arguments.of("jdbc:ch:https://bob:secret@db:8443/shop", "clickhouse", "shop", "db", 8443),
			Arguments.of("jdbc:cockroachdb://db:26257/shop", "cockroachdb", "shop", "db", 26257),
			Arguments.of("jdbc:aws-wrapper:postgresql://db:5432/shop", "postgresql", "shop", "db", 5432),
			Arguments.of("jdbc:unknown://db:1/shop", "other_sql", null, null, null),
			Arguments.of("jdbc:", "other_sql", null, null, null),
			Arguments.of("something", "other_sql", null, null, null),
			Arguments.of(null, "other_sql", null, null, null));
		// @formatter:on
	}

}
