package io.github.sentryinsights.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import com.p6spy.engine.spy.P6DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A query that reads one row by its key.
 */
public class JdbcBenchmark {

	/**
	 * Prepare, execute, read and close a query.
	 * @param database the database
	 * @return the name of the row
	 * @throws SQLException never
	 */
	@Benchmark
	public String query(Database database) throws SQLException {
		database.application.nextOperation();
		return database.query.run();
	}

	/**
	 * Drivers.
	 */
	public enum Driver {

		/** A driver that costs nothing. */
		STUB {
			@Override
			DataSource dataSource() {
				return new StubDataSource();
			}
		},

		/** H2 in memory. */
		H2 {
			@Override
			DataSource dataSource() {
				JdbcDataSource dataSource = new JdbcDataSource();
				dataSource.setUrl("jdbc:h2:mem:benchmark;DB_CLOSE_DELAY=-1");
				dataSource.setUser("sa");
				return dataSource;
			}

			@Override
			void createProduct(Connection connection) throws SQLException {
				try (Statement statement = connection.createStatement()) {
					statement.execute("create table if not exists product (id int primary key, name varchar(50))");
					statement.execute("merge into product values (42, 'Kettle')");
				}
			}
		};

		abstract DataSource dataSource();

		void createProduct(Connection connection) throws SQLException {
		}

	}

	/**
	 * A connection that stays open, as in a pool.
	 */
	@State(Scope.Thread)
	public static class Database {

		/** The driver. */
		@Param
		public Driver driver;

		/** The circumstances. */
		@Param({ "RAW", "OURS_OFF", "OURS_UNSAMPLED", "OURS_UNSAMPLED_METERED", "OURS_SAMPLED", "OURS_SAMPLED_CHILDREN",
				"PEER_OFF", "PEER_UNSAMPLED", "PEER_SAMPLED" })
		public Variant variant;

		private MeasuredApplication application;

		private ProductQuery query;

		/**
		 * Start the application and open the connection.
		 * @throws Exception if the variant is not what it says
		 */
		@Setup
		public void open() throws Exception {
			DataSource driver = this.driver.dataSource();
			try (Connection connection = driver.getConnection()) {
				this.driver.createProduct(connection);
			}
			DataSource bean = (this.variant.library() == Library.PEER) ? new P6DataSource(driver) : driver;
			this.application = MeasuredApplication.start(this.variant,
					context -> context.registerBean("dataSource", DataSource.class, () -> bean));
			this.query = new ProductQuery(this.application.bean(DataSource.class).getConnection());
			try (Connection connection = driver.getConnection()) {
				this.application.verify(this.query::run, this.query.connection().getClass() != connection.getClass());
			}
		}

		/**
		 * Close the connection and the application.
		 * @throws SQLException never
		 */
		@TearDown
		public void close() throws SQLException {
			this.query.connection().close();
			this.application.close();
		}

	}

}
