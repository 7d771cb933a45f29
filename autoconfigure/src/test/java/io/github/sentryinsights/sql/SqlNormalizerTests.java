package io.github.sentryinsights.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SqlNormalizerTests {

	private static final SqlStatements STATEMENTS = new SqlStatements(SqlStatements.DEFAULT_MAX_LENGTH, false);

	private static final SqlNormalizer NORMALIZER = STATEMENTS.of("other_sql");

	private static final SqlNormalizer QUOTED_STRINGS = STATEMENTS.of("mysql");

	@ParameterizedTest
	@MethodSource
	void replacesLiteralsAndKeepsTheRest(String sql, String expected) {
		assertThat(NORMALIZER.normalize(sql).text()).isEqualTo(expected);
	}

	static Stream<Arguments> replacesLiteralsAndKeepsTheRest() {
		return Stream.of(
		// @formatter:off
			Arguments.of("select 1", "select ?"),
			Arguments.of("", ""),
			Arguments.of("  select\n\t a ,b  from t ; ", "select a ,b from t"),
			Arguments.of("select a from t where b = 'x' and c=5", "select a from t where b = ? and c=?"),
			Arguments.of("a = 'it''s' or b = ''", "a = ? or b = ?"),
			Arguments.of("a = 'C:\\\\' and b = 'x'", "a = ? and b = ?"),
			Arguments.of("a = E'it\\'s' and b = e'\\\\'", "a = ? and b = ?"),
			Arguments.of("a = N'x' and b = X'ab' and c = b'01' and d = U&'\\0061'",
					"a = ? and b = ? and c = ? and d = ?"),
			Arguments.of("a = _utf8'x' and b = DATE '2024-01-01'", "a = ? and b = DATE ?"),
			Arguments.of("a = $$it's$$ and b = $x$a $$ b$x$", "a = ? and b = ?"),
			Arguments.of("a = q'[it's]' and b = Q'!x'y!' and c = nq'(z)'", "a = ? and b = ? and c = ?"),
			Arguments.of("a in (-1.5e-3, +2, .5, 0xFF, 10L)", "a in (?)"),
			Arguments.of("a = -5 and b - 5 > c -5 limit 10", "a = ? and b - ? > c -? limit ?"),
			Arguments.of("a is null and b = TRUE or c = false", "a is null and b = TRUE or c = false"),
			Arguments.of("a = ? and b = $1 and c = :name and d = %s and e = @p1 and f = ?2 and g = :1 and h = @id",
					"a = ? and b = ? and c = :name and d = %s and e = ? and f = ? and g = ? and h = @id"),
			Arguments.of("a = $1234.50", "a = ?"),
			Arguments.of("a::text = b::int and c[1:2] = 3", "a::text = b::int and c[?:?] = ?"),
			Arguments.of("select /* it's */ a -- it's\nfrom t -- end", "select a from t"),
			Arguments.of("select a # a comment\nfrom t", "select a from t"),
			Arguments.of("select /* a /* b */ c */ d", "select d"),
			Arguments.of("select d #> '{a}', d #>> ?, d #- '{b}' from t", "select d #> ?, d #>> ?, d #- ? from t"),
			Arguments.of("select a from #tmp join ##all", "select a from #tmp join ##all"),
			Arguments.of("select d -> 'a' ->> 'b', d @> '{}' from t", "select d -> ? ->> ?, d @> ? from t"),
			Arguments.of("select `a b`.`c`, [order id] from [dbo].[t]", "select `a b`.`c`, [order id] from [dbo].[t]"),
			Arguments.of("select t.\"a\" as \"b\", \"bob\" from \"s\".\"t\" where \"a\" = \"bob\"",
					"select t.\"a\" as \"b\", ? from \"s\".\"t\" where \"a\" = ?"),
			Arguments.of("insert into \"t\" (\"a\", \"b\") values (\"bob\", \"eve\")",
					"insert into \"t\" (\"a\", \"b\") values (?, ?)"),
			Arguments.of("where a in (\"x\", \"y\") and b like \"z\" and c between \"d\" and \"e\" and \"f\" = 1",
					"where a in (?) and b like ? and c between ? and ? and \"f\" = ?"),
			Arguments.of("where a = concat(\"bob\", 'x') and b = \"a@b.c\"", "where a = concat(?, ?) and b = ?"),
			Arguments.of("where a in (select t.\"id\" from \"t\" order by \"x\", \"y\")",
					"where a in (select t.\"id\" from \"t\" order by \"x\", \"y\")"),
			Arguments.of("create table \"t\" (\"id\" varchar(20) default 'x')",
					"create table \"t\" (\"id\" varchar(?) default ?)"),
			Arguments.of("where a IN (?, ?, ?) and b in(1,2) and c not in ($1, $2)",
					"where a IN (?) and b in(?) and c not in (?)"),
			Arguments.of("where (a, b) in ((1, 2), (3, 4))", "where (a, b) in ((?, ?))"),
			Arguments.of("insert into t values (1, 'a'), (2, null), (3, default) returning id",
					"insert into t values (?, ?) returning id"),
			Arguments.of("insert into t values (1, now()), (2, now()), (3, now() + 1)",
					"insert into t values (?, now()), (?, now() + ?)"),
			Arguments.of("{call p(1, 'x')}", "{call p(?, ?)}"),
			Arguments.of("{d '2024-01-01'}", "{d ?}"),
			Arguments.of("select a[1], [b c], array[d, 'x'], e['f'], g[h[2]], 'y'",
					"select a[?], [b c], array[d, ?], e[?], g[h[?]], ?"),
			Arguments.of("a like ? escape '\\' order by b", "a like ? escape ? order by b"),
			Arguments.of("create user bob identified by tiger", "create user bob identified by ?"),
			Arguments.of("select größe from straße", "select größe from straße"));
		// @formatter:on
	}

	@ParameterizedTest
	@MethodSource
	void endsWhereDatabasesWouldReadOnDifferently(String sql, String expected) {
		assertThat(NORMALIZER.normalize(sql).text()).isEqualTo(expected);
	}

	static Stream<Arguments> endsWhereDatabasesWouldReadOnDifferently() {
		return Stream.of(
		// @formatter:off
			Arguments.of("a = 'it\\'s secret' and b", "a = ?"),
			Arguments.of("a = 'C:\\', b = 'secret'", "a = ?"),
			Arguments.of("a = 'secret", "a = ?"),
			Arguments.of("a = \"secret", "a = ?"),
			Arguments.of("a = `secret", "a = ?"),
			Arguments.of("a = $x$secret", "a = ?"),
			Arguments.of("a = q'[secret", "a = ?"),
			Arguments.of("a /* secret", "a ?"),
			Arguments.of("a = 5--'\n secret'", "a = ? ?"),
			Arguments.of("a # it's\n secret", "a ?"),
			Arguments.of("a /* x /* y */ 'secret */'", "a ?"),
			Arguments.of("a /*! set b='*/ secret' */", "a ?"),
			Arguments.of("a = \u2018secret\u2019", "a = ?"),
			Arguments.of("a = \\secret", "a = ?"),
			Arguments.of("a in (1, 'secret", "a in (?"),
			Arguments.of("select [it's], 'secret', [that's]", "select [it ?"),
			Arguments.of("select [it]]'s], 'secret', [that's]", "select [it]] ?"),
			Arguments.of("select [a--b], 'x\n secret'", "select [a ?"),
			Arguments.of("select [a/*b], 'x*/ secret'", "select [a ?"));
		// @formatter:on
	}

	@ParameterizedTest
	@MethodSource
	void findsTheCommand(String sql, String operation) {
		assertThat(NORMALIZER.normalize(sql).operation()).isEqualTo(operation);
	}

	static Stream<Arguments> findsTheCommand() {
		return Stream.of(
		// @formatter:off
			Arguments.of("select 1", "SELECT"),
			Arguments.of("/* x */ -- y\n Insert into t", "INSERT"),
			Arguments.of("(select 1) union (select 2)", "SELECT"),
			Arguments.of("with a as (select 1), b as (delete from t) update t set x = 1", "UPDATE"),
			Arguments.of("WITH RECURSIVE a(n) AS (select 1) INSERT INTO t SELECT 1", "INSERT"),
			Arguments.of("with a", "WITH"),
			Arguments.of("{? = call p()}", "CALL"),
			Arguments.of("{ call p() }", "CALL"),
			Arguments.of("merge into t", "MERGE"),
			Arguments.of("CREATE TABLE t", "CREATE"),
			Arguments.of("set x = 1", "SET"),
			Arguments.of("", ""),
			Arguments.of("'x'", ""),
			Arguments.of("-- nothing", ""));
		// @formatter:on
	}

	@Test
	void replacesEveryDoubleQuotedTextWhereItIsAString() {
		assertThat(QUOTED_STRINGS.normalize("select \"bob\", `a` from t where b.\"c\" = \"d\"").text())
			.isEqualTo("select ?, `a` from t where b.? = ?");
	}

	@Test
	void endsBeforeTheTokenThatDoesNotFit() {
		StringBuilder sql = new StringBuilder("select ");
		for (int i = 0; i < 1000; i++) {
			sql.append("column").append(i).append(", ");
		}
		String text = NORMALIZER.normalize(sql.toString()).text();
		assertThat(text).hasSizeBetween(3900, 4000).matches("select (column\\d+, )*(column\\d+)?,?");
	}

	@Test
	void listsOfAnyLengthFit() {
		String sql = "select a from t where b in (" + "'x', ".repeat(5000) + "'y') order by c";
		assertThat(NORMALIZER.normalize(sql).text()).isEqualTo("select a from t where b in (?) order by c");
	}

	@Test
	void rowsOfAnyNumberFit() {
		String sql = "insert into t (a, b) values " + "('x', 1), ".repeat(5000) + "('y', 2)";
		assertThat(NORMALIZER.normalize(sql).text()).isEqualTo("insert into t (a, b) values (?, ?)");
	}

	@Test
	void literalsNeverSurvive() {
		Random random = new Random(42);
		for (int round = 0; round < 5000; round++) {
			String sql = Statements.random(random);
			assertThat(NORMALIZER.normalize(sql).text()).as(sql).doesNotContain("secret").doesNotContain("4711");
			assertThat(QUOTED_STRINGS.normalize(sql).text()).as(sql).doesNotContain("secret").doesNotContain("4711");
		}
	}

	@Test
	void normalizingTwiceChangesNothingMore() {
		Random random = new Random(43);
		for (int round = 0; round < 20000; round++) {
			String sql = (round % 2 == 0) ? Statements.random(random) : Statements.noise(random);
			SqlStatement once = NORMALIZER.normalize(sql);
			SqlStatement twice = NORMALIZER.normalize(once.text());
			assertThat(twice.text()).as(sql).isEqualTo(once.text());
			assertThat(twice.operation()).as(sql).isEqualTo(once.operation());
		}
	}

	@Test
	void neverThrowsAndStaysShort() {
		Random random = new Random(44);
		for (int round = 0; round < 5000; round++) {
			assertThat(NORMALIZER.normalize(Statements.noise(random)).text()).hasSizeLessThanOrEqualTo(4000);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "(", "((1),", "'", "''", "\\'", "\"", "`", "$", "$$", "$a$", "$a", "/*", "/**/", "*/",
			"--", "--\n", "#", "#>", "q'[", "1,", "in (1,", "values (1),", "a", "a ", "1e", "-", ":a", "::", "[", "{",
			"\n", "E'\\", "U&\"", "with a as (" })
	void readsAMegabyteOfAnythingOnce(String piece) {
		String sql = "select " + piece.repeat(1_000_000 / piece.length());
		assertThat(NORMALIZER.normalize(sql).text()).hasSizeLessThanOrEqualTo(4000);
	}

	/**
	 * Makes up statements.
	 */
	private static final class Statements {

		private static final String[] NOISE = { "'", "''", "\"", "`", "$", "$$", "$a$", "/*", "*/", "--", "#", "#>",
				"q'", "[", "]", "(", ")", ",", ";", "1", "5e-3", "-", "+", "a", "in", "IN (", "values",
				"values (1), (2)", "select", "between", "and", "\"x\"", ".", ":", "::", ":b", "?", "$1", "\\", "\n",
				" ", " ", " ", "E'", "N'x'", "U&'", "null", "=", "from", "into", "%", "@", "\u2019", "\ud83d\ude00",
				"\u00e9" };

		static String noise(Random random) {
			StringBuilder sql = new StringBuilder();
			for (int i = random.nextInt(40); i >= 0; i--) {
				sql.append(NOISE[random.nextInt(NOISE.length)]);
			}
			return sql.toString();
		}

		static String random(Random random) {
			List<String> conditions = new ArrayList<>();
			for (int i = random.nextInt(5); i >= 0; i--) {
				conditions.add(condition(random));
			}
			String where = String.join((random.nextBoolean()) ? " and " : " OR\n", conditions);
			return switch (random.nextInt(4)) {
				case 0 -> "select a, 4711, " + literal(random) + " x from t where " + where;
				case 1 -> "insert into t (a, b) values (" + literal(random) + ", " + literal(random) + "), ("
						+ literal(random) + "," + literal(random) + ")";
				case 2 -> "update t set a=" + literal(random) + ", b = " + literal(random) + " where " + where;
				default -> "delete from t /* it's " + literal(random) + "\n*/ where " + where;
			};
		}

		private static String condition(Random random) {
			return switch (random.nextInt(5)) {
				case 0 -> "a in (" + literal(random) + ", " + literal(random) + ')';
				case 1 -> "a between " + literal(random) + " and " + literal(random);
				case 2 -> "lower(" + literal(random) + ") like " + literal(random);
				case 3 -> "a<" + literal(random) + " -- " + "secret\n";
				default -> "t.a = " + literal(random);
			};
		}

		private static String literal(Random random) {
			return switch (random.nextInt(15)) {
				case 0 -> "'secret'";
				case 1 -> "'a ''secret'' ;-- /* '";
				case 2 -> "'a \\' secret'";
				case 3 -> "E'a \\'secret\\\\'";
				case 4 -> "N'secret $$ '";
				case 5 -> "$$ ' secret $$";
				case 6 -> "$t$ ' $$ secret $t$";
				case 7 -> "q'[it's secret]'";
				case 8 -> "-4711";
				case 9 -> "+4711.4711e+4711";
				case 10 -> "0x4711";
				case 11 -> "\"secret\"";
				case 12 -> "\"it's \"\"secret\"\" \"";
				case 13 -> "timestamp 'secret 4711-47-11'";
				default -> "'secret \\\\'";
			};
		}

	}

}
