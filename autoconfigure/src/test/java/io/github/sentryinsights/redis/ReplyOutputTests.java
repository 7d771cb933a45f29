package io.github.sentryinsights.redis;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReplyOutput}.
 */
class ReplyOutputTests {

	@Test
	void everythingAReplyCanHoldIsPassedOn() {
		assertThat(ReplyOutput.isComplete()).isTrue();
	}

}
