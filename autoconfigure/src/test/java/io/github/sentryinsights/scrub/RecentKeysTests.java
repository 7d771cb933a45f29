package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecentKeys}.
 */
class RecentKeysTests {

	private final SensitiveKeys secrets = SensitiveKeys.secrets(List.of());

	private final List<String> asked = new ArrayList<>();

	private final RecentKeys keys = new RecentKeys(this.secrets, (key) -> {
		this.asked.add(key);
		return !key.contains("@");
	});

	@Test
	void aKeyIsReadOnceAndStaysWhatItIs() {
		for (String key : List.of("dbPassword", "messaging.destination.name", "password.history", "device_code",
				"jane@shop.test", "")) {
			for (int i = 0; i < 3; i++) {
				assertThat(this.keys.matches(key)).isEqualTo(this.secrets.matches(key));
				assertThat(this.keys.mayHold(key)).isEqualTo(this.secrets.mayHold(key, 0, key.length()));
				assertThat(this.keys.isLikely(key)).isEqualTo(this.secrets.isLikely(key, 0, key.length()));
				assertThat(this.keys.isPlain(key)).isEqualTo(!key.equals("jane@shop.test"));
			}
		}
		assertThat(this.asked).doesNotHaveDuplicates();
	}

	@Test
	void keysOfTheSamePlaceAreToldApart() {
		// The same hash codes.
		assertThat("Aa.token").hasSameHashCodeAs("BB.token");
		assertThat(this.keys.matches("Aa.token")).isTrue();
		assertThat(this.keys.matches("BB.token")).isTrue();
		assertThat(this.keys.isPlain("Aa@")).isFalse();
		assertThat("Aa.tokenAa").hasSameHashCodeAs("Aa.tokenBB");
		assertThat(this.keys.matches("AaToken.id")).isEqualTo(this.secrets.matches("AaToken.id"));
		for (int i = 0; i < 10_000; i++) {
			String key = ((i % 2 == 0) ? "token" : "order") + i + ((i % 3 == 0) ? ".secret" : ".number");
			assertThat(this.keys.matches(key)).isEqualTo(this.secrets.matches(key));
			assertThat(this.keys.isPlain(key)).isTrue();
		}
	}

	@Test
	void aLongKeyIsNotRemembered() {
		String key = "k".repeat(65) + ".password";
		assertThat(this.keys.matches(key)).isTrue();
		assertThat(this.keys.isPlain(key)).isFalse();
		assertThat(this.asked).isEmpty();
	}

}
