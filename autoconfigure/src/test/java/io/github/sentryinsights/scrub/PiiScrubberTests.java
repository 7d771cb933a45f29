package io.github.sentryinsights.scrub;

import java.io.IOException;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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

	@ParameterizedTest
	@ValueSource(ints = { 1, 10, 60, 400 })
	void asManyKeysMayBeAddedAsOneWants(int count) {
		List<String> keys = IntStream.range(0, count).mapToObj(PiiScrubberTests::word).toList();
		PiiScrubber scrubber = scrubber((pii) -> pii.setKeys(Set.copyOf(keys)));
		for (String key : keys) {
			String text = "a first line\n" + "a line of " + "text ".repeat(300) + "with " + key + "=Xk3b and more";
			assertThat(scrubber.scrub(text)).isEqualTo(text.replace("Xk3b", "[Filtered]"));
		}
	}

	// of four letters, none of which is followed by itself
	private static String word(int number) {
		StringBuilder word = new StringBuilder();
		for (int i = 0, left = 7919 * (number + 1); i < 4; i++, left /= 13) {
			word.append((char) ((i % 2 == 0 ? 'a' : 'n') + left % 13));
		}
		return word.toString();
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "qz", "no", "customer number", "a b c d e zebra crossing", "İçerik", "schlüssel",
			"ключ", "密", "鍵", "K2" })
	void aKeyMayBeOfAnyScriptAndLength(String key) {
		PiiScrubber scrubber = scrubber((pii) -> pii.setKeys(Set.of(key)));
		String text = "a line of " + "text ".repeat(300) + key.replace(' ', '_') + "=Xk3b and more";
		assertThat(scrubber.scrub(text)).isEqualTo(text.replace("Xk3b", "[Filtered]"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PİN", "TO\u212AEN", "PASSWORD" })
	void aLetterMayBeOneThatIsAnotherInLowerCase(String key) {
		String text = "a line of " + "text ".repeat(300) + key + "=Xk3b482 and more";
		assertThat(scrubber((pii) -> {
		}).scrub(text)).isEqualTo(text.replace("Xk3b482", "[Filtered]"));
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
		assertInvalid("time-budget", (pii) -> pii.setTimeBudget(Duration.ZERO));
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

	@Test
	void aDetectorMayFailInAnyWay() {
		for (Throwable failure : List.of(new AssertionError(), new NoSuchMethodError(), new IOException())) {
			PiiScrubber scrubber = PiiScrubber.of(new Pii(), new Codename((text, findings) -> throwAny(failure)));
			assertThat(scrubber.scrub("Project Blue")).isEqualTo("[Filtered]");
			assertThat(scrubber.scrub(List.of("Project Blue"))).isEqualTo(List.of("[Filtered]"));
		}
	}

	// as code in Kotlin does with checked exceptions
	@SuppressWarnings("unchecked")
	private static <E extends Throwable> void throwAny(Throwable failure) throws E {
		throw (E) failure;
	}

	@Test
	void objectsAreCopiedWithoutSecrets() {
		PiiScrubber scrubber = PiiScrubber.of(new Pii());
		Map<String, Object> order = new LinkedHashMap<>();
		order.put("mail", "bob@example.com");
		order.put("login", new Login("ann", "hunter2"));
		order.put("cards", new String[] { "4111 1111 1111 1111", "none" });
		order.put("apiKey", 17);
		order.put("nothing", null);
		assertThat(scrubber.scrub(order)).hasToString("{mail=[email], login={user=ann, password=[Filtered]}, "
				+ "cards=[[creditcard], none], apiKey=[Filtered], nothing=null}");
		assertThat(order).containsEntry("mail", "bob@example.com");
		assertThat(scrubber.scrub((Object) "bob@example.com")).isEqualTo("[email]");
		Map<String, Object> clean = Map.of("n", 1, "list", List.of("a"));
		assertThat(scrubber.scrub(clean)).isSameAs(clean);
		assertThat(scrubber.scrub((Object) null)).isNull();
	}

	@Test
	void theValueOfAKeyIsReplacedByTheKey() {
		PiiScrubber scrubber = PiiScrubber.of(new Pii());
		assertThat(scrubber.scrubEntry("db.password", "hunter2")).isEqualTo("[Filtered]");
		assertThat(scrubber.scrubEntry("token", Map.of("a", 1))).isEqualTo("[Filtered]");
		assertThat(scrubber.scrubEntry("note", "mail bob@example.com")).isEqualTo("mail [email]");
		assertThat(scrubber.scrubEntry("tokenCount", 17)).isEqualTo(17);
		assertThat(scrubber.scrubEntry("password", null)).isNull();
	}

	@Test
	void whatCannotBeReadIsReplacedAndNothingIsThrown() {
		PiiScrubber scrubber = PiiScrubber.of(new Pii());
		Map<String, Object> broken = new AbstractMap<>() {

			@Override
			public Set<Entry<String, Object>> entrySet() {
				throw new IllegalStateException("hunter2");
			}

		};
		assertThat(scrubber.scrub(broken)).isEqualTo("[Filtered]");
		assertThat(scrubber.scrub(List.of(broken, 1))).isEqualTo(List.of("[Filtered]", 1));
		assertThat(scrubber.scrubEntry("note", broken)).isEqualTo("[Filtered]");
		List<Object> deep = new ArrayList<>();
		deep.add(deep);
		assertThat(scrubber.scrub(deep)).isEqualTo(List.of("[Filtered]"));
		assertThat(scrubber.rules().counts().snapshot()).containsEntry("failure", 3L).containsEntry("limit", 1L);
	}

	@Test
	void severalThreadsGetTheSameResult() {
		PiiScrubber scrubber = PiiScrubber.of(new Pii());
		assertThat(IntStream.range(0, 2000)
			.parallel()
			.mapToObj((i) -> scrubber.scrub(Map.of("n", i, "password", "hunter" + i)))
			.filter((scrubbed) -> !scrubbed.toString().contains("password=[Filtered]"))).isEmpty();
		assertThat(scrubber.rules().counts().of("key")).isEqualTo(2000);
	}

	@Test
	void findingsAreCountedByTheirRule() {
		PiiScrubber scrubber = PiiScrubber.of(new Pii(), new Codename((text, findings) -> {
			int at = text.indexOf("Blue");
			findings.add(at, at + 4);
		}));
		scrubber.scrub("mail bob@example.com, eve@example.com with password=hunter2 of Blue");
		scrubber.scrub("nothing");
		assertThat(scrubber.rules().counts().snapshot())
			.isEqualTo(new TreeMap<>(Map.of("email", 2L, "key", 1L, "codename", 1L)));
		assertThat(scrubber.rules().counts().rules()).contains("iban", "time-budget", "codename");
		assertThat(scrubber.rules().counts().of("iban")).isZero();
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

	private record Login(String user, String password) {
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
