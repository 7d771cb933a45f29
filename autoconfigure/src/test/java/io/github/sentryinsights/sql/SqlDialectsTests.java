package io.github.sentryinsights.sql;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Puts together pieces of SQL that databases read differently, and looks for words that
 * one of them takes for a part of a literal.
 */
class SqlDialectsTests {

	private static final String[] PIECES = { "'", "'", "''", "\"", "`", "$$", "$a$", "/*", "*/", "--", "-- ", "#", "# ",
			"#> ", "#>", " q'[", "]'", "[", "]", "(", ")", ",", "1", " E'", " N'", "\\", "\\\\", "\n", "\n", " ", " = ",
			" in (", " from ", " select ", " and ", "?", ":", ".", "\\'" };

	private static final Pattern WORD = Pattern.compile("w\\d+z");

	@ParameterizedTest
	@EnumSource
	void whatADatabaseTakesForALiteralIsNotShown(Dialect dialect) {
		Random random = new Random(45);
		int hidden = 0;
		for (int round = 0; round < 200_000; round++) {
			String sql = random(random);
			Set<String> words = new Reader(sql, dialect).wordsInLiterals();
			if (words == null || words.isEmpty()) {
				continue;
			}
			for (SqlNormalizer normalizer : dialect.normalizers()) {
				String text = normalizer.normalize(sql).text();
				Matcher shown = WORD.matcher(text);
				while (shown.find()) {
					assertThat(words).as(sql + " -> " + text).doesNotContain(shown.group());
				}
			}
			hidden++;
		}
		assertThat(hidden).isGreaterThan(1000);
	}

	private static String random(Random random) {
		StringBuilder sql = new StringBuilder("select ");
		for (int i = random.nextInt(14) + 2; i > 0; i--) {
			sql.append(PIECES[random.nextInt(PIECES.length)]);
			if (random.nextBoolean()) {
				sql.append(" w").append(i).append("z ");
			}
		}
		return sql.toString();
	}

	private enum Dialect {

		STANDARD("db2", "other_sql"), POSTGRESQL("postgresql", "other_sql"), MYSQL("mysql"),
		ORACLE("oracle", "other_sql"), SQL_SERVER("mssql", "other_sql");

		private final List<SqlNormalizer> normalizers;

		Dialect(String... systems) {
			SqlStatements statements = new SqlStatements(SqlStatements.DEFAULT_MAX_LENGTH, false);
			this.normalizers = Stream.of(systems).map(statements::of).toList();
		}

		List<SqlNormalizer> normalizers() {
			return this.normalizers;
		}

		boolean isQuotedString() {
			return this == MYSQL;
		}

		boolean isNested() {
			return this == POSTGRESQL || this == SQL_SERVER;
		}

		boolean isComment(String sql, int i) {
			if (this == MYSQL && sql.startsWith("--", i)) {
				return i + 2 == sql.length() || sql.charAt(i + 2) <= ' ';
			}
			return sql.startsWith("--", i) || (this == MYSQL && sql.charAt(i) == '#');
		}

		boolean isForeign(char c) {
			return switch (c) {
				case '\\' -> true;
				case '`' -> this != MYSQL;
				case '$' -> this != POSTGRESQL;
				case '#' -> this == STANDARD || this == ORACLE;
				default -> false;
			};
		}

	}

	/**
	 * Reads a statement as one database does.
	 */
	private static final class Reader {

		private final String sql;

		private final Dialect dialect;

		private final Set<String> words = new HashSet<>();

		private int position;

		Reader(String sql, Dialect dialect) {
			this.sql = sql;
			this.dialect = dialect;
		}

		/**
		 * Return the words within literals, {@code null} when the database would not
		 * understand the statement.
		 */
		@Nullable Set<String> wordsInLiterals() {
			while (this.position != -1 && this.position < this.sql.length()) {
				this.position = next();
			}
			return (this.position != -1) ? this.words : null;
		}

		private int next() {
			char c = this.sql.charAt(this.position);
			if (this.dialect.isComment(this.sql, this.position)) {
				int end = this.sql.indexOf('\n', this.position);
				return (end != -1) ? end : this.sql.length();
			}
			if (this.sql.startsWith("/*", this.position)) {
				return comment();
			}
			if (this.dialect.isForeign(c)) {
				return -1;
			}
			if (c == '\'' || c == '"') {
				return string(c, this.dialect == Dialect.MYSQL);
			}
			if (c == '[' && this.dialect == Dialect.SQL_SERVER) {
				int end = this.position + 1;
				while (end < this.sql.length() && (this.sql.charAt(end) != ']' || this.sql.startsWith("]]", end))) {
					end += (this.sql.charAt(end) == ']') ? 2 : 1;
				}
				return (end < this.sql.length()) ? end + 1 : -1;
			}
			if (c == '`') {
				int end = this.sql.indexOf('`', this.position + 1);
				return (end != -1) ? end + 1 : -1;
			}
			if (c == '$') {
				return dollarQuoted();
			}
			return Character.isLetter(c) ? word() : this.position + 1;
		}

		private int word() {
			int end = this.position;
			while (end < this.sql.length()
					&& (Character.isLetterOrDigit(this.sql.charAt(end)) || this.sql.charAt(end) == '$')) {
				end++;
			}
			String word = this.sql.substring(this.position, end);
			if (end == this.sql.length() || this.sql.charAt(end) != '\'' || word.equals("N")) {
				return end;
			}
			this.position = end;
			if (word.equals("E")) {
				return (this.dialect == Dialect.POSTGRESQL) ? string('\'', true) : -1;
			}
			if (word.equals("q")) {
				return (this.dialect == Dialect.ORACLE) ? end("]'", end + 2) : -1;
			}
			return end;
		}

		private int comment() {
			int depth = 1;
			int i = this.position + 2;
			while (depth > 0) {
				if (i >= this.sql.length()) {
					return -1;
				}
				if (this.sql.startsWith("*/", i)) {
					depth--;
					i += 2;
				}
				else if (this.dialect.isNested() && this.sql.startsWith("/*", i)) {
					depth++;
					i += 2;
				}
				else {
					i++;
				}
			}
			return i;
		}

		private int string(char quote, boolean escapes) {
			int i = this.position + 1;
			while (i < this.sql.length()) {
				char c = this.sql.charAt(i);
				if (c == '\\' && escapes) {
					i++;
				}
				else if (c == quote) {
					if (i + 1 == this.sql.length() || this.sql.charAt(i + 1) != quote) {
						return (quote == '"' && !this.dialect.isQuotedString()) ? i + 1 : hide(i + 1);
					}
					i++;
				}
				i++;
			}
			return -1;
		}

		private int dollarQuoted() {
			String tag = this.sql.startsWith("$a$", this.position) ? "$a$" : "$$";
			return this.sql.startsWith(tag, this.position) ? end(tag, this.position + tag.length()) : -1;
		}

		private int end(String delimiter, int start) {
			int end = this.sql.indexOf(delimiter, start);
			return (end != -1) ? hide(end + delimiter.length()) : -1;
		}

		private int hide(int end) {
			Matcher hidden = WORD.matcher(this.sql.substring(this.position, end));
			while (hidden.find()) {
				this.words.add(hidden.group());
			}
			return end;
		}

	}

}
