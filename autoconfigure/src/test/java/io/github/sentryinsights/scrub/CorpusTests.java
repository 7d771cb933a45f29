package io.github.sentryinsights.scrub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import io.github.sentryinsights.InsightsProperties.Pii;
import io.github.sentryinsights.InsightsProperties.Pii.OptionalDetector;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PiiScrubber} with a corpus of secrets and of what only looks like
 * some.
 */
class CorpusTests {

	private static final String SECRETS = "secrets.txt";

	private static final String HARMLESS = "harmless.txt";

	private static final String OPTIONAL = "optional-secrets.txt";

	private static final int ROUNDS = 5;

	private final PiiScrubber scrubber = PiiScrubber.of(new Pii());

	@Test
	void secretsAreGoneAndTheTextAroundThemIsIntact() {
		assertThat(lines(SECRETS)).hasSizeGreaterThan(350);
		assertThat(unequal(this.scrubber, SECRETS)).isEmpty();
	}

	@Test
	void whatIsHarmlessIsUnchanged() {
		assertThat(lines(HARMLESS)).hasSizeGreaterThan(250);
		assertThat(changed(this.scrubber, HARMLESS)).isEmpty();
	}

	@Test
	void whatIsOptionalIsOnlyReplacedWhenAskedTo() {
		PiiScrubber all = all();
		assertThat(unequal(all, OPTIONAL)).isEmpty();
		assertThat(unequal(all, SECRETS)).isEmpty();
		assertThat(unequal(this.scrubber, OPTIONAL)).hasSizeGreaterThanOrEqualTo(lines(OPTIONAL).size() - 1);
	}

	@Test
	void scrubbingTwiceChangesNothing() {
		PiiScrubber all = all();
		for (String file : List.of(SECRETS, HARMLESS, OPTIONAL)) {
			for (String text : texts(file, "$1")) {
				String once = all.scrub(text);
				assertThat(all.scrub(once)).as(text).isEqualTo(once);
				String byDefault = this.scrubber.scrub(text);
				assertThat(this.scrubber.scrub(byDefault)).as(text).isEqualTo(byDefault);
			}
		}
	}

	static PiiScrubber all() {
		Pii pii = new Pii();
		pii.setOptionalDetectors(Set.of(OptionalDetector.values()));
		return PiiScrubber.of(pii);
	}

	static List<String> unequal(PiiScrubber scrubber, String file) {
		Set<String> unequal = new LinkedHashSet<>();
		SecretGenerator generator = new SecretGenerator(1);
		for (int round = 0; round < ROUNDS; round++) {
			for (String line : lines(file)) {
				String text = generator.expand(line);
				String scrubbed = scrubber.scrub(text.replaceAll("(?s)«(.*?)»", "$1"));
				if (!expected(text).matcher(scrubbed).matches()) {
					unequal.add(line + "\n      -> " + scrubbed);
				}
			}
		}
		return List.copyOf(unequal);
	}

	static List<String> changed(PiiScrubber scrubber, String file) {
		Set<String> changed = new LinkedHashSet<>();
		SecretGenerator generator = new SecretGenerator(2);
		for (int round = 0; round < ROUNDS; round++) {
			for (String line : lines(file)) {
				String text = generator.expand(line);
				String scrubbed = scrubber.scrub(text);
				if (scrubbed != text) {
					changed.add(text + "\n      -> " + scrubbed);
				}
			}
		}
		return List.copyOf(changed);
	}

	private static Pattern expected(String text) {
		StringBuilder regex = new StringBuilder("(?s)");
		int from = 0;
		for (int open = text.indexOf('«'); open != -1; open = text.indexOf('«', from)) {
			regex.append(Pattern.quote(text.substring(from, open))).append("\\[[A-Za-z-]+]");
			from = text.indexOf('»', open) + 1;
		}
		return Pattern.compile(regex.append(Pattern.quote(text.substring(from))).toString());
	}

	static List<String> texts(String file, String replacement) {
		SecretGenerator generator = new SecretGenerator(3);
		return lines(file).stream()
			.map((line) -> generator.expand(line).replaceAll("(?s)«(.*?)»", replacement))
			.toList();
	}

	static List<String> lines(String file) {
		try (InputStream in = CorpusTests.class.getResourceAsStream(file)) {
			List<String> lines = new ArrayList<>();
			for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
				if (!line.isBlank() && !line.startsWith("# ")) {
					lines.add(line.replace("⏎", "\n").replace("␍", "\r"));
				}
			}
			return lines;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
