package io.github.sentryinsights.redismessaging;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.OperationMeter;
import io.github.sentryinsights.operation.OperationRecorder;
import io.github.sentryinsights.operation.Operations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the names of {@link Destinations}.
 */
class DestinationsTests {

	private final Destinations destinations = new Destinations(
			new Operations(OperationRecorder.NONE, OperationMeter.NONE), CacheKeys.masked(List.of("berlin")));

	@ParameterizedTest
	@CsvSource({ "orders, orders", "orders.v2, orders.v2", "user:42:events, user:{id}:events", "42, {id}",
			"chat/2024-11-27/room, chat/{id}/room", "cart:3fa85f64-5717-4562-b3fc-2c963f66afa6, cart:{id}",
			"user:jane@example.com, user:{id}", "notifications:alice, notifications:{id}",
			"session:Zk3Jd, session:{id}", "chat.berlin, chat.berlin", "chat.paris, chat.{id}", "news.*, news.*",
			"'', ''", "a{id}, {id}" })
	void aNameHasTheShapeOfAKey(String destination, String name) {
		assertThat(this.destinations.published(destination).target().name()).isEqualTo(name);
		assertThat(this.destinations.processed(destination.getBytes(StandardCharsets.UTF_8)).target().name())
			.isEqualTo(name);
	}

}
