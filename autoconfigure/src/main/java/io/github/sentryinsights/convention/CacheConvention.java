package io.github.sentryinsights.convention;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.AttributeKey.Sensitivity;
import io.github.sentryinsights.convention.AttributeKey.Unit;
import io.github.sentryinsights.key.ShownKeys;

/**
 * What an access to a cache must carry for Sentry's Caches page.
 * <p>
 * The page counts only {@code cache.get}, whatever the method that reads is called, and
 * takes {@code cache.hit} only as a JSON boolean.
 *
 * @since 0.1.0
 */
public final class CacheConvention {

	/** Whether the cache held what was asked for, on reads alone. */
	public static final AttributeKey<Boolean> HIT = AttributeKey.flag("cache.hit");

	/** The keys, a list also for a single one. */
	@SuppressWarnings("unchecked")
	public static final AttributeKey<List<String>> KEY = new AttributeKey<>("cache.key",
			(Class<List<String>>) (Class<?>) List.class, Unit.NONE, Sensitivity.POSSIBLE);

	/** The size of the entry, in bytes. */
	public static final AttributeKey<Long> ITEM_SIZE = AttributeKey.number("cache.item_size", Unit.BYTES);

	/** The time to live of the entry, in seconds. */
	public static final AttributeKey<Long> TTL = AttributeKey.number("cache.ttl", Unit.SECONDS);

	/** The name of the method that was called on the cache. */
	public static final AttributeKey<String> OPERATION = AttributeKey.text("cache.operation", Sensitivity.NONE);

	/** Whether the operation wrote to the cache. */
	public static final AttributeKey<Boolean> WRITE = AttributeKey.flag("cache.write");

	/**
	 * The operations that the page counts as reads, of which this library reports one.
	 */
	public static final Set<String> READ_OPERATIONS = Set.of(OperationKind.CACHE_GET.operation(), "cache.get_item");

	private CacheConvention() {
	}

	/**
	 * Return the target for one kind of access to a cache.
	 * @param kind the kind of access
	 * @param cache the name of the cache
	 * @param origin what reports the access
	 * @param address the host name of the server that holds the cache
	 * @param port the port of that server
	 * @return the target
	 */
	public static OperationTarget accesses(OperationKind kind, String cache, Origin origin, @Nullable String address,
			@Nullable Integer port) {
		return OperationTarget.of(kind, cache, origin.value)
			.with(NetworkConvention.PEER_ADDRESS, address)
			.with(NetworkConvention.PEER_PORT, port)
			.build();
	}

	/**
	 * Describe an access by its keys. Where there is nothing to show of them, the name of
	 * the cache is the description.
	 * @param attributes the attributes of the operation
	 * @param keys the keys
	 */
	public static void keys(Attributes attributes, ShownKeys keys) {
		if (keys.texts().isEmpty()) {
			return;
		}
		String description = keys.joined(", ");
		if (!description.isEmpty()) {
			attributes.describe(description);
		}
		attributes.set(KEY, keys.texts());
	}

	/**
	 * Describe a read by its keys. It is a miss until it has found something, also when
	 * it fails.
	 * @param attributes the attributes of the operation
	 * @param keys the keys
	 */
	public static void read(Attributes attributes, ShownKeys keys) {
		keys(attributes, keys);
		attributes.set(HIT, false);
	}

	/**
	 * Tell the time to live of what is written.
	 * @param attributes the attributes of the operation
	 * @param timeToLive the time, or {@code null} when it is not known
	 */
	public static void timeToLive(Attributes attributes, @Nullable Duration timeToLive) {
		if (timeToLive != null && timeToLive.toSeconds() > 0) {
			attributes.set(TTL, timeToLive.toSeconds());
		}
	}

	/**
	 * Return whether a read has found anything: a result that is {@code null}, an empty
	 * {@link Optional}, or a collection or map without a value is a miss.
	 * @param value the result
	 * @param falseIsMiss whether {@code false} is a miss as well
	 * @return whether it is a hit
	 */
	public static boolean isHit(@Nullable Object value, boolean falseIsMiss) {
		if (value instanceof Optional<?> optional) {
			return optional.isPresent();
		}
		if (value instanceof Map<?, ?> map) {
			return holdsAny(map.values());
		}
		if (value instanceof Collection<?> collection) {
			return holdsAny(collection);
		}
		return value != null && !(falseIsMiss && value.equals(false));
	}

	private static boolean holdsAny(Collection<?> values) {
		for (Object value : values) {
			if (value != null) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Tell the size of an entry by its value, where it is known without serializing it:
	 * that of bytes, and of text in UTF-8.
	 * @param attributes the attributes of the operation
	 * @param value the value
	 */
	public static void item(Attributes attributes, @Nullable Object value) {
		long size = PayloadSize.of(value);
		if (size >= 0) {
			attributes.set(ITEM_SIZE, size);
		}
	}

	/**
	 * Name the server that holds an entry, where a cache is on several.
	 * @param attributes the attributes of the operation
	 * @param server the server
	 */
	public static void peer(Attributes attributes, ServerAddress server) {
		attributes.set(NetworkConvention.PEER_ADDRESS, server.host());
		if (server.port() != null) {
			attributes.set(NetworkConvention.PEER_PORT, server.port());
		}
	}

	/**
	 * Tell the server that holds a cache from the commands that an access sends there.
	 * @param commands the target of the commands
	 * @param attributes receives the name and the value of each attribute of the access
	 */
	public static void peer(OperationTarget commands, BiConsumer<String, Object> attributes) {
		for (OperationTarget.Attribute attribute : commands.attributes()) {
			if (attribute.name().equals(NetworkConvention.SERVER_ADDRESS.name())) {
				attributes.accept(NetworkConvention.PEER_ADDRESS.name(), attribute.value());
			}
			else if (attribute.name().equals(NetworkConvention.SERVER_PORT.name())) {
				attributes.accept(NetworkConvention.PEER_PORT.name(), attribute.value());
			}
		}
	}

	/**
	 * What reports an access to a cache.
	 */
	public enum Origin {

		/** A Spring {@code CacheManager}. */
		SPRING("auto.cache.insights.spring"),

		/** A Redis connection. */
		REDIS("auto.cache.insights.redis"),

		/** An annotated method. */
		ANNOTATION("auto.cache.insights.annotation"),

		/** The application itself. */
		APPLICATION("manual.cache.insights");

		private final String value;

		Origin(String value) {
			this.value = value;
		}

	}

}
