package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.data.redis.serializer.RedisSerializer;

import io.github.sentryinsights.InvalidInsightsPropertyException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Tests for {@link CachePattern} and {@link CachePatterns}.
 */
class CachePatternTests {

	@ParameterizedTest
	@CsvSource({ "product:, product:1", "product:, product:", "*, anything", "*, ''", "user:*:cart, user:7:cart",
			"user:*:cart, user::cart", "user:*:cart, user:a:b:cart", "*:cart, user:7:cart", "user:?, user:7",
			"user:*, user:", "a*b*c, aXbYbZc", "**, x", "100\\*:, 100*:1", "what\\?, what?now", "\\[1], [1]:2",
			"c:\\\\, c:\\x", "caf\u00e9:*, caf\u00e9:1" })
	void keysThatMatch(String pattern, String key) {
		assertThat(matches(pattern, key)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "product:, products", "product:, produc", "product:, xproduct:1", "user:*:cart, user:7:carts",
			"user:*:cart, user:7", "user:?, user:77", "user:?, user:", "a*b*c, aXbYbZ", "100\\*:, 1001:1" })
	void keysThatDoNotMatch(String pattern, String key) {
		assertThat(matches(pattern, key)).isFalse();
	}

	@Test
	void serializedKeysMatchByTheirText() {
		ByteBuffer key = ByteBuffer.wrap(RedisSerializer.java().serialize("user:7:cart"));
		assertThat(CachePattern.of("user:*:cart").matches(key)).isTrue();
		assertThat(key.position()).isZero();
	}

	@Test
	void hugeKeysCostNoMoreThanOthers() {
		String key = "a".repeat(5_000_000);
		CachePattern pattern = CachePattern.of("*" + "a".repeat(500) + "b");
		assertThat(assertTimeoutPreemptively(Duration.ofSeconds(2),
				() -> pattern.matches(ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)))))
			.isFalse();
	}

	@Test
	void thePatternThatNamesMostOfAKeyComesFirst() {
		assertThat(CachePatterns.of(List.of("*", "product:", "product:*:price", "product:")).values())
			.extracting(CachePattern::text)
			.containsExactly("product:*:price", "product:", "*");
	}

	@Test
	void onlyAStarAloneMatchesEverything() {
		assertThat(CachePattern.of("*").matchesEverything()).isTrue();
		assertThat(CachePattern.of("**").matchesEverything()).isTrue();
		assertThat(CachePattern.of("a*").matchesEverything()).isFalse();
		assertThat(CachePattern.of("?*").matchesEverything()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "'  ', is blank", "user:[ab]*, has a set of characters in brackets",
			"user:\\, has a backslash before something", "user:\\a, has a backslash before something" })
	void badPatternsAreExplained(String pattern, String reason) {
		assertThatExceptionOfType(InvalidInsightsPropertyException.class)
			.isThrownBy(() -> CachePatterns.of(List.of("product:", pattern)))
			.satisfies(ex -> assertThat(ex.getReason()).startsWith("Entry 2 of 2 " + reason));
	}

	private static boolean matches(String pattern, String key) {
		return CachePattern.of(pattern).matches(ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)));
	}

}
