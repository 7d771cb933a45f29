package io.github.sentryinsights.convention;

import java.util.Set;

/**
 * The kinds of operation that Sentry's Insights pages know, with the attributes that each
 * page needs.
 * <p>
 * The operations are those of Sentry's span operation conventions; a page shows a span
 * only under exactly this spelling.
 *
 * @since 0.1.0
 */
public enum OperationKind {

	/** An SQL statement, on the Queries page. */
	DB_QUERY("db.query", Set.of("db.system")),

	/** The begin, commit or rollback of a database transaction. */
	DB_TRANSACTION("db", Set.of("db.system", "db.operation")),

	/**
	 * The wait for a connection to a database. Neither the operation nor an attribute may
	 * say that it is one of a database, as each statement on the Queries page is a row.
	 */
	DB_CONNECTION("connection.acquire", Set.of()),

	/** A Redis command. */
	DB_REDIS("db.redis", Set.of("db.system", "db.operation")),

	/** A read of a cache, on the Caches page. */
	CACHE_GET("cache.get", Set.of("cache.hit", "cache.key")),

	/** A write to a cache. */
	CACHE_PUT("cache.put", Set.of("cache.key")),

	/** The removal of an entry from a cache. */
	CACHE_REMOVE("cache.remove", Set.of("cache.key")),

	/** The removal of all entries from a cache. */
	CACHE_FLUSH("cache.flush", Set.of()),

	/** A message handed to a broker, on the Queues page. */
	QUEUE_PUBLISH("queue.publish", Set.of("messaging.system", "messaging.destination.name", "messaging.message.id")),

	/** A message being handled, on the Queues page. */
	QUEUE_PROCESS("queue.process", Set.of("messaging.system", "messaging.destination.name", "messaging.message.id")),

	/** A method of the application. */
	FUNCTION("function", Set.of());

	private final String operation;

	private final Set<String> requiredAttributes;

	private final boolean cacheAccess;

	OperationKind(String operation, Set<String> requiredAttributes) {
		this.operation = operation;
		this.cacheAccess = isCacheAccess(operation);
		this.requiredAttributes = requiredAttributes;
	}

	/**
	 * Return the operation that Sentry filters on.
	 * @return the operation, such as {@code db.query}
	 */
	public String operation() {
		return this.operation;
	}

	/**
	 * Return whether an operation of this kind is an access to a cache.
	 * @return whether the Caches page may count it
	 */
	public boolean isCacheAccess() {
		return this.cacheAccess;
	}

	/**
	 * Return whether a span is an access to a cache.
	 * @param operation the operation of the span
	 * @return whether the Caches page may count it
	 */
	public static boolean isCacheAccess(String operation) {
		return operation.startsWith("cache.");
	}

	/**
	 * Return the names of the attributes without which a page shows the span wrongly.
	 * @return the attribute names
	 */
	public Set<String> requiredAttributes() {
		return this.requiredAttributes;
	}

	/**
	 * Return the name of the timer that counts operations of this kind.
	 * @return the meter name, such as {@code sentry.insights.db.query}
	 */
	public String meterName() {
		return "sentry.insights." + switch (this) {
			case DB_TRANSACTION -> "db.transaction";
			case DB_CONNECTION -> "db.connection";
			default -> this.operation;
		};
	}

}
