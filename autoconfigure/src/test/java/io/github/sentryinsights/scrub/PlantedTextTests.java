package io.github.sentryinsights.scrub;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.github.sentryinsights.InsightsProperties.Pii;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plants secrets that are known by their form alone in random text.
 */
class PlantedTextTests {

	// What is a secret only beside a key, or no secret.
	private static final Set<String> BY_KEY = Set.of("password", "hex16", "hex32", "hex40", "session", "opaque",
			"base64", "basic", "pem-body", "pem-line", "uuid", "not-a-card", "not-an-iban", "aws-secret",
			"slack-hook-secret", "discord-hook-secret", "phone", "ip", "mac");

	private static final List<String> WORDS = List.of("order", "17", "failed", "at", "12:30", "{x}", "a=b", "(see",
			"name:", "bob;", "[1, 2]", "com.acme.Shop", "in", "12ms", "->", "ünïcödé", "🙂", "100%", "\"quoted\"",
			"'it'", "<tag/>", "https://example.com/a?b=c", "key=17", "-", "state=OPEN,", "{\"n\":1}");

	private static final List<String> FRAMES = List.of(" %s ", "\n%s\n", " '%s' ", " \"%s\" ", " (%s) ", " [%s] ",
			" <%s> ", " x=%s, ", " x=%s&y=1 ", " %s; ", " {\"v\":\"%s\"} ", " {\\\"v\\\":\\\"%s\\\"} ", " <v>%s</v> ",
			" V[v=%s] ", " v: %s\n");

	private final PiiScrubber scrubber = PiiScrubber.of(new Pii());

	@Test
	void aSecretIsFoundInAnyText() {
		Random random = new Random(20261126);
		SecretGenerator generator = new SecretGenerator(20261126);
		List<String> kinds = new ArrayList<>();
		generator.kinds().forEach(kinds::add);
		kinds.removeAll(BY_KEY);
		for (int i = 0; i < 20_000; i++) {
			String kind = kinds.get(random.nextInt(kinds.size()));
			String secret = generator.secret(kind);
			String before = words(random);
			String after = words(random);
			String frame = FRAMES.get(random.nextInt(FRAMES.size()));
			String scrubbed = this.scrubber.scrub(before + frame.formatted(secret) + after);
			assertThat(scrubbed).as("%s as %s in %s", kind, secret, frame)
				.matches("(?s)\\Q" + before + frame.replace("%s", "\\E\\[[a-z-]+]\\Q") + after + "\\E");
			assertThat(this.scrubber.scrub(scrubbed)).isEqualTo(scrubbed);
		}
	}

	private static String words(Random random) {
		StringBuilder words = new StringBuilder();
		for (int n = random.nextInt(6); n > 0; n--) {
			words.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
		}
		return words.toString();
	}

}
