package io.github.sentryinsights.testing;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Code of an application that runs a statement, far from where the driver is called.
 */
public class Orders {

	private final JdbcTemplate jdbc;

	public Orders(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Run a statement through Spring.
	 * @return the result
	 */
	public Integer count() {
		return this.jdbc.queryForObject("SELECT 42", Integer.class);
	}

}
