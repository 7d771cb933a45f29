package io.github.sentryinsights.sql;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What becomes of the literals, lists and hints of each kind of database.
 */
class SqlFormTests {

	private static final int MEGABYTES = 10_000_000;

	private final SqlStatements statements = new SqlStatements(SqlStatements.DEFAULT_MAX_LENGTH, false);

	private final SqlStatements hints = new SqlStatements(SqlStatements.DEFAULT_MAX_LENGTH, true);

	@ParameterizedTest
	@MethodSource
	void literalsOfEachDatabaseAreReplaced(String system, String sql, String expected) {
		assertThat(this.statements.of(system).normalize(sql).text()).isEqualTo(expected);
	}

	static Stream<Arguments> literalsOfEachDatabaseAreReplaced() {
		return Stream.of(
		// @formatter:off
			postgresql("a = E'it\\'s' and b = U&'\\0441' uescape '!' and c = B'101' and d = X'1F'",
					"a = ? and b = ? uescape ? and c = ? and d = ?"),
			postgresql("a = $$it's$$ and b = $fn$ $$ it's $fn$ and c = 1_000.5e-3 and d = 0b101",
					"a = ? and b = ? and c = ? and d = ?"),
			postgresql("d -> 'a' ->> 2, d #> '{a,b}' #>> '{c}', d @> '{\"a\":1}'::jsonb, d <@ ?, d - 'k'",
					"d -> ? ->> ?, d #> ? #>> ?, d @> ?::jsonb, d <@ ?, d - ?"),
			postgresql("where d ?? 'k' and d ??| array['a', 'b'] and d ??& '{x}' and d @@ '$.a > 1' and a # 5 = 1",
					"where d ?? ? and d ??| array[?] and d ??& ? and d @@ ? and a # ? = ?"),
			postgresql("a = '{1,2}'::int[] and b = ARRAY[1,2,3] and c = any (ARRAY[[1,2],[3,4]]) and d[1:2] = x[3]",
					"a = ?::int[] and b = ARRAY[?] and c = any (ARRAY[[?]]) and d[?:?] = x[?]"),
			postgresql("CAST('5' AS numeric(10,2)), 'x'::varchar(5), DATE '2026-01-01', INTERVAL '1 day', TIMESTAMP '2026-01-01 10:00'",
					"CAST(? AS numeric(?,?)), ?::varchar(?), DATE ?, INTERVAL ?, TIMESTAMP ?"),
			postgresql("a in (DATE '2026-01-01', DATE '2026-01-02') and b in (lower('X'), lower('Y'))",
					"a in (DATE ?) and b in (lower(?))"),
			postgresql("select \"a\", \"b c\" as \"d\" from \"t\" where \"e\" = 'f' and g = h[i[1]] and j = 'k]l'",
					"select \"a\", \"b c\" as \"d\" from \"t\" where \"e\" = ? and g = h[i[?]] and j = ?"),
			postgresql("insert into t values (\"secret\")", "insert into t values (?)"),
			postgresql("a = \"bob@example.com\" and b = \"4711\"", "a = ? and b = ?"),
			postgresql("where a in ($1, $2, $3) and b = $4", "where a in (?) and b = ?"),
			mysql("a = \"it's\" and b = 'x' and c = _utf8'y' and d = x'1F' and e = 0x1F and f = b'1' and g = N'z'",
					"a = ? and b = ? and c = ? and d = ? and e = ? and f = ? and g = ?"),
			mysql("select `a`.`b c`, d->'$.e', f->>\"$.g\" from `h` # it's a comment\nwhere i = @j and k = @@l",
					"select `a`.`b c`, d->?, f->>? from `h` where i = @j and k = @@l"),
			mysql("insert into t values row(1, 'x'), row(2, 'y')", "insert into t values row(?, ?)"),
			mysql("select /*! straight_join */ a from t limit 5, 10", "select a from t limit ?, ?"),
			oracle("a = q'[it's]' and b = nq'{it's}' and c = N'x' and d = DATE'2026-01-01' and e = 1.5f and f = q'!a!'",
					"a = ? and b = ? and c = ? and d = DATE? and e = ? and f = ?"),
			oracle("select \"a\" from \"t\" where \"b\" = :c and d = :1 and e# = 5 and rownum < 10",
					"select \"a\" from \"t\" where \"b\" = :c and d = ? and e# = ? and rownum < ?"),
			oracle("a = TO_DATE('2026', 'YYYY') + INTERVAL '5' DAY - INTERVAL -5 HOUR",
					"a = TO_DATE(?, ?) + INTERVAL ? DAY - INTERVAL ? HOUR"),
			sqlServer("select [a], [b]]c], [it's] from [t] where [d] = N'x' and e = $12.50 and f = 0xAF and g = @P0",
					"select [a], ?, ? from [t] where [d] = ? and e = ? and f = ? and g = ?"),
			sqlServer("select top (5) a from #t x join ##u y on x.b in (@P0, @P1) where c = @name",
					"select top (?) a from #t x join ##u y on x.b in (?) where c = @name"),
			any("a = -5 and b = - 5 and c = 5.e3 and d = .5E+2 and e = 1e-5 and f in (-1, +2)",
					"a = ? and b = - ? and c = ? and d = ? and e = ? and f in (?)"),
			any("a = true and b = FALSE and c is null and d is not null and e = NULL",
					"a = true and b = FALSE and c is null and d is not null and e = NULL"),
			any("{d '2026-01-01'}, {ts '2026-01-01 10:00:00'}, {fn length('x')}, {? = call s.p(?, 'x', 5)}",
					"{d ?}, {ts ?}, {fn length(?)}, {? = call s.p(?, ?, ?)}"),
			any("values (1, null), (2, 'x'), (3, default) order by 1", "values (?, null) order by ?"),
			any("where (a, b) in ((1, 'x'), (2, 'y')) and c in (select d from e where f in (1,2))",
					"where (a, b) in ((?, ?)) and c in (select d from e where f in (?))"),
			any("where a in (1, null, 2) and b not in (:x, :y)", "where a in (?, null, ?) and b not in (:x)"),
			any("a = '''it''s secret'''", "a = ?"),
			any("where \"a\" = 1 and \"b\" is null or \"c\" in (?, ?) and not \"d\" like 'x' and \"e\" > :f",
					"where \"a\" = ? and \"b\" is null or \"c\" in (?) and not \"d\" like ? and \"e\" > :f"),
			any("update t set \"a\" = 1, \"b\" = c where (\"d\" = 2)", "update t set \"a\" = ?, \"b\" = c where (\"d\" = ?)"),
			any("select a from t // it's a comment?\n", "select a from t ?"),
			any("select a // b\nfrom t", "select a from t"),
			any("insert into t format CSV\nbob,5", "insert into t format CSV ?"),
			any("insert into t (a, format) select a, format from u", "insert into t (a, format) select a, format from u"),
			any("create table t (password varchar(5))", "create table t (password varchar(?))"),
			any("select\u00a0a\t--x\r\n ,\u2003b", "select a , b"));
		// @formatter:on
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "a = \\'secret", "a = 'x\\' or b = 'secret'", "a = \u201csecret\u201d", "a = $x$ secret $y$",
					"a = q'( secret ]'", "a = \ud83d secret", "array[1) secret", "create user x identified by secret" })
	void nothingAfterADoubtIsShown(String sql) {
		for (String system : new String[] { "other_sql", "postgresql", "mysql", "mssql" }) {
			String text = this.statements.of(system).normalize(sql).text();
			assertThat(text).as(system).doesNotContain("secret").doesNotContain("\ud83d");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a = 1 and \"secret\" in unnest(b)", "a = 1 and \"secret\" not in (b, c)",
			"\"secret\" = b", "a = b or \"secret\" like c", "a = [\"x\", \"secret\"]", "(a, b) = (\"x\", \"secret\")",
			"a = ((\"secret\"))", "\"secret\" /* x */ = b", "\"secret\" || b = c", "a = b order by \"secret\" = c",
			"a = b order by c, \"secret\" = d" })
	void aStringInDoubleQuotesIsNoNameWhereBothMakeSense(String condition) {
		SqlNormalizer normalizer = this.statements.of("other_sql");
		assertThat(normalizer.normalize("select a from t where " + condition).text()).doesNotContain("secret");
		assertThat(normalizer.normalize("update t set d = [\"x\", \"secret\"] where " + condition).text())
			.doesNotContain("secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "other_sql", "mssql" })
	void aDefaultInDoubleQuotesIsNoName(String system) {
		assertThat(
				this.statements.of(system).normalize("create table t (a text default (\"secret\"), \"b\" text)").text())
			.isEqualTo("create table t (a text default (?), \"b\" text)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "other_sql", "mssql" })
	void aBackslashAfterAnEscapesNothingForAll(String system) {
		assertThat(this.statements.of(system).normalize("select e'a\\', 'secret' from t").text()).isEqualTo("select ?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "select q'abc', a'secret'", "select a // don't\n, 'secret'" })
	void whatIsALiteralForOthersHidesTheRest(String sql) {
		for (String system : new String[] { "other_sql", "mysql", "mssql" }) {
			assertThat(this.statements.of(system).normalize(sql).text()).as(system).doesNotContain("secret");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "mysql", "mssql" })
	void dollarsMayBeAName(String system) {
		assertThat(this.statements.of(system).normalize("select $$, 'x $$ secret'").text()).isEqualTo("select ?");
		assertThat(this.statements.of(system).normalize("select $$secret$$, a").text()).isEqualTo("select ?, a");
	}

	@Test
	void theNameOfATableMayBeginACommentThatHidesAQuote() {
		assertThat(this.statements.of("other_sql").normalize("select a from #t don't\n u where b = 'secret'").text())
			.doesNotContain("secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "create user u password \"secret\"", "create user u password secret",
			"alter user u set password \"secret\"" })
	void aPasswordNeedsNoQuotes(String sql) {
		assertThat(this.statements.of("hanadb").normalize(sql).text()).endsWith("password ?");
	}

	@Test
	void threeQuotesMayOpenOneString() {
		SqlNormalizer normalizer = this.statements.of("other_sql");
		assertThat(normalizer.normalize("a = '''it's secret''' and b").text()).isEqualTo("a = ?");
		assertThat(normalizer.normalize("a = '''its''' and b = ''''").text()).isEqualTo("a = ? and b = ?");
		assertThat(this.statements.of("h2").normalize("a = replace(b, '''', '''''') and c").text())
			.isEqualTo("a = replace(b, ?, ?) and c");
	}

	@Test
	void aNulIsWhiteSpaceAndHalfACharacterEndsTheText() {
		SqlNormalizer normalizer = this.statements.of("other_sql");
		assertThat(normalizer.normalize("select\0a\0\0from t where b = 'x\0y\ud83d'").text())
			.isEqualTo("select a from t where b = ?");
		assertThat(normalizer.normalize("select a from t\udc00 where b").text()).isEqualTo("select a from t ?");
		assertThat(normalizer.normalize("select \"\ud83d\", `\udc00` from t").text()).isEqualTo("select ?, ? from t");
	}

	@Test
	void commentsAreRemovedAndHintsWithThemUnlessKept() {
		String sql = "select/*+ INDEX(t  t_idx)\n FULL(\"x\") */a/* it's */from/*+\n LEADING(t@q1 u) NO_MERGE */t -- /*+ no */";
		assertThat(this.statements.of("oracle").normalize(sql).text()).isEqualTo("select a from t");
		assertThat(this.hints.of("oracle").normalize(sql).text())
			.isEqualTo("select a from /*+ LEADING(t@q1 u) NO_MERGE */ t");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/*+ PARALLEL(t 4) */", "/*+ x 'secret' */", "/*+ x \"secret\" */", "/*+ 4711 */",
			"/*+ a;b */", "/*+ a -- b */", "/*+ a /* b */ */", "/* + INDEX(t) */", "/*! INDEX(t) */" })
	void aHintThatMayHoldALiteralIsRemoved(String hint) {
		assertThat(this.hints.of("oracle").normalize("select " + hint + " a from t").text())
			.isEqualTo("select a from t");
	}

	@Test
	void aBatchIsNoLongerThanAStatementAndBreaksNoToken() {
		int maxLength = SqlStatements.MIN_MAX_LENGTH;
		SqlNormalizer normalizer = new SqlStatements(maxLength, false).of("h2");
		for (int i = 1; i < 60; i++) {
			String first = "delete from first where alpha = " + "alpha + ".repeat(i) + "1";
			String text = normalizer.normalizeBatch(List.of(first, "-- nothing", "update second set beta = 'secret'"))
				.text();
			assertThat(text).hasSizeLessThanOrEqualTo(maxLength);
			assertThat(text.split("[ ;]+")).isSubsetOf("delete", "from", "first", "where", "alpha", "=", "+", "?",
					"update", "second", "set", "beta");
			assertThat(text).doesNotContain(";;").doesNotEndWith(";").doesNotEndWith(" ");
		}
	}

	@Test
	void aKeptHintChangesNothingElse() {
		SqlNormalizer normalizer = this.hints.of("mysql");
		String text = normalizer.normalize("/*+ MAX(t) */ select/*+ X(t) */-5 from t where a in (1, /*+ Y */ 2)")
			.text();
		assertThat(text).isEqualTo("/*+ MAX(t) */ select /*+ X(t) */ ? from t where a in (?)");
		assertThat(normalizer.normalize(text).text()).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 201, 202, 203, 204, 205, 210, 500 })
	void theTextEndsWithAWholeToken(int maxLength) {
		SqlNormalizer normalizer = new SqlStatements(maxLength, true).of("h2");
		String sql = "select /*+ HINT */ alpha, beta1, 'literal', \"gamma\" from delta where ".repeat(20);
		String text = normalizer.normalize(sql).text();
		assertThat(text).hasSizeBetween(maxLength - 15, maxLength)
			.matches("(select|/\\*\\+ HINT \\*/|alpha|beta1|\"gamma\"|from|delta|where|[?, ])+");
		assertThat(text + " ").containsPattern("( |,)(select|\\*/|alpha|beta1|\"gamma\"|from|delta|where|\\?)?,? $");
		assertThat(normalizer.normalize(text).text()).isEqualTo(text);
	}

	@Test
	void aListThatDoesNotFitIsShownAsIfItWereShorter() {
		SqlNormalizer normalizer = new SqlStatements(200, false).of("h2");
		String start = "select " + "a".repeat(60) + ", " + "b".repeat(60) + " from " + "c".repeat(40) + " where d in (";
		assertThat(start.length()).isBetween(185, 195);
		String text = normalizer.normalize(start + "1, 2, 3, 4, 5, 6) and e = 1").text();
		assertThat(text).startsWith(start + "?)");
		String rows = "insert into " + "t".repeat(60) + " (" + "a".repeat(60) + ") values ";
		String row = "(lower('x'), upper('y'), lower('z'))";
		assertThat(normalizer.normalize(rows + row + ", (1, 2, 3 + 4 + 5 + 6 + 7 + 8 + 9)").text())
			.isEqualTo(rows + "(lower(?), upper(?), lower(?))");
	}

	@Test
	void aLengthThatLeavesNothingIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new SqlStatements(SqlStatements.MIN_MAX_LENGTH - 1, false));
	}

	@ParameterizedTest
	@ValueSource(strings = { "'x', ", "''", "(", "((1), ", "/*", "/* x */", "--x\n", "$a$b", "$a ", "q'[", "[", "[a], ",
			"from [", "\"a\", ", "values (1, now()), ", "(now(), 1), ", "join t on a = 1 ", ", t", "a.", "a ", "1 ",
			"\0", "with a as (select 1), ", "a in (1, f(2)) or ", "array[", "#> ", "#", "\u00e9", "/*+ A */", "`a` ",
			"@a, " })
	void tenMegabytesTakeNoMoreMemoryThanWhatIsShown(String piece) {
		ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		String sql = "insert into t values " + piece.repeat(MEGABYTES / piece.length());
		SqlNormalizer normalizer = this.hints.of("other_sql");
		normalizer.normalize(sql);
		long before = thread.getCurrentThreadAllocatedBytes();
		SqlStatement statement = normalizer.normalize(sql);
		long allocated = thread.getCurrentThreadAllocatedBytes() - before;
		assertThat(statement.text()).hasSizeLessThanOrEqualTo(SqlStatements.DEFAULT_MAX_LENGTH);
		assertThat(allocated).isLessThan(100_000);
	}

	private static Arguments any(String sql, String expected) {
		return Arguments.of("other_sql", sql, expected);
	}

	private static Arguments postgresql(String sql, String expected) {
		return Arguments.of("postgresql", sql, expected);
	}

	private static Arguments mysql(String sql, String expected) {
		return Arguments.of("mysql", sql, expected);
	}

	private static Arguments oracle(String sql, String expected) {
		return Arguments.of("oracle", sql, expected);
	}

	private static Arguments sqlServer(String sql, String expected) {
		return Arguments.of("mssql", sql, expected);
	}

}
