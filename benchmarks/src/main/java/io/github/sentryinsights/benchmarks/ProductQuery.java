package io.github.sentryinsights.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A query that reads one row by its key.
 *
 * @param connection the connection, which stays open as in a pool
 */
record ProductQuery(Connection connection) {

	private static final String SQL = "select id, name from product where id = ?";

	/**
	 * Prepare, execute, read and close the query.
	 * @return the name of the row
	 * @throws SQLException never
	 */
	String run() throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(SQL)) {
			statement.setInt(1, 42);
			try (ResultSet row = statement.executeQuery()) {
				return (row.next() && row.getInt(1) == 42) ? row.getString(2) : "";
			}
		}
	}

}
