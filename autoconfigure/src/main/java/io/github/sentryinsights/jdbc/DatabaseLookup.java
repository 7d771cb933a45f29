package io.github.sentryinsights.jdbc;

import java.sql.Connection;

/**
 * Knows the database of a connection.
 */
sealed interface DatabaseLookup permits DatabaseOperations, Databases {

	/**
	 * Return the database of a connection that is in use.
	 * @param connection the connection
	 * @return its operations
	 */
	DatabaseOperations of(Connection connection);

}
