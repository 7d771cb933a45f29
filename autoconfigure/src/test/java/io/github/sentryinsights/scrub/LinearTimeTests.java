package io.github.sentryinsights.scrub;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.sentryinsights.InsightsProperties.Pii;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the time {@link PiiScrubber} takes grows with the length of a text, where
 * each of many beginnings of a value could make it read the text to its end.
 */
class LinearTimeTests {

	private static final int LENGTH = 16_384;

	private static final int TIMES = 16;

	private final PiiScrubber scrubber = PiiScrubber.of(new Pii());

	private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	@ParameterizedTest
	@ValueSource(strings = { "c=", "esent=false", "x=1&q=x", "session=x?", "sid=x?", "session=[a", "session={",
			"cookie=[a=b ", "cookies: 3 set ", "//token:x", "arn:token:", ":pw:1.2a", "a.pw:b:1.2a?", "'token':a=b?",
			"\"-ua", "'-pa", "?AUTH'x", "(AUTH\"x?", "\\u003ctoken\\u003ex\\u003c", ")values ", "(pw) values (null)," })
	void longTextTakesNoMoreTimeForEachCharacter(String part) {
		String text = part.repeat(LENGTH / part.length());
		time(text);
		long once = time(text);
		long longer = time(text.repeat(TIMES));
		// quadratic time would be the square of it
		assertThat(longer).isLessThan(once * TIMES * 4);
	}

	@Test
	void manyFindingsOfOnePatternTakeNoMoreTimeForEach() {
		Pii pii = new Pii();
		pii.setPatterns(Map.of("number", "\\d+"));
		PiiScrubber numbers = PiiScrubber.of(pii);
		String text = "1 ".repeat(LENGTH / 2);
		time(numbers, text);
		assertThat(time(numbers, text.repeat(TIMES))).isLessThan(time(numbers, text) * TIMES * 4);
	}

	private long time(String text) {
		return time(this.scrubber, text);
	}

	private long time(PiiScrubber scrubber, String text) {
		long best = Long.MAX_VALUE;
		for (int round = 0; round < 3; round++) {
			long start = this.threads.getCurrentThreadCpuTime();
			scrubber.scrub(text);
			best = Math.min(best, this.threads.getCurrentThreadCpuTime() - start);
		}
		return best;
	}

}
