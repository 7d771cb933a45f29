package io.github.sentryinsights.scrub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import io.github.sentryinsights.InsightsProperties.Pii;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TimeBudget}.
 */
class TimeBudgetTests {

	private final AtomicLong now = new AtomicLong();

	private final AtomicLong readings = new AtomicLong();

	@Test
	void whatIsLeftWhenTheTimeIsOverIsReplacedAndCounted() {
		Pii pii = new Pii();
		pii.setTimeBudget(Duration.ofMillis(50));
		PiiRules rules = PiiRules.of(pii, List.of(new SlowDetector("hunter2")), this::time);
		PayloadWalk walk = PayloadWalk.ofPayload(rules, null);
		List<String> texts = List.of("one", "two", "three hunter2", "four", "five");
		assertThat(walk.value("extra", texts)).asInstanceOf(InstanceOfAssertFactories.LIST)
			.containsExactly("one", "two", "three [slow]", "[Filtered]", "[Filtered]");
		assertThat(rules.counts().of("time-budget")).isEqualTo(2);
		assertThat(PayloadWalk.ofPayload(rules, null).value("extra", "a new payload")).isEqualTo("a new payload");
	}

	@Test
	void theClockIsReadOncePerManyCharacters() {
		PiiRules rules = PiiRules.of(new Pii(), List.of(), this::time);
		PayloadWalk.ofPayload(rules, null).value("extra", List.of("short", "text"));
		assertThat(this.readings).hasValue(0);
		String[] texts = new String[1000];
		Arrays.fill(texts, "x".repeat(968));
		PayloadWalk.ofPayload(rules, null).value("extra", texts);
		assertThat(this.readings).hasValueBetween(1000L * 1000 / TimeBudget.STEP / 2,
				1000L * 1000 / TimeBudget.STEP + 1);
	}

	@Test
	void longTextsAreTimedEachForItself() {
		Pii pii = new Pii();
		pii.setTimeBudget(Duration.ofMillis(50));
		List<Object> texts = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			texts.add("x".repeat(TimeBudget.STEP));
		}
		PiiRules rules = PiiRules.of(pii, List.of(), () -> this.now.getAndAdd(Duration.ofMillis(20).toNanos()));
		assertThat(PayloadWalk.ofPayload(rules, null).value("extra", texts))
			.asInstanceOf(InstanceOfAssertFactories.LIST)
			.filteredOn("[Filtered]"::equals)
			.hasSize(7);
	}

	private long time() {
		this.readings.incrementAndGet();
		return this.now.get();
	}

	/**
	 * Takes 20 ms for each text by a clock of its own.
	 */
	private final class SlowDetector implements PiiDetector {

		private final String secret;

		SlowDetector(String secret) {
			this.secret = secret;
		}

		@Override
		public String name() {
			return "slow";
		}

		@Override
		public void detect(String text, Findings findings) {
			int at = text.indexOf(this.secret);
			findings.add(at, at + this.secret.length());
			if (at == -1) {
				TimeBudgetTests.this.now.addAndGet(Duration.ofMillis(20).toNanos());
			}
			else {
				TimeBudgetTests.this.now.addAndGet(Duration.ofMillis(11).toNanos());
			}
		}

	}

}
