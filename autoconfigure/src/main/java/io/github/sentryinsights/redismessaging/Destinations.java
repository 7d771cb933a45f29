package io.github.sentryinsights.redismessaging;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.OperationTarget;
import io.github.sentryinsights.convention.QueueConvention;
import io.github.sentryinsights.key.CacheKeys;
import io.github.sentryinsights.operation.OperationSource;
import io.github.sentryinsights.operation.Operations;

/**
 * Starts the operations of streams and channels, by names of which there are few. Safe
 * for use by several threads.
 */
final class Destinations {

	private static final String ID = "{id}";

	private final CacheKeys names;

	private final Operations.Sources<String> published;

	private final Operations.Sources<String> processed;

	/**
	 * Create destinations.
	 * @param operations starts operations
	 * @param names what may be shown of keys of streams and of channels
	 */
	Destinations(Operations operations, CacheKeys names) {
		this.names = names;
		this.published = operations.sources();
		this.processed = operations.sources();
	}

	/**
	 * Return what starts the operations of messages that are sent.
	 * @param destination the key of a stream, or a channel
	 * @return the source
	 */
	OperationSource published(@Nullable Object destination) {
		return this.published.get(name(destination), Destinations::publishes);
	}

	/**
	 * Return what starts the operations of messages that are handled.
	 * @param destination the key of a stream, or the channel or the pattern that was
	 * subscribed to
	 * @return the source
	 */
	OperationSource processed(@Nullable Object destination) {
		return this.processed.get(name(destination), Destinations::processes);
	}

	private static OperationTarget publishes(String name) {
		return QueueConvention.publishes("redis", name, QueueConvention.Origin.REDIS);
	}

	private static OperationTarget processes(String name) {
		return QueueConvention.processes("redis", name, QueueConvention.Origin.REDIS);
	}

	private String name(@Nullable Object destination) {
		return this.names.one(text(destination)).joined(",");
	}

	private static String text(@Nullable Object destination) {
		if (destination instanceof byte[] bytes) {
			return new String(bytes, StandardCharsets.UTF_8);
		}
		return (destination instanceof String text) ? text : ID;
	}

}
