package io.github.sentryinsights.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ConcurrentLruCache;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.convention.DbConvention.Database;

/**
 * The databases that the connections of a data source lead to.
 * <p>
 * A pool has one, learned from its first connection. Threads that come at the same time
 * may all ask, rather than wait for one another. A data source that chooses among others
 * has several, and each of its connections is asked.
 */
final class Databases implements DatabaseLookup {

	private static final int KEPT = 100;

	private final String name;

	private final DataSource dataSource;

	private final InstrumentationContext context;

	private final @Nullable ConcurrentLruCache<Database, DatabaseOperations> several;

	private final AtomicReference<@Nullable DatabaseOperations> only = new AtomicReference<>();

	Databases(String name, DataSource dataSource, boolean several, InstrumentationContext context) {
		this.name = name;
		this.dataSource = dataSource;
		this.context = context;
		this.several = several ? new ConcurrentLruCache<>(KEPT, this::operations) : null;
	}

	/**
	 * Return the database of a connection that has just been handed out.
	 * @param connection the connection
	 * @return its operations, or this when the connection may not know yet where it
	 * leads: one that connects with its first statement is a dynamic proxy
	 */
	DatabaseLookup ofNew(Connection connection) {
		return mayConnectLater(connection) ? this : of(connection);
	}

	/**
	 * Return whether a connection that has just been handed out may connect later.
	 * @param connection the connection
	 * @return whether it may not know yet where it leads
	 */
	boolean mayConnectLater(Connection connection) {
		return this.several != null && Proxy.isProxyClass(connection.getClass());
	}

	@Override
	public DatabaseOperations of(Connection connection) {
		if (this.several != null) {
			return this.several.get(ask(connection));
		}
		DatabaseOperations known = this.only.get();
		if (known != null) {
			return known;
		}
		DatabaseOperations learned = operations(ask(connection));
		DatabaseOperations earlier = this.only.compareAndExchange(null, learned);
		return (earlier != null) ? earlier : learned;
	}

	private Database ask(Connection connection) {
		return ConnectedDatabase.of(this.name, this.dataSource, connection, this.context.operations()::handle);
	}

	private DatabaseOperations operations(Database database) {
		return new DatabaseOperations(this.context.operations(), this.context.statements(), database,
				this.context.properties().getDb());
	}

}
