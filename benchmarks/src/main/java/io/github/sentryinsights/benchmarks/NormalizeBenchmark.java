package io.github.sentryinsights.benchmarks;

import java.util.stream.IntStream;

import io.github.sentryinsights.sql.SqlNormalizer;
import io.github.sentryinsights.sql.SqlStatement;
import io.github.sentryinsights.sql.SqlStatements;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Statements without their literals.
 */
public class NormalizeBenchmark {

	private static final String QUERY = """
			select o.id, o.number, o.created_at, o.status, c.id, c.name, sum(l.quantity * l.price) as total
			from customer_order o
			  join customer c on c.id = o.customer_id
			  left join order_line l on l.order_id = o.id and l.cancelled = false
			where o.status in ('NEW', 'PAID', 'SENT') and o.created_at >= DATE '2026-01-01'
			  and (c.country = 'NO' or c.vip = true) and l.price between 10.50 and 999 and o.number <> %08d
			group by o.id, o.number, o.created_at, o.status, c.id, c.name
			order by total desc
			limit 50
			""";

	/**
	 * Read a statement of some 500 characters that was never seen, as an application runs
	 * them that puts literals into its statements.
	 * @param statements the statements
	 * @return the statement
	 */
	@Benchmark
	public SqlStatement unknown(NewStatements statements) {
		return statements.normalizer.normalize(statements.next());
	}

	/**
	 * Look up a statement of some 500 characters that was seen before.
	 * @param statement the statement
	 * @return the statement
	 */
	@Benchmark
	public SqlStatement known(KnownStatement statement) {
		return statement.normalizer.normalize(statement.sql);
	}

	/**
	 * Read what is made to take long.
	 * @param input the input
	 * @return the statement
	 */
	@Benchmark
	public SqlStatement hostile(HostileInput input) {
		return input.normalizer.normalize(input.next());
	}

	private static SqlNormalizer normalizer() {
		return new SqlStatements(SqlStatements.DEFAULT_MAX_LENGTH, false).of("postgresql");
	}

	/**
	 * Texts that come round again only when they are forgotten.
	 */
	static final class Texts {

		private static final int MORE_THAN_ARE_REMEMBERED = 2048;

		private static final int LONGER_THAN_ARE_REMEMBERED = 10_001;

		private final String[] texts;

		private int next;

		Texts(String format) {
			int count = (format.length() >= LONGER_THAN_ARE_REMEMBERED) ? 1 : MORE_THAN_ARE_REMEMBERED;
			this.texts = IntStream.range(0, count)
				.mapToObj((i) -> format.replace("%08d", "%08d".formatted(i)))
				.toArray(String[]::new);
		}

		String next() {
			this.next = (this.next + 1) % this.texts.length;
			return this.texts[this.next];
		}

	}

	/**
	 * Statements that differ in a literal.
	 */
	@State(Scope.Thread)
	public static class NewStatements {

		private final SqlNormalizer normalizer = normalizer();

		private final Texts texts = new Texts(QUERY);

		String next() {
			return this.texts.next();
		}

	}

	/**
	 * A statement that is remembered.
	 */
	@State(Scope.Thread)
	public static class KnownStatement {

		private final SqlNormalizer normalizer = normalizer();

		private final String sql = QUERY.formatted(1);

	}

	/**
	 * Pieces that open something, over and over.
	 */
	@State(Scope.Thread)
	public static class HostileInput {

		/** The length of the statement. */
		@Param({ "1000", "32000", "1000000" })
		public int length;

		/** What is repeated in the statement. */
		@Param
		public Piece piece;

		private final SqlNormalizer normalizer = normalizer();

		private Texts texts;

		/**
		 * Make the input up.
		 */
		@Setup
		public void repeat() {
			String repeated = this.piece.text.repeat(this.length / this.piece.text.length());
			this.texts = new Texts("select %08d, " + repeated);
		}

		String next() {
			return this.texts.next();
		}

	}

	/**
	 * What may be hard to read.
	 */
	public enum Piece {

		/** Strings. */
		STRINGS("'x',"),

		/** One string. */
		DOUBLED_QUOTES("''"),

		/** Nothing but openings. */
		PARENTHESES("("),

		/** Comments in comments. */
		COMMENT_STARTS("/*"),

		/** Many tags. */
		DOLLAR_TAGS("$a$b"),

		/** Tags that never end. */
		UNFINISHED_TAGS("$a "),

		/** Names in brackets. */
		BRACKETS("from ["),

		/** A list that is one element in the end. */
		ROWS("values (1, 'x'), (2, now()), "),

		/** Tables. */
		JOINS("join t1 on 1 = 1 ");

		private final String text;

		Piece(String text) {
			this.text = text;
		}

	}

}
