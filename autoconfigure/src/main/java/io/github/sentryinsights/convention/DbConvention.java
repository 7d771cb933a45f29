package io.github.sentryinsights.convention;

import static io.github.sentryinsights.convention.AttributeKey.Sensitivity.NONE;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.sentryinsights.convention.AttributeKey.Unit;
import io.github.sentryinsights.sql.SqlStatement;

/**
 * What a database operation must carry for Sentry's Queries page.
 * <p>
 * Names are those of Sentry's attribute conventions in the spelling that the page reads
 * today ({@code db.system} rather than {@code db.system.name}).
 *
 * @since 0.1.0
 */
public final class DbConvention {

	/** The product, in lower case, such as {@code postgresql}. */
	public static final AttributeKey<String> SYSTEM = AttributeKey.text("db.system", NONE);

	/** The name of the database. */
	public static final AttributeKey<String> NAME = AttributeKey.text("db.name", NONE);

	/** The name of the data source in the application, that of its bean. */
	public static final AttributeKey<String> POOL_NAME = AttributeKey.text("db.client.connection.pool.name", NONE);

	/** The SQL command, in upper case, such as {@code SELECT}. */
	public static final AttributeKey<String> OPERATION = AttributeKey.text("db.operation", NONE);

	/** The table, when a statement concerns just one. */
	public static final AttributeKey<String> COLLECTION = AttributeKey.text("db.collection.name", NONE);

	/** The number of statements of a batch, never 1. */
	public static final AttributeKey<Integer> BATCH_SIZE = AttributeKey.count("db.operation.batch.size");

	/** The number of rows that a statement or a batch has changed. */
	public static final AttributeKey<Long> AFFECTED_ROWS = AttributeKey.number("db.response.affected_rows", Unit.NONE);

	/** The number of rows that the application has read of a result. */
	public static final AttributeKey<Long> RETURNED_ROWS = AttributeKey.number("db.response.returned_rows", Unit.NONE);

	/** How long the application has waited for those rows, after the statement. */
	public static final AttributeKey<Long> FETCH_TIME = AttributeKey.number("db.response.fetch_time",
			Unit.MILLISECONDS);

	private static final String JDBC = "auto.db.insights.jdbc";

	private static final String R2DBC = "auto.db.insights.r2dbc";

	private DbConvention() {
	}

	/**
	 * Return the target for the SQL statements of a database.
	 * @param database the database
	 * @return the target
	 */
	public static OperationTarget statements(Database database) {
		return connected(OperationKind.DB_QUERY, database, JDBC);
	}

	/**
	 * Return the target for the begin, commit and rollback of transactions of a database.
	 * @param database the database
	 * @return the target
	 */
	public static OperationTarget transactions(Database database) {
		return connected(OperationKind.DB_TRANSACTION, database, JDBC);
	}

	/**
	 * Return the target for the time that it takes to get a connection.
	 * @param dataSource the name of the data source in the application
	 * @return the target
	 */
	public static OperationTarget connections(String dataSource) {
		return OperationTarget.of(OperationKind.DB_CONNECTION, dataSource, JDBC).build();
	}

	/**
	 * Return the target for the SQL statements of a database that is reached over R2DBC.
	 * @param database the database
	 * @return the target
	 */
	public static OperationTarget reactiveStatements(Database database) {
		return connected(OperationKind.DB_QUERY, database, R2DBC);
	}

	/**
	 * Return the target for the begin, commit and rollback of transactions of a database
	 * that is reached over R2DBC.
	 * @param database the database
	 * @return the target
	 */
	public static OperationTarget reactiveTransactions(Database database) {
		return connected(OperationKind.DB_TRANSACTION, database, R2DBC);
	}

	/**
	 * Return the target for statements that the application reports itself.
	 * @param database the database
	 * @return the target
	 */
	public static OperationTarget reported(Database database) {
		return target(OperationKind.DB_QUERY, database, "manual.db.insights").build();
	}

	/**
	 * Return the target for statements that an annotated method runs.
	 * @param database the database
	 * @return the target
	 */
	public static OperationTarget annotated(Database database) {
		return target(OperationKind.DB_QUERY, database, "auto.db.insights.annotation").build();
	}

	/**
	 * Describe an SQL statement.
	 * @param attributes the attributes of the operation
	 * @param statement the statement without its literals
	 * @param batchSize the number of statements run at once, ignored when less than 2
	 */
	public static void statement(Attributes attributes, SqlStatement statement, int batchSize) {
		attributes.describe(statement.text());
		if (statement.table() != null) {
			attributes.set(COLLECTION, statement.table());
		}
		if (!statement.operation().isEmpty()) {
			attributes.set(OPERATION, statement.operation());
		}
		if (batchSize > 1) {
			attributes.set(BATCH_SIZE, batchSize);
		}
	}

	/**
	 * Tell how many rows have changed.
	 * @param attributes the attributes of the operation
	 * @param rows the number of rows, ignored when negative, as drivers say that they do
	 * not know
	 */
	public static void affected(Attributes attributes, long rows) {
		if (rows >= 0) {
			attributes.set(AFFECTED_ROWS, rows);
		}
	}

	/**
	 * Tell how much of a result has been read.
	 * @param attributes the attributes of the operation
	 * @param rows the number of rows
	 * @param fetchTime how long getting them took, after the statement
	 */
	public static void fetched(Attributes attributes, long rows, Duration fetchTime) {
		attributes.set(RETURNED_ROWS, rows);
		attributes.set(FETCH_TIME, fetchTime.toMillis());
	}

	/**
	 * Describe a step of a database transaction.
	 * @param attributes the attributes of the operation
	 * @param command the command, such as {@code BEGIN}, {@code COMMIT}, {@code ROLLBACK}
	 * or {@code ROLLBACK TO SAVEPOINT}, without the name of a savepoint
	 */
	public static void transaction(Attributes attributes, String command) {
		int end = command.indexOf(' ');
		attributes.describe(command);
		attributes.set(OPERATION, (end < 0) ? command : command.substring(0, end));
	}

	private static OperationTarget connected(OperationKind kind, Database database, String origin) {
		return target(kind, database, origin).with(POOL_NAME, database.dataSource()).build();
	}

	private static OperationTarget.Builder target(OperationKind kind, Database database, String origin) {
		return OperationTarget.of(kind, database.dataSource(), origin)
			.with(SYSTEM, database.system())
			.with(NAME, database.name())
			.with(NetworkConvention.SERVER_ADDRESS, database.address())
			.with(NetworkConvention.SERVER_PORT, database.port());
	}

	/**
	 * A database as a data source reaches it.
	 *
	 * @param dataSource the name of the data source in the application
	 * @param system the product, in lower case, such as {@code postgresql}
	 * @param name the name of the database
	 * @param address the host name of the server
	 * @param port the port of the server
	 */
	public record Database(String dataSource, String system, @Nullable String name, @Nullable String address,
			@Nullable Integer port) {
	}

}
