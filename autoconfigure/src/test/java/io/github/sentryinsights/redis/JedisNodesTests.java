package io.github.sentryinsights.redis;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.sentryinsights.convention.ServerAddress;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JedisNodes}, of which the tests with real nodes cover the rest.
 */
class JedisNodesTests {

	@ParameterizedTest
	@CsvSource({ "'Connection{id: 0x1F, L:/127.0.0.1:40000 - R:/127.0.0.1:6379}', 127.0.0.1",
			"'Connection{id: 0x1F, L:/127.0.0.1:40000 ! R:localhost/127.0.0.1:6379}', localhost",
			"'Connection{id: 0x1F, L:/[0:0:0:0:0:0:0:1]:40000 - R:/[0:0:0:0:0:0:0:1]:6379}', 0:0:0:0:0:0:0:1" })
	void theOtherEndOfAConnectionIsItsNode(String identity, String host) {
		assertThat(JedisNodes.remote(identity)).isEqualTo(new ServerAddress(host, 6379));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Connection{id: 0x1F}", "Connection{id: 0x1F, L:/127.0.0.1:40000}",
			"Connection{id: 0x1F, L:/127.0.0.1:40000 - R:redis/<unresolved>:port}", "" })
	void aConnectionThatDoesNotTellItsOtherEndHasNone(String identity) {
		assertThat(JedisNodes.remote(identity)).isNull();
	}

}
