package io.github.sentryinsights.sentry;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EpochClock}.
 */
class EpochClockTests {

	private final EpochClock clock = new EpochClock();

	@Test
	void theOffsetLeadsToTheTimeOfTheDay() {
		long nanos = System.nanoTime();
		Instant told = instant(this.clock.offset(nanos) + nanos);
		assertThat(Duration.between(told, Instant.now())).isBetween(Duration.ofMillis(-1), Duration.ofSeconds(1));
	}

	@Test
	void theOffsetStaysTheSameForAWhile() {
		long offset = this.clock.offset(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
		long read = System.nanoTime();
		assertThat(this.clock.offset(read)).isEqualTo(offset);
		assertThat(this.clock.offset(read + TimeUnit.MILLISECONDS.toNanos(50))).isEqualTo(offset);
	}

	@Test
	void anOldOffsetIsReadAgain() {
		long offset = this.clock.offset(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
		// No two readings of both clocks agree in every nanosecond for long.
		long later = offset;
		for (int i = 0; i < 10_000 && later == offset; i++) {
			later = this.clock.offset(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
		}
		assertThat(later).isNotEqualTo(offset);
		assertThat(Duration.ofNanos(Math.abs(later - offset))).isLessThan(Duration.ofMillis(10));
	}

	private static Instant instant(long epochNanos) {
		return Instant.ofEpochSecond(0, epochNanos);
	}

}
