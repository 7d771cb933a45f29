package io.github.sentryinsights.sql;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StatementCacheTests {

	private final AtomicInteger read = new AtomicInteger();

	private final StatementCache cache = new StatementCache(sql -> {
		this.read.incrementAndGet();
		return new SqlStatement(sql, "", null);
	});

	@Test
	void aStatementIsReadOnce() {
		SqlStatement statement = this.cache.get("select 1");
		assertThat(this.cache.get(new String("select 1"))).isSameAs(statement);
		assertThat(this.read).hasValue(1);
	}

	@Test
	void aLongStatementIsNotRemembered() {
		String sql = "x".repeat(StatementCache.MAX_LENGTH + 1);
		this.cache.get(sql);
		this.cache.get(sql);
		assertThat(this.read).hasValue(2);
		assertThat(this.cache.size()).isZero();
	}

	@Test
	void whatIsUsedStaysWhileOthersComeAndGo() {
		SqlStatement used = this.cache.get("used");
		for (int i = 0; i < 10 * StatementCache.MAX_ENTRIES; i++) {
			this.cache.get("other " + i);
			assertThat(this.cache.get("used")).isSameAs(used);
			assertThat(this.cache.size()).isLessThanOrEqualTo(2 * StatementCache.MAX_ENTRIES);
		}
	}

	@Test
	void longTextsLeaveRoomForFewer() {
		String padding = "x".repeat(StatementCache.MAX_LENGTH - 10);
		for (int i = 0; i < StatementCache.MAX_ENTRIES; i++) {
			this.cache.get(padding + i);
			assertThat(2L * StatementCache.MAX_LENGTH * this.cache.size())
				.isLessThanOrEqualTo(2L * (StatementCache.MAX_CHARACTERS + 2 * StatementCache.MAX_LENGTH));
		}
	}

	@Test
	void threadsAgreeAndKeepToTheBound() {
		boolean same = IntStream.range(0, 100_000)
			.parallel()
			.allMatch(i -> this.cache.get("select " + i % 3000).text().equals("select " + i % 3000));
		assertThat(same).isTrue();
		int threads = Runtime.getRuntime().availableProcessors() + 1;
		assertThat(this.cache.size()).isLessThanOrEqualTo(2 * (StatementCache.MAX_ENTRIES + threads));
	}

}
