package io.github.sentryinsights.sentry;

import java.util.List;
import java.util.Random;

import io.sentry.Baggage;
import io.sentry.BaggageHeader;
import io.sentry.NoOpLogger;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The SDK itself is the measure.
 */
class BaggageTextTests {

	private static final List<String> KEYS = List.of("sentry-environment", "sentry-org_id", "sentry-release",
			"sentry-replay_id", "sentry-sampled", "sentry-transaction", "sentry-user_id");

	private final Random random = new Random(42);

	@Test
	void everyBaggageIsWrittenAsTheSdkWritesIt() {
		int written = 0;
		for (int i = 0; i < 5000; i++) {
			Baggage baggage = baggage();
			String text = BaggageText.of(baggage);
			if (text != null) {
				written++;
				BaggageHeader expected = BaggageHeader.fromBaggageAndOutgoingHeader(baggage, null);
				assertThat(text).isEqualTo(expected.getValue());
			}
		}
		// An older SDK has no name for the organization and is left all that tell one.
		assertThat(written).isGreaterThan(1000);
	}

	@Test
	void whatIsOutOfTheOrdinaryIsLeftToTheSdk() {
		Baggage unknown = baggage();
		unknown.set("sentry-something-new", "value");
		assertThat(BaggageText.of(unknown)).isNull();
		Baggage foreign = baggage();
		foreign.setTransaction("GET /k\u00fcche");
		assertThat(BaggageText.of(foreign)).isNull();
		Baggage large = baggage();
		large.setTransaction("x".repeat(5000));
		assertThat(BaggageText.of(large)).isNull();
		assertThat(BaggageText.of(new Baggage(NoOpLogger.getInstance()))).isNull();
	}

	private Baggage baggage() {
		Baggage baggage = new Baggage(NoOpLogger.getInstance());
		baggage.setTraceId("0123456789abcdef0123456789abcdef");
		baggage.setPublicKey("public");
		if (this.random.nextBoolean()) {
			baggage.setSampleRate(this.random.nextBoolean() ? 1.0 : this.random.nextDouble());
		}
		if (this.random.nextBoolean()) {
			baggage.setSampleRand(this.random.nextDouble() / Math.pow(10, this.random.nextInt(6)));
		}
		for (String key : KEYS) {
			if (!key.equals("sentry-replay_id") && this.random.nextInt(3) > 0) {
				baggage.set(key, text());
			}
		}
		return baggage;
	}

	private String text() {
		StringBuilder text = new StringBuilder();
		for (int i = this.random.nextInt(40); i > 0; i--) {
			text.append((char) (' ' + this.random.nextInt('~' - ' ' + 1)));
		}
		return text.toString();
	}

}
