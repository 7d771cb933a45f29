package io.github.sentryinsights.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Makes statements up in the SQL of several databases, with literals that can be told
 * from everything else.
 */
class GeneratedStatementsTests {

	private static final int ROUNDS = 3000;

	private static final String MARK = "sEcReT";

	private static final String DIGITS = "4711";

	static LongStream seeds() {
		return LongStream.rangeClosed(1, 4);
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void literalsNeverLeaveAndMakeNoDifference(long seed) {
		SqlStatements statements = new SqlStatements(SqlStatements.DEFAULT_MAX_LENGTH, (seed & 1) == 0);
		Random random = new Random(seed);
		for (int round = 0; round < ROUNDS; round++) {
			for (Dialect dialect : Dialect.values()) {
				long shape = random.nextLong();
				String one = new Generator(dialect, shape, random.nextLong()).statement();
				String other = new Generator(dialect, shape, random.nextLong()).statement();
				SqlNormalizer normalizer = statements.of(dialect.system);
				SqlStatement normalized = normalizer.normalize(one);
				String context = "seed " + seed + ", " + dialect + ": " + one + "\n -> " + normalized.text();
				assertThat(normalized.text()).as(context).doesNotContain(MARK).doesNotContain(DIGITS).endsWith("END");
				assertThat(String.valueOf(normalized.table())).as(context).doesNotContain(MARK).doesNotContain(DIGITS);
				assertThat(normalizer.normalize(normalized.text())).as(context).isEqualTo(normalized);
				assertThat(normalizer.normalize(other)).as(context + "\n and " + other).isEqualTo(normalized);
			}
		}
	}

	@ParameterizedTest(name = "seed {0}")
	@MethodSource("seeds")
	void literalsNeverLeaveDamagedStatements(long seed) {
		SqlStatements statements = new SqlStatements(SqlStatements.MIN_MAX_LENGTH, true);
		Random random = new Random(seed);
		for (int round = 0; round < ROUNDS; round++) {
			for (Dialect dialect : Dialect.values()) {
				String whole = new Generator(dialect, random.nextLong(), random.nextLong()).statement();
				String cut = whole.substring(0, random.nextInt(whole.length()));
				for (SqlNormalizer normalizer : List.of(statements.of(dialect.system), statements.of("other_sql"))) {
					SqlStatement normalized = normalizer.normalize(cut);
					String context = "seed " + seed + ", " + dialect + ": " + cut + "\n -> " + normalized.text();
					assertThat(normalized.text()).as(context)
						.doesNotContain(MARK)
						.doesNotContain(DIGITS)
						.hasSizeLessThanOrEqualTo(SqlStatements.MIN_MAX_LENGTH);
					assertThat(normalizer.normalize(normalized.text()).text()).as(context).isEqualTo(normalized.text());
				}
			}
		}
	}

	private enum Dialect {

		POSTGRESQL("postgresql"), MYSQL("mysql"), ORACLE("oracle"), SQL_SERVER("mssql"), STANDARD("h2"),
		UNKNOWN("other_sql");

		private final String system;

		Dialect(String system) {
			this.system = system;
		}

	}

	/**
	 * Writes a statement of a shape with literals of its own.
	 */
	private static final class Generator {

		private static final String[] PIECES = { "''", "--", "/*", "*/", ";", "(", ")", ",", "?", ":x", "@x", "\n",
				"\0", " ", "\u00e9", "\u2019", "\ud83d\ude00", "\udc00", "= 1 or ", "select ", "%", "{", "}", "\r\n",
				"=>" };

		private final Dialect dialect;

		private final Random shape;

		private final Random values;

		Generator(Dialect dialect, long shape, long values) {
			this.dialect = dialect;
			this.shape = new Random(shape);
			this.values = new Random(values);
		}

		String statement() {
			String text = switch (this.shape.nextInt(7)) {
				case 0 -> insert();
				case 1 -> "update " + table() + " set " + assignments() + where();
				case 2 -> "delete from " + table() + where();
				case 3 -> "with x as (" + select(1) + ") " + select(1).replace(" from ", " from x, ");
				case 4 -> "merge into " + table() + " t using (" + select(1) + ") s on (t.id = s.id and " + condition(1)
						+ ") when matched then update set " + assignments();
				case 5 -> "{call p(" + literal() + ", " + literal() + ")}";
				default -> select(2);
			};
			return comment() + text + " END";
		}

		private String insert() {
			String row = table() + " (a, b, c) values ";
			List<Supplier<String>> columns = List.of(literalOf(), literalOf(), literalOf());
			Supplier<String> values = () -> columns.stream().map(Supplier::get).collect(Collectors.joining(", "));
			return "insert into " + row + several(() -> "(" + values.get() + ")", ", ");
		}

		private String assignments() {
			return name() + " = " + literal() + ", " + name() + " = " + name() + " + " + literal();
		}

		private String select(int depth) {
			String from = (depth > 0 && chance()) ? "(" + select(depth - 1) + ") t" : table();
			return "select " + name() + comment() + ", " + literal() + " as a, lower(" + literal() + ") from " + from
					+ where(depth) + (chance() ? " order by " + name() + " limit " + number() : "");
		}

		private String where() {
			return where(1);
		}

		private String where(int depth) {
			List<String> conditions = new ArrayList<>();
			for (int i = this.shape.nextInt(4); i >= 0; i--) {
				conditions.add(condition(depth));
			}
			return " where " + String.join(chance() ? " and " : " OR\n\t", conditions);
		}

		private String condition(int depth) {
			return switch (this.shape.nextInt(9)) {
				case 0 -> name() + (chance() ? " in (" : " NOT IN(") + several(literalOf(), ",  ") + ")";
				case 1 -> name() + " between " + literal() + " and " + literal();
				case 2 -> "lower(" + name() + ") like " + literal();
				case 3 -> name() + "<" + literal() + comment();
				case 4 -> "(a, b) in (" + several(pair(), ", ") + ")";
				case 5 -> "a is not null and b = TRUE and not c = " + literal();
				case 6 -> "exists (" + ((depth > 0) ? select(depth - 1) : "select 1") + ")";
				case 7 -> special();
				default -> name() + " = CAST(" + literal() + " AS numeric(10, " + number() + "))";
			};
		}

		private Supplier<String> pair() {
			Supplier<String> first = literalOf();
			Supplier<String> second = literalOf();
			return () -> "(" + first.get() + ", " + second.get() + ")";
		}

		private String special() {
			return switch (this.dialect) {
				case POSTGRESQL -> switch (this.shape.nextInt(5)) {
					case 0 -> "d #>> " + string() + " = " + string() + "::text";
					case 1 -> "d -> " + string() + " ->> " + number() + " ?? " + string();
					case 2 -> "a = any (ARRAY[" + several(literalOf(), ", ") + "]::text[])";
					case 3 -> "a[" + number() + ":" + number() + "] @> " + string() + "::int[]";
					default -> "a = " + several(() -> "$" + (1 + this.values.nextInt(99)), " + ", 1);
				};
				case MYSQL ->
					"d->" + string() + " = \"" + content('"') + "\"" + (chance() ? " # it's " + MARK + "\n" : "");
				case ORACLE -> "rownum < " + number() + " and a# = :a";
				case SQL_SERVER -> "[the name].[b c] = @p" + this.values.nextInt(9) + " and a.[it] = @name";
				default -> name() + " <> " + literal();
			};
		}

		private String several(Supplier<String> element, String separator) {
			return several(element, separator, 1 + this.values.nextInt(5));
		}

		private String several(Supplier<String> element, String separator, int count) {
			return Stream.generate(element).limit(count).collect(Collectors.joining(separator));
		}

		private String literal() {
			return literalOf().get();
		}

		/**
		 * Chooses a kind of literal, of which every call makes another one up.
		 */
		private Supplier<String> literalOf() {
			return switch (this.shape.nextInt(8)) {
				case 0 -> this::number;
				case 1 -> () -> "DATE " + string();
				case 2 -> () -> "X'" + DIGITS + "'";
				case 3 -> () -> "N" + string();
				case 4 -> ofDialect();
				default -> this::string;
			};
		}

		private Supplier<String> ofDialect() {
			boolean first = chance();
			return switch (this.dialect) {
				case POSTGRESQL ->
					first ? () -> "$t$" + content('$') + "$t$" : () -> "E'" + MARK + "\\'" + content('\'') + "\\\\'";
				case MYSQL -> first ? () -> "\"" + content('"') + "\"" : () -> "_utf8mb4" + string();
				case ORACLE -> first ? () -> "q'[" + content(']') + "]'" : () -> "nq'!" + content('!') + "!'";
				case SQL_SERVER -> first ? () -> "0x" + DIGITS + "aF" : () -> "$" + DIGITS + ".5";
				default -> () -> "U&" + string();
			};
		}

		private String string() {
			return "'" + content('\'') + "'";
		}

		private String content(char quote) {
			StringBuilder content = new StringBuilder();
			for (int i = this.values.nextInt(4); i >= 0; i--) {
				String piece = PIECES[this.values.nextInt(PIECES.length)];
				content.append(piece.equals("''") ? quote(quote, content.isEmpty()) : piece).append(MARK);
			}
			return content.append(this.values.nextInt(100)).toString();
		}

		/**
		 * A quote within a literal. Three in a row are in doubt for an unknown database.
		 */
		private String quote(char quote, boolean first) {
			return (quote != '\'') ? "'" : (first && this.dialect == Dialect.UNKNOWN) ? "-''" : "''";
		}

		private String number() {
			String sign = (this.values.nextInt(4) == 0) ? "-" : "";
			return sign + DIGITS + switch (this.values.nextInt(5)) {
				case 0 -> "." + DIGITS;
				case 1 -> "e-" + DIGITS;
				case 2 -> ".5E+10";
				case 3 -> "";
				default -> String.valueOf(this.values.nextInt(1000));
			};
		}

		private String table() {
			return switch (this.shape.nextInt(3)) {
				case 0 -> "items";
				case 1 -> "shop.items";
				default -> quoted("the_items");
			};
		}

		private String name() {
			return switch (this.shape.nextInt(4)) {
				case 0 -> "a1";
				case 1 -> "t." + quoted("b_1");
				case 2 -> "t.c";
				default -> "größe";
			};
		}

		private String quoted(String name) {
			return switch (this.dialect) {
				case MYSQL -> "`" + name + "`";
				case SQL_SERVER -> "[" + name + "]";
				default -> "\"" + name + "\"";
			};
		}

		private String comment() {
			return switch (this.shape.nextInt(6)) {
				case 0 -> " /* it's " + MARK + this.values.nextInt() + " */ ";
				case 1 -> " -- " + MARK + " '" + this.values.nextInt() + "\n";
				case 2 -> "/*+ INDEX(t " + DIGITS + ") */ ";
				default -> " ";
			};
		}

		private boolean chance() {
			return this.shape.nextBoolean();
		}

	}

}
