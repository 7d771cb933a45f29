package io.github.sentryinsights.benchmarks;

import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLFeatureNotSupportedException;

import org.springframework.cglib.proxy.Callback;
import org.springframework.cglib.proxy.Enhancer;
import org.springframework.cglib.proxy.MethodInterceptor;
import org.springframework.cglib.proxy.NoOp;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * A database in which every row exists and is found at no cost.
 * <p>
 * Of each interface only what a query needs is written down here, and allocates nothing;
 * everything else is not supported. Used by one thread.
 */
final class StubDataSource extends AbstractDataSource {

	private final Connection connection = complete(StubConnection.class);

	@Override
	public Connection getConnection() {
		return this.connection;
	}

	@Override
	public Connection getConnection(String username, String password) {
		return this.connection;
	}

	private static <T> T complete(Class<T> type) {
		Enhancer enhancer = new Enhancer();
		enhancer.setSuperclass(type);
		enhancer.setCallbackFilter(method -> Modifier.isAbstract(method.getModifiers()) ? 1 : 0);
		enhancer
			.setCallbacks(new Callback[] { NoOp.INSTANCE, (MethodInterceptor) (object, method, arguments, proxy) -> {
				throw new SQLFeatureNotSupportedException(method.getName());
			} });
		return type.cast(enhancer.create());
	}

	/**
	 * A connection with one statement.
	 */
	abstract static class StubConnection implements Connection {

		private final DatabaseMetaData metaData = complete(StubMetaData.class);

		private final PreparedStatement statement = complete(StubStatement.class);

		@Override
		public DatabaseMetaData getMetaData() {
			return this.metaData;
		}

		@Override
		public String getCatalog() {
			return "shop";
		}

		@Override
		public PreparedStatement prepareStatement(String sql) {
			return this.statement;
		}

		@Override
		public boolean isClosed() {
			return false;
		}

		@Override
		public void close() {
		}

	}

	/**
	 * What the database says of itself.
	 */
	abstract static class StubMetaData implements DatabaseMetaData {

		@Override
		public String getURL() {
			return "jdbc:postgresql://localhost:5432/shop";
		}

		@Override
		public String getUserName() {
			return "shop";
		}

		@Override
		public String getDatabaseProductName() {
			return "PostgreSQL";
		}

	}

	/**
	 * A statement with one result.
	 */
	abstract static class StubStatement implements PreparedStatement {

		private final ResultSet result = complete(StubResult.class);

		@Override
		public void setInt(int parameter, int value) {
			((StubResult) this.result).id = value;
		}

		@Override
		public ResultSet executeQuery() {
			((StubResult) this.result).position = 0;
			return this.result;
		}

		@Override
		public boolean isClosed() {
			return false;
		}

		@Override
		public void close() {
		}

	}

	/**
	 * A result of one row.
	 */
	abstract static class StubResult implements ResultSet {

		private int id;

		private int position;

		@Override
		public boolean next() {
			return ++this.position == 1;
		}

		@Override
		public int getInt(int column) {
			return this.id;
		}

		@Override
		public String getString(int column) {
			return "Kettle";
		}

		@Override
		public boolean isClosed() {
			return false;
		}

		@Override
		public void close() {
		}

	}

}
