package io.github.sentryinsights.sql;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class SqlTablesTests {

	private final SqlStatements statements = new SqlStatements(SqlStatements.DEFAULT_MAX_LENGTH, false);

	@ParameterizedTest
	@MethodSource
	void oneTableIsTold(String sql, String operation, String table) {
		SqlStatement statement = this.statements.of("other_sql").normalize(sql);
		assertThat(statement.table()).isEqualTo(table);
		assertThat(statement.operation()).isEqualTo(operation);
	}

	static Stream<Arguments> oneTableIsTold() {
		return Stream.of(
		// @formatter:off
			Arguments.of("select a, b from t where c = 1", "SELECT", "t"),
			Arguments.of("SELECT a FROM public.Users u ORDER BY 1, 2", "SELECT", "public.Users"),
			Arguments.of("select * from \"s\".\"Order Lines\"", "SELECT", null),
			Arguments.of("select * from `my db`.`t`", "SELECT", "my db.t"),
			Arguments.of("select [a], [b] from [dbo].[order lines] where [x] = 1", "SELECT", "dbo.order lines"),
			Arguments.of("select * from db..t", "SELECT", "db.t"),
			Arguments.of("select * from srv . db . s . t", "SELECT", "srv.db.s.t"),
			Arguments.of("select * from #tmp", "SELECT", "#tmp"),
			Arguments.of("select * from t for update of t", "SELECT", "t"),
			Arguments.of("select * from t with (nolock) where a = 1", "SELECT", "t"),
			Arguments.of("select * from only t", "SELECT", "t"),
			Arguments.of("select * from (t)", "SELECT", "t"),
			Arguments.of("select distinct a from (select a, b from t where c in (1, 2)) x", "SELECT", "t"),
			Arguments.of("select * from t where a in (select a from T where b is distinct from c)", "SELECT", "t"),
			Arguments.of("select a from t union all select b from t", "SELECT", "t"),
			Arguments.of("select extract(year from d), substring(x from 2), trim(both 'x' from y) from t", "SELECT", "t"),
			Arguments.of("select * from t, unnest(t.tags) as tag", "SELECT", "t"),
			Arguments.of("select * from t join lateral f(t.id) x on true", "SELECT", "t"),
			Arguments.of("select * from t a join t b on a.id = b.parent", "SELECT", "t"),
			Arguments.of("explain select * from t", "EXPLAIN", "t"),
			Arguments.of("with a as (select * from t) select * from a", "SELECT", "t"),
			Arguments.of("with recursive a (n) as (select 1 union all select n + 1 from a), b as (select 2)"
					+ " select * from a, b, t", "SELECT", "t"),
			Arguments.of("with a as (select 1) update t set x = (select n from a)", "UPDATE", "t"),
			Arguments.of("(with a as (select 1) select * from a, t)", "SELECT", "t"),
			Arguments.of("with gone as (delete from t returning *) select count(*) from gone", "SELECT", "t"),
			Arguments.of("insert into t (a, b) values (1, 2), (3, 4) on conflict (a) do update set b = 5", "INSERT", "t"),
			Arguments.of("insert into t (a) values (1) on duplicate key update a = values(a)", "INSERT", "t"),
			Arguments.of("insert ignore into t values (1)", "INSERT", "t"),
			Arguments.of("insert t (a) values (1)", "INSERT", "t"),
			Arguments.of("insert or replace into t values (1)", "INSERT", "t"),
			Arguments.of("replace into t values (1)", "REPLACE", "t"),
			Arguments.of("insert into t select * from t where a = 1", "INSERT", "t"),
			Arguments.of("insert into t with x as (select 1) select * from x", "INSERT", "t"),
			Arguments.of("update t set a = 1, b = 2 where c = 3", "UPDATE", "t"),
			Arguments.of("update only s.t as x set a = replace(b, 'c', 'd')", "UPDATE", "s.t"),
			Arguments.of("update top (5) t set a = 1", "UPDATE", "t"),
			Arguments.of("delete from t where a = 1", "DELETE", "t"),
			Arguments.of("delete t where a = 1", "DELETE", "t"),
			Arguments.of("delete a from t a where a.b = 1", "DELETE", "t"),
			Arguments.of("delete top (5) from t", "DELETE", "t"),
			Arguments.of("merge into t using dual on (t.id = 1) when matched then update set a = 1"
					+ " when not matched then insert (id) values (1)", "MERGE", "t"),
			Arguments.of("merge t using (values (1, 2)) as s (a, b) on t.a = s.a when matched then delete", "MERGE", "t"),
			Arguments.of("merge into t key (id) values (1, 2)", "MERGE", "t"),
			Arguments.of("truncate table t", "TRUNCATE", "t"),
			Arguments.of("truncate only s.t restart identity", "TRUNCATE", "s.t"),
			Arguments.of("create table if not exists t (id int primary key, a varchar(20))", "CREATE", "t"),
			Arguments.of("create unique index i on t (a, b)", "CREATE", "t"),
			Arguments.of("alter table t add column a int, add column b int", "ALTER", "t"),
			Arguments.of("drop table if exists s.t", "DROP", "s.t"),
			Arguments.of("lock table t in exclusive mode", "LOCK", "t"),
			Arguments.of("copy t (a, b) from stdin", "COPY", "t"),
			Arguments.of("set a = 1; update t set b = 2;", "SET", "t"));
		// @formatter:on
	}

	@ParameterizedTest
	@MethodSource
	void noTableIsToldOfSeveralOrNone(String sql, String operation) {
		SqlStatement statement = this.statements.of("other_sql").normalize(sql);
		assertThat(statement.table()).isNull();
		assertThat(statement.operation()).isEqualTo(operation);
	}

	static Stream<Arguments> noTableIsToldOfSeveralOrNone() {
		return Stream.of(
		// @formatter:off
			Arguments.of("select 1", "SELECT"),
			Arguments.of("select 1 from dual", "SELECT"),
			Arguments.of("select * from a join b on a.id = b.id", "SELECT"),
			Arguments.of("select * from a, b", "SELECT"),
			Arguments.of("select * from a x, (select * from b) y", "SELECT"),
			Arguments.of("select * from a where id in (select id from b)", "SELECT"),
			Arguments.of("select * from a cross apply (select * from b) x", "SELECT"),
			Arguments.of("select * from a straight_join b", "SELECT"),
			Arguments.of("select * from s.a, a", "SELECT"),
			Arguments.of("select * from a union select * from b", "SELECT"),
			Arguments.of("with x as (select * from a) select * from x, b", "SELECT"),
			Arguments.of("insert into a select * from b", "INSERT"),
			Arguments.of("update a set x = b.x from b where a.id = b.id", "UPDATE"),
			Arguments.of("update a, b set a.x = b.x", "UPDATE"),
			Arguments.of("delete from a using b where a.id = b.id", "DELETE"),
			Arguments.of("merge into a using b on (a.id = b.id) when matched then update set x = 1", "MERGE"),
			Arguments.of("truncate a, b", "TRUNCATE"),
			Arguments.of("create table a as select * from b", "CREATE"),
			Arguments.of("create table a (b int references b (id))", "CREATE"),
			Arguments.of("create or replace function f() returns int", "CREATE"),
			Arguments.of("update a set x = 1; delete from b", "UPDATE"),
			Arguments.of("select * from generate_series(1, 5)", "SELECT"),
			Arguments.of("select * from table(f(1))", "SELECT"),
			Arguments.of("select * from ?", "SELECT"),
			Arguments.of("select * from @rows", "SELECT"),
			Arguments.of("select * from 'file.csv'", "SELECT"),
			Arguments.of("select * from \"secret stuff\"", "SELECT"),
			Arguments.of("select * from 4711", "SELECT"),
			Arguments.of("select * from a where b = 'it\\'s' or c in (select c from d)", "SELECT"),
			Arguments.of("grant insert on a to b", "GRANT"),
			Arguments.of("{call x(?)}", "CALL"),
			Arguments.of("{? = call s.x(?, 'y')}", "CALL"),
			Arguments.of("call x(1)", "CALL"),
			Arguments.of("exec dbo.x @a = 1, @b = 'y'", "EXEC"),
			Arguments.of("EXECUTE x 1", "EXECUTE"),
			Arguments.of("begin x(1); end;", "BEGIN"),
			Arguments.of("show tables from x", "SHOW"));
		// @formatter:on
	}

	@ParameterizedTest
	@MethodSource
	void quotesAreThoseOfTheDatabase(String system, String sql, @Nullable String table) {
		assertThat(this.statements.of(system).normalize(sql).table()).isEqualTo(table);
	}

	static Stream<Arguments> quotesAreThoseOfTheDatabase() {
		return Stream.of(Arguments.of("postgresql", "select \"a\" from \"s\".\"Order Lines\"", "s.Order Lines"),
				Arguments.of("mysql", "select a from \"t\"", null),
				Arguments.of("mysql", "select \"a\" from `s`.`t` where b = \"c\"", "s.t"),
				Arguments.of("mssql", "select [a] from [s].[Order Lines], [s].[order lines] x", "s.Order Lines"));
	}

	@Test
	void aBatchTellsATableThatAllItsStatementsShare() {
		SqlNormalizer normalizer = this.statements.of("h2");
		assertThat(normalizer
			.normalizeBatch(List.of("insert into t values (1)", "delete from t", "insert into t values (2)")))
			.isEqualTo(new SqlStatement("insert into t values (?); delete from t", "BATCH", "t"));
		assertThat(normalizer.normalizeBatch(List.of("delete from t", "delete from u")))
			.isEqualTo(new SqlStatement("delete from t; delete from u", "BATCH", null));
		assertThat(normalizer.normalizeBatch(List.of("insert into t values (1)", "insert into t values (2)")))
			.isEqualTo(new SqlStatement("insert into t values (?)", "INSERT", "t"));
	}

	@Test
	void aTableIsFoundBehindWhatDoesNotFit() {
		String columns = "column_name, ".repeat(1000);
		SqlNormalizer normalizer = this.statements.of("h2");
		assertThat(normalizer.normalize("select " + columns + " x from t where y = 1").table()).isEqualTo("t");
		assertThat(normalizer.normalize("select " + columns + " x from t, u").table()).isNull();
		assertThat(normalizer.normalize("select " + columns.repeat(10) + " x from t").table()).isNull();
	}

}
