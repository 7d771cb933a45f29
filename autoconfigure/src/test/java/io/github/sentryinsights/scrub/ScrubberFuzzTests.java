package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;

import io.github.sentryinsights.InsightsProperties.Pii;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Feeds {@link PiiScrubber} with random text: the renderings of the corpus, cut, joined,
 * repeated and escaped, with whatever characters between them. The system properties
 * {@code scrub.fuzz.seed} and {@code scrub.fuzz.texts} choose another run, which is the
 * same for the same values.
 */
class ScrubberFuzzTests {

	private static final long SEED = Long.getLong("scrub.fuzz.seed", 20261126);

	private static final int TEXTS = Integer.getInteger("scrub.fuzz.texts", 20_000);

	// Known by their form wherever they stand between two spaces.
	private static final List<String> BY_FORM = List.of("email", "visa", "mastercard-dashed", "iban-de", "iban-grouped",
			"jwt", "github-token", "aws-key-id", "stripe-key", "slack-token", "openai-key", "npm-token");

	private static final List<String> FRAGMENTS = List.of("password", "token", "apiKey", "secret", "Authorization",
			"Cookie", "Bearer ", "Basic ", "AUTH ", "curl -u ", "value ", " for field ", "'", "\"", "\\\"", "&quot;",
			"&lt;", "&gt;", "\\u003d", "=", ": ", ":", " => ", "(", ")", "[", "]", "{", "}", "<", ">", "</", ", ", ";",
			"&", "&amp;", "//", "@", "%40", "%3D", "%22", "\n", "\r\n", "\t", " ", " is ", " was ", "'x1'",
			"[Filtered]", "[email]", "[email:", "***", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----",
			"VALUES (", "Key (", ")=(", "🙂", "é", "\ud83d", "\u0000", "\u00a0", "4", "0-", "eyJ", "sk-", "DE", "--",
			"-p", "$", "{{", "?", "null", "a1b2c3");

	private static final List<UnaryOperator<String>> ESCAPES = List.of(UnaryOperator.identity(),
			(text) -> text.replace("\\", "\\\\").replace("\"", "\\\""),
			(text) -> text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;").replace(">", "&gt;"),
			(text) -> text.replace("=", "\\u003d").replace("<", "\\u003c").replace(">", "\\u003e"),
			(text) -> text.replace("%", "%25").replace("\"", "%22").replace("=", "%3D").replace(":", "%3A"));

	private final Random random = new Random(SEED);

	private final SecretGenerator secrets = new SecretGenerator(SEED);

	private final List<String> renderings = renderings();

	@Test
	void noTextBreaksTheScrubberAndScrubbingTwiceChangesNothing() {
		System.out.println("Fuzzing the scrubber with seed " + SEED + " and " + TEXTS + " texts");
		List<PiiScrubber> scrubbers = List.of(PiiScrubber.of(new Pii()), CorpusTests.all());
		for (int i = 0; i < TEXTS; i++) {
			String text = text();
			PiiScrubber scrubber = scrubbers.get(i % scrubbers.size());
			String once = scrubber.scrub(text);
			assertThat(scrubber.scrub(once)).as("seed %d, text %d: %s", SEED, i, text).isEqualTo(once);
			if (once.equals(text)) {
				assertThat(once).as("seed %d, text %d", SEED, i).isSameAs(text);
			}
		}
		assertThat(scrubbers).allSatisfy((scrubber) -> assertThat(scrubber.rules().counts().of("failure")).isZero());
	}

	@Test
	void whatIsKnownByItsFormIsGoneFromAnyText() {
		PiiScrubber scrubber = PiiScrubber.of(new Pii());
		for (int i = 0; i < TEXTS; i++) {
			String secret = this.secrets.secret(BY_FORM.get(this.random.nextInt(BY_FORM.size())));
			String text = text() + " " + secret + " " + text();
			assertThat(scrubber.scrub(text)).as("seed %d, text %d: %s", SEED, i, text).doesNotContain(secret);
		}
	}

	@Test
	void nothingIsMissedWhereDetectorsAreNotAsked() {
		TextScrubber scrubber = new TextScrubber(SensitiveKeys.secrets(List.of()), Redactions.REPLACING);
		TextScrubber everywhere = AskedEverywhere.scrubber();
		for (int i = 0; i < TEXTS; i++) {
			String text = text() + apart() + text();
			assertThat(scrubber.scrub(text)).as("seed %d, text %d: %s", SEED, i, text)
				.isEqualTo(everywhere.scrub(text));
		}
	}

	// Cues count for a while, and then no longer.
	private String apart() {
		return switch (this.random.nextInt(4)) {
			case 0 -> " nothing in this line is found\n".repeat(15 + this.random.nextInt(30));
			case 1 -> "x".repeat(Cues.REACH - 100 + this.random.nextInt(200));
			default -> "";
		};
	}

	private String text() {
		StringBuilder text = new StringBuilder();
		for (int n = 1 + this.random.nextInt(6); n > 0; n--) {
			text.append(piece());
		}
		return text.toString();
	}

	private String piece() {
		return switch (this.random.nextInt(5)) {
			case 0 -> cut(this.secrets.expand(some(this.renderings)));
			case 1 -> some(FRAGMENTS).repeat(1 + this.random.nextInt(3));
			case 2 -> some(ESCAPES).apply(this.secrets.expand(some(this.renderings)));
			case 3 -> some(FRAGMENTS) + some(FRAGMENTS) + some(FRAGMENTS);
			default -> noise();
		};
	}

	private String cut(String text) {
		int from = this.random.nextInt(text.length());
		return text.substring(from, from + this.random.nextInt(text.length() - from + 1));
	}

	private String noise() {
		StringBuilder noise = new StringBuilder();
		for (int n = this.random.nextInt(12); n > 0; n--) {
			noise.append((char) ((this.random.nextInt(8) == 0) ? this.random.nextInt(0x10000)
					: ' ' + this.random.nextInt(95)));
		}
		return noise.toString();
	}

	private <T> T some(List<T> choices) {
		return choices.get(this.random.nextInt(choices.size()));
	}

	private static List<String> renderings() {
		List<String> renderings = new ArrayList<>();
		for (String file : List.of("harmless.txt", "secrets.txt")) {
			CorpusTests.lines(file).forEach((line) -> renderings.add(line.replace("«", "").replace("»", "")));
		}
		return renderings;
	}

}
