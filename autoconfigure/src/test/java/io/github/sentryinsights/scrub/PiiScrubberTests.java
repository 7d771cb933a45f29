package io.github.sentryinsights.scrub;

import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.sentryinsights.InsightsProperties.Pii;
import io.github.sentryinsights.InsightsProperties.Pii.Strategy;
import io.github.sentryinsights.InvalidInsightsPropertyException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PiiScrubber} and what users can configure.
 */
class PiiScrubberTests {

	private static final String HMAC_KEY = "0123456789abcdef";

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
			REPLACE | mail [email] now
			REMOVE | mail  now
			MASK | mail ***.******@*******.*** now
			KEEP_LAST_FOUR | mail ***.******@******e.com now
			HMAC | mail [email:0d65c3b2560bf422] now
			""")
	void aDetectorHasAStrategy(Strategy strategy, String expected) {
		PiiScrubber scrubber = scrubber((pii) -> {
			pii.setHmacKey(HMAC_KEY);
			pii.setStrategies(Map.of("email", strategy));
		});
		assertThat(scrubber.scrub("mail bob.oneill@example.com now")).isEqualTo(expected);
		assertThat(scrubber.scrub(expected)).isEqualTo(expected);
	}

	@ParameterizedTest
	@EnumSource
	void scrubbingTwiceChangesNothing(Strategy strategy) {
		PiiScrubber scrubber = scrubber((pii) -> {
			pii.setHmacKey(HMAC_KEY);
			pii.setStrategies(Map.of("key", strategy, "email", strategy, "credit-card", strategy, "credentials",
					strategy, "url-credentials", strategy, "jwt", strategy));
		});
		String text = """
				password=hunter2 user=x token: abc12345 next {"secret":"a1b2c3d4e5","n":1} Bearer abc12345 x
				4111 1111 1111 1111 bob@example.com redis://u:hunter2pw@cache eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.abc
				User[name=x, password=hunter2] /cb?token=1a2b3c4d&x=1 Cookie: JSESSIONID=1A2B3C4D5E; theme=dark
				""";
		String once = scrubber.scrub(text);
		assertThat(once).doesNotContain("hunter2", "a1b2c3d4e5", "bob@", "4111 1111").contains("next {", "&x=1");
		assertThat(scrubber.scrub(once)).isEqualTo(once);
	}

	@Test
	void aKeyHasAStrategy() {
		PiiScrubber scrubber = scrubber((pii) -> {
			pii.setHmacKey(HMAC_KEY);
			pii.setKeyStrategies(Map.of("customer-number", Strategy.KEEP_LAST_FOUR, "tenant", Strategy.HMAC));
		});
		assertThat(scrubber.scrub("customerNumber=KD-20261122 tenant=acme password=hunter2"))
			.isEqualTo("customerNumber=**-****1122 tenant=[Filtered:42dd7a21e34198f4] password=[Filtered]");
	}

	@Test
	void equalPersonsHaveEqualHashesWhateverTheNotation() {
		PiiScrubber scrubber = scrubber((pii) -> {
			pii.setHmacKey(HMAC_KEY);
			pii.setStrategies(Map.of("email", Strategy.HMAC, "credit-card", Strategy.HMAC));
		});
		assertThat(scrubber.scrub("Bob@Example.com")).isEqualTo(scrubber.scrub("bob%40example.com"))
			.isNotEqualTo(scrubber.scrub("eve@example.com"));
		assertThat(scrubber.scrub("4111 1111 1111 1111")).isEqualTo(scrubber.scrub("4111111111111111"));
		assertThat(scrubber((pii) -> {
			pii.setHmacKey("another key of the same length");
			pii.setStrategies(Map.of("email", Strategy.HMAC));
		}).scrub("bob@example.com")).isNotEqualTo(scrubber.scrub("bob@example.com"));
	}

	@Test
	void keysAreAddedAndAllowed() {
		PiiScrubber scrubber = scrubber((pii) -> {
			pii.setKeys(Set.of("colour"));
			pii.setAllowedKeys(Set.of("session-id", "csrf"));
		});
		assertThat(scrubber.scrub("colour=red sessionId=abc123def user.session.id=9a9a csrf=1 accessToken=abc123"))
			.isEqualTo("colour=[Filtered] sessionId=abc123def user.session.id=9a9a csrf=1 accessToken=[Filtered]");
		assertThat(scrubber.scrub("session-id=bob@example.com")).isEqualTo("session-id=[email]");
	}

	@Test
	void theKeyOfTheHashMustBeThereAndLongEnough() {
		assertInvalid("hmac-key", (pii) -> pii.setStrategies(Map.of("email", Strategy.HMAC)));
		assertInvalid("hmac-key", (pii) -> pii.setKeyStrategies(Map.of("tenant", Strategy.HMAC)));
		assertInvalid("hmac-key", (pii) -> pii.setHmacKey("short"));
	}

	@Test
	void whatNamesNothingIsInvalid() {
		assertInvalid("strategies", (pii) -> pii.setStrategies(Map.of("e-mail", Strategy.MASK)));
		assertInvalid("keys", (pii) -> pii.setKeys(Set.of(" ")));
		assertInvalid("allowed-keys", (pii) -> pii.setAllowedKeys(Set.of("42")));
		assertInvalid("key-strategies", (pii) -> pii.setKeyStrategies(Map.of("", Strategy.MASK)));
	}

	@Test
	void patternsOfTheUserAreReplacedByTheirName() {
		PiiScrubber scrubber = scrubber((pii) -> {
			pii.setPatterns(Map.of("order-number", "ORD-\\d+", "customer", "customer=(\\w+)"));
			pii.setStrategies(Map.of("order-number", Strategy.KEEP_LAST_FOUR));
		});
		assertThat(scrubber.scrub("ORD-20261122 of customer=acme, bob@example.com"))
			.isEqualTo("***-****1122 of customer=[customer], [email]");
		String clean = "no order at all";
		assertThat(scrubber.scrub(clean)).isSameAs(clean);
	}

	@Test
	void aPatternThatMatchesItsOwnNameDoesNotGrow() {
		PiiScrubber scrubber = scrubber((pii) -> pii.setPatterns(Map.of("word", "[a-z]+")));
		String once = scrubber.scrub("one two bob@example.com");
		assertThat(once).isEqualTo("[word] [word] [email]");
		assertThat(scrubber.scrub(once)).isEqualTo(once);
	}

	@Test
	void aPatternNeedsNoMoreTimeForHostileText() {
		PiiScrubber scrubber = scrubber((pii) -> pii.setPatterns(Map.of("evil", "(a+)+b")));
		String text = "a".repeat(20_000);
		assertThat(scrubber.scrub(text)).isSameAs(text);
	}

	@Test
	void aPatternThatCannotBeMeantIsInvalid() {
		assertInvalid("patterns.evil", (pii) -> pii.setPatterns(Map.of("evil", "(a")));
		assertInvalid("patterns.evil", (pii) -> pii.setPatterns(Map.of("evil", "(?=a)")));
		assertInvalid("patterns.all", (pii) -> pii.setPatterns(Map.of("all", "a*")));
		assertInvalid("patterns", (pii) -> pii.setPatterns(Map.of("email", "a")));
		assertInvalid("patterns", (pii) -> pii.setPatterns(Map.of("My Name", "a")));
	}

	@Test
	void detectorsOfTheApplicationAreAsked() {
		PiiScrubber scrubber = PiiScrubber.of(new Pii(), new Codename((text, findings) -> {
			for (int at = text.indexOf("Blue"); at != -1; at = text.indexOf("Blue", at + 4)) {
				findings.add(at, at + 4);
				findings.add(at + 1, at + 3);
				findings.add(-1, 4);
			}
		}));
		assertThat(scrubber.scrub("Project Blue of bob@example.com, Blue"))
			.isEqualTo("Project [codename] of [email], [codename]");
	}

	@Test
	void whatADetectorThatFailsCouldNotExamineIsReplaced() {
		PiiScrubber scrubber = PiiScrubber.of(new Pii(), new Codename((text, findings) -> {
			throw new IllegalStateException();
		}));
		assertThat(scrubber.scrub("Project Blue")).isEqualTo("[Filtered]");
	}

	private static void assertInvalid(String property, Consumer<Pii> configuration) {
		assertThatExceptionOfType(InvalidInsightsPropertyException.class).isThrownBy(() -> scrubber(configuration))
			.satisfies((ex) -> assertThat(ex.getProperty()).isEqualTo("sentry.insights.pii." + property))
			.satisfies((ex) -> assertThat(ex.getAction()).endsWith("."));
	}

	private static PiiScrubber scrubber(Consumer<Pii> configuration) {
		Pii pii = new Pii();
		configuration.accept(pii);
		return PiiScrubber.of(pii);
	}

	private record Codename(BiConsumer<String, PiiDetector.Findings> detection) implements PiiDetector {

		@Override
		public String name() {
			return "codename";
		}

		@Override
		public void detect(String text, Findings findings) {
			this.detection.accept(text, findings);
		}

	}

}
