package io.github.sentryinsights.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.springframework.data.redis.serializer.RedisSerializer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KeyText}.
 */
class KeyTextTests {

	@Test
	void textIsKept() {
		assertThat(KeyText.of(utf8("product:caf\u00e9"))).isEqualTo("product:caf\u00e9");
	}

	@Test
	void serializedStringIsItsText() {
		assertThat(KeyText.of(ByteBuffer.wrap(RedisSerializer.java().serialize("product:1")))).isEqualTo("product:1");
	}

	@Test
	void bytesThatAreNoTextAreBinary() {
		assertThat(KeyText.of(ByteBuffer.wrap(new byte[] { (byte) 0xFF, 1, 2 }))).isEqualTo("<binary>");
		assertThat(KeyText.of(ByteBuffer.wrap(new byte[] { 'a', 0, 'b' }))).isEqualTo("<binary>");
	}

	@Test
	void sessionsAreNotToldApart() {
		assertThat(KeyText.of(utf8("spring:session:sessions:3f2a"))).isEqualTo("spring:session:sessions:?");
		assertThat(KeyText.of(utf8("spring:session:sessions:expires:3f2a")))
			.isEqualTo("spring:session:sessions:expires:?");
	}

	@Test
	void longTextIsCut() {
		assertThat(KeyText.of(utf8("\u00e9".repeat(100_000)))).isEqualTo("\u00e9".repeat(200) + "...");
	}

	@Test
	void emptyKeyIsEmpty() {
		assertThat(KeyText.of(utf8(""))).isEmpty();
	}

	@Test
	void keyIsNotConsumed() {
		ByteBuffer key = utf8("product:1");
		KeyText.of(key);
		assertThat(key.remaining()).isEqualTo(9);
	}

	private static ByteBuffer utf8(String text) {
		return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
	}

}
