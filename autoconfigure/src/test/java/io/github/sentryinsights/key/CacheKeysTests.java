package io.github.sentryinsights.key;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CacheKeys}.
 */
class CacheKeysTests {

	private static final KeyedHash HASH = new KeyedHash("a secret of the application");

	private final CacheKeys kept = CacheKeys.kept();

	static List<CacheKeys> policies() {
		return List.of(CacheKeys.kept(), CacheKeys.masked(Set.of()), CacheKeys.hashed(HASH), CacheKeys.dropped());
	}

	@Test
	void aKeptKeyIsItsText() {
		assertThat(this.kept.one("user:42:cart").texts()).containsExactly("user:42:cart");
		assertThat(this.kept.one(42L).texts()).containsExactly("42");
		assertThat(this.kept.one(null).texts()).containsExactly("null");
		assertThat(this.kept.one(List.of(1, List.of(2), new byte[1])).texts()).containsExactly("[1, [...], <binary>]");
	}

	@Test
	void aMaskedKeyIsItsShape() {
		CacheKeys masked = CacheKeys.masked(Set.of("jane"));
		assertThat(masked.all(List.of("user:42", "user:jane", 7)).texts()).containsExactly("user:{id}", "user:jane",
				"{id}");
		assertThat(masked.one(List.of("john", 7)).texts()).containsExactly("[{id}, {id}]");
		assertThat(masked.one(7).texts()).containsExactly("{id}");
	}

	@Test
	void aHashIsTheSameForTheSameKeyAndSecret() {
		CacheKeys hashed = CacheKeys.hashed(HASH);
		String hash = hashed.one("user:42").joined(", ");
		assertThat(hash).matches("[0-9a-f]{16}");
		assertThat(CacheKeys.hashed(new KeyedHash("a secret of the application")).one("user:42").joined(", "))
			.isEqualTo(hash);
		assertThat(hashed.one("user:43").joined(", ")).isNotEqualTo(hash);
		assertThat(CacheKeys.hashed(new KeyedHash("another secret of somebody")).one("user:42").joined(", "))
			.isNotEqualTo(hash);
		assertThat(hashed.one("x".repeat(2000)).texts()).isNotEqualTo(hashed.one("x".repeat(2001)).texts());
	}

	@Test
	void aDroppedKeyIsNothing() {
		assertThat(CacheKeys.dropped().one("user:42").texts()).isEmpty();
		assertThat(CacheKeys.dropped().all(List.of("user:42", "user:43")).texts()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("policies")
	void badKeysDoNoHarm(CacheKeys keys) {
		List<Object> endless = new ArrayList<>();
		endless.add(endless);
		endless.add(endless);
		for (Object key : new Object[] { new Broken(new IllegalStateException()), new Broken(new LinkageError()),
				new Endless(), new Silent(), endless, Map.of("password", "hunter2"), new byte[10_000_000],
				new Object[] { endless }, "\ud83d".repeat(1000), "x".repeat(10_000_000),
				Collections.nCopies(10_000_000, "x") }) {
			ShownKeys shown = keys.one(key);
			assertThat(shown.joined(", ").length()).isLessThanOrEqualTo(200);
			assertThat(shown.joined(", ")).doesNotContain("hunter2");
		}
	}

	@Test
	void aKeyWithoutATextIsNamedByItsType() {
		List<Object> keys = List.of(new Broken(new IllegalStateException()), new Endless());
		assertThat(this.kept.all(keys).texts()).containsExactly("CacheKeysTests.Broken", "CacheKeysTests.Endless");
		assertThat(CacheKeys.masked(Set.of()).all(keys).texts()).isEqualTo(this.kept.all(keys).texts());
	}

	@Test
	void charactersStayWhole() {
		String text = this.kept.one("x".repeat(199) + "\ud83d\ude00").joined(", ");
		assertThat(text).isEqualTo("x".repeat(199));
	}

	@Test
	void theNumberOfKeysIsBounded() {
		assertThat(this.kept.all(Collections.nCopies(100_000, "x")).texts()).hasSize(CacheKeys.MAX_KEYS);
	}

	@Test
	void aSecretIsNotShort() {
		assertThatIllegalArgumentException().isThrownBy(() -> new KeyedHash("short          "));
	}

	record Broken(Throwable failure) {

		@Override
		public String toString() {
			if (this.failure instanceof LinkageError error) {
				throw error;
			}
			throw (RuntimeException) this.failure;
		}

	}

	static final class Endless {

		@Override
		public String toString() {
			return "and " + this;
		}

	}

	static final class Silent {

		@Override
		public String toString() {
			return null;
		}

	}

}
