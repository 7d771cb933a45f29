package io.github.sentryinsights.sql;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Remembers statements by their text. What is used goes on into the next generation, what
 * is not is forgotten with the one before it. Reading one of the current generation takes
 * a single look-up and no lock.
 */
final class StatementCache {

	/** The longest text that is remembered. */
	static final int MAX_LENGTH = 10_000;

	/** The entries of a generation, of which there are two. */
	static final int MAX_ENTRIES = 1000;

	/** The characters of a generation, of texts and of what they became. */
	static final int MAX_CHARACTERS = 1_000_000;

	private final Function<String, SqlStatement> reader;

	private volatile Generation current = new Generation(Map.of());

	StatementCache(Function<String, SqlStatement> reader) {
		this.reader = reader;
	}

	SqlStatement get(String sql) {
		if (sql.length() > MAX_LENGTH) {
			return this.reader.apply(sql);
		}
		Generation generation = this.current;
		SqlStatement known = generation.statements.get(sql);
		if (known != null) {
			return known;
		}
		SqlStatement statement = generation.earlier.get(sql);
		if (statement == null) {
			statement = this.reader.apply(sql);
		}
		add(generation, sql, statement);
		return statement;
	}

	/**
	 * Return how many statements are remembered.
	 */
	int size() {
		Generation generation = this.current;
		return generation.statements.size() + generation.earlier.size();
	}

	private void add(Generation generation, String sql, SqlStatement statement) {
		Generation latest = this.current;
		if (latest == generation && latest.isFull()) {
			// Of two that begin the next one at the same time, one loses an entry.
			latest = new Generation(latest.statements);
			this.current = latest;
		}
		latest.add(sql, statement);
	}

	private static final class Generation {

		private final Map<String, SqlStatement> earlier;

		private final Map<String, SqlStatement> statements = new ConcurrentHashMap<>();

		private final AtomicInteger entries = new AtomicInteger();

		private final AtomicInteger characters = new AtomicInteger();

		Generation(Map<String, SqlStatement> earlier) {
			this.earlier = earlier;
		}

		boolean isFull() {
			return this.entries.get() >= MAX_ENTRIES || this.characters.get() >= MAX_CHARACTERS;
		}

		void add(String sql, SqlStatement statement) {
			@Nullable SqlStatement other = this.statements.putIfAbsent(sql, statement);
			if (other == null) {
				this.entries.incrementAndGet();
				this.characters.addAndGet(sql.length() + statement.text().length());
			}
		}

	}

}
