package io.github.sentryinsights.redismessaging;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the names of {@link Destinations}.
 */
class DestinationsTests {

	@ParameterizedTest
	@CsvSource({ "orders, orders", "orders.v2, orders.v2", "user:42:events, user:{id}:events", "42, {id}",
			"chat/2024-11-27/room, chat/{id}/room", "cart:3fa85f64-5717-4562-b3fc-2c963f66afa6, cart:{id}",
			"user:jane@example.com:mails, user:{id}.com:mails", "e2e_tests, e2e_tests", "shard-7, shard-{id}",
			"news.*, news.*", "'', ''", "a::b, a::b", "face:cafe, face:cafe" })
	void aNameKeepsItsWordsAndLosesItsIds(String destination, String name) {
		assertThat(Destinations.nameOf(destination)).isEqualTo(name);
	}

}
