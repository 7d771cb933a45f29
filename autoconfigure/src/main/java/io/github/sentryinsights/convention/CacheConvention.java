package io.github.sentryinsights.convention;

import java.util.List;

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
	 * Describe an access by its keys. Where none may be shown, the name of the cache is
	 * the description.
	 * @param attributes the attributes of the operation
	 * @param keys the keys
	 */
	public static void keys(Attributes attributes, ShownKeys keys) {
		if (!keys.texts().isEmpty()) {
			attributes.describe(keys.joined(", "));
			attributes.set(KEY, keys.texts());
		}
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
