package io.github.sentryinsights;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.testing.InsightsContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the properties about the keys of caches.
 */
class CacheKeysPropertiesTests {

	private final ApplicationContextRunner runner = InsightsContextRunner.withoutSentry();

	@Test
	void keysAreMaskedByDefault() {
		this.runner.run(context -> assertThat(context.getBean(CacheKeys.class).one("user:42:wunsch").texts())
			.containsExactly("user:{id}:{id}"));
	}

	@Test
	void wordsStay() {
		this.runner.withPropertyValues("sentry.insights.cache.key-words=wunsch,liste")
			.run(context -> assertThat(context.getBean(CacheKeys.class).one("user:42:wunsch").texts())
				.containsExactly("user:{id}:wunsch"));
	}

	@Test
	void keysAreKeptOrDropped() {
		this.runner.withPropertyValues("sentry.insights.cache.keys=keep")
			.run(context -> assertThat(context.getBean(CacheKeys.class).one("jane").texts()).containsExactly("jane"));
		this.runner.withPropertyValues("sentry.insights.cache.keys=drop")
			.run(context -> assertThat(context.getBean(CacheKeys.class).one("jane").texts()).isEmpty());
	}

	@Test
	void keysAreHashedWithTheSecret() {
		this.runner
			.withPropertyValues("sentry.insights.cache.keys=hash", "sentry.insights.pii.hmac-key=0123456789abcdef")
			.run(context -> assertThat(context.getBean(CacheKeys.class).one("jane").joined("")).hasSize(16)
				.doesNotContain("jane"));
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			sentry.insights.cache.keys=hash, sentry.insights.other=x, hmac-key, It is not set
			sentry.insights.cache.keys=hash, sentry.insights.pii.hmac-key=short, hmac-key, fewer than 16
			sentry.insights.cache.key-words=42, sentry.insights.other=x, key-words, no letter
			""")
	void whatCannotBeMeantStopsTheStart(String property, String other, String named, String reason) {
		this.runner.withPropertyValues(property, other)
			.run(context -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidInsightsPropertyException.class, ex -> {
					assertThat(ex.getProperty()).endsWith(named);
					assertThat(ex.getReason()).contains(reason);
				}));
	}

}
