package io.github.sentryinsights.scrub;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Stretch} and {@link Stretches}.
 */
class StretchTests {

	private static final String[] PIECES = { "a", "=", " ", "é", "\u00a0", "\u013d", "\u2030", "\ud83d\ude42", "\ud83d",
			"\ude42", "\u0000", "\uffff" };

	private final Random random = new Random(1);

	private final Stretch stretch = new Stretch();

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 20, 44, 45, 46, 47, 48, 49, 200, 509, 510, 511, 512, 513, 514, 515, 2000 })
	void readsWhatIsNotAsciiAndWhatIsNotThereAsNothing(int length) {
		for (String text : new String[] { text(length, 1), text(length, 5), text(length, PIECES.length) }) {
			int read = 0;
			for (int from = 0; from < length; from += Stretch.LENGTH) {
				int count = this.stretch.read(text, from);
				for (int i = 0; i < count; i++) {
					assertThat(this.stretch.pair(i)).isEqualTo(256 * ascii(text, from + i) + ascii(text, from + i - 1));
				}
				for (int i = 0; i < count + Stretch.BEHIND; i++) {
					assertThat(this.stretch.character(i)).isEqualTo(ascii(text, from + i));
				}
				read += count;
			}
			assertThat(read).isEqualTo(length);
		}
	}

	@Test
	void nobodyElseHasWhatIsTaken() {
		Stretches stretches = new Stretches();
		Stretch outer = stretches.take();
		Stretch inner = stretches.take();
		assertThat(inner).isNotSameAs(outer);
		stretches.giveBack(inner);
		assertThat(stretches.take()).isSameAs(inner);
	}

	private String text(int length, int kinds) {
		StringBuilder text = new StringBuilder();
		while (text.length() < length) {
			text.append(PIECES[this.random.nextInt(kinds)]);
		}
		return text.substring(0, length);
	}

	private static int ascii(String text, int at) {
		int c = (at >= 0 && at < text.length()) ? text.charAt(at) : 0;
		return (c < 128) ? c : 0;
	}

}
