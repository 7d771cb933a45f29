package io.github.sentryinsights.testing;

import java.util.concurrent.Callable;

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

	/**
	 * Return the same as a lambda that the compiler of Kotlin puts in the place of a
	 * call.
	 * @return what runs the statement
	 */
	public Callable<Integer> counted() {
		return new $inlined$count$1(this.jdbc);
	}

	private record $inlined$count$1(JdbcTemplate jdbc) implements Callable<Integer> {

		@Override
		public Integer call() {
			return this.jdbc.queryForObject("SELECT 42", Integer.class);
		}

	}

}
