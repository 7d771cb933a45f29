package io.github.sentryinsights.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKey;
import java.sql.ShardingKeyBuilder;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.AdvisedSupport;
import org.springframework.core.InfrastructureProxy;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.convention.DbConvention;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.operation.Operation;
import io.github.sentryinsights.operation.OperationSource;

/**
 * Hands out connections that report what they do.
 * <p>
 * Looks like a Spring proxy of the original, since that is what Spring knows how to look
 * behind: pool metrics, the rebinding of configuration properties and all else that asks
 * for the target finds the original data source. It is frozen, as advice added to it
 * would never run; who wants to advise it makes a proxy of it instead. As an
 * {@link InfrastructureProxy} it shares its transactions with the original.
 */
@SuppressWarnings("serial") // the proxy interfaces are serializable, no data source is
class InstrumentedDataSource extends AdvisedSupport implements SpringProxy, InfrastructureProxy, DataSource {

	private final DataSource delegate;

	private final String name;

	private final InstrumentationContext context;

	private final OperationSource waits;

	private final SlowThreshold slowWait;

	private final Operation.Call<Connection, SQLException> connect;

	private volatile boolean choosing;

	private final AtomicReference<@Nullable DatabaseOperations> operations = new AtomicReference<>();

	// Visible to the subclass that Spring makes when it proxies this class.
	InstrumentedDataSource(DataSource delegate, String name, InstrumentationContext context) {
		this.delegate = delegate;
		this.name = name;
		this.context = context;
		this.waits = context.operations().source(DbConvention.connections(name));
		this.slowWait = SlowThreshold.of(context.properties().getDb().getSlowConnectionThreshold());
		this.connect = delegate::getConnection;
		setTarget(delegate);
		setFrozen(true);
	}

	static InstrumentedDataSource of(DataSource dataSource, String name, InstrumentationContext context) {
		return new $Proxy(dataSource, name, context);
	}

	@Override
	public Connection getConnection() throws SQLException {
		return connect(this.connect);
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return connect(() -> this.delegate.getConnection(username, password));
	}

	@Override
	public ConnectionBuilder createConnectionBuilder() throws SQLException {
		return new InstrumentedConnectionBuilder(this.delegate.createConnectionBuilder());
	}

	@Override
	public ShardingKeyBuilder createShardingKeyBuilder() throws SQLException {
		return this.delegate.createShardingKeyBuilder();
	}

	@Override
	public PrintWriter getLogWriter() throws SQLException {
		return this.delegate.getLogWriter();
	}

	@Override
	public void setLogWriter(PrintWriter out) throws SQLException {
		this.delegate.setLogWriter(out);
	}

	@Override
	public int getLoginTimeout() throws SQLException {
		return this.delegate.getLoginTimeout();
	}

	@Override
	public void setLoginTimeout(int seconds) throws SQLException {
		this.delegate.setLoginTimeout(seconds);
	}

	@Override
	public Logger getParentLogger() throws SQLFeatureNotSupportedException {
		return this.delegate.getParentLogger();
	}

	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		if (type == InstrumentedDataSource.class) {
			return type.cast(this);
		}
		return type.isInstance(this.delegate) ? type.cast(this.delegate) : this.delegate.unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		return type == InstrumentedDataSource.class || type.isInstance(this.delegate)
				|| this.delegate.isWrapperFor(type);
	}

	@Override
	public Object getWrappedObject() {
		return this.delegate;
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

	private Connection connect(Operation.Call<Connection, SQLException> call) throws SQLException {
		long start = System.nanoTime();
		Connection connection;
		try {
			connection = call.call();
		}
		catch (Throwable ex) {
			report(start, ex);
			throw ex;
		}
		// A data source that chooses among instrumented ones may not say so beforehand.
		if (connection instanceof InstrumentedConnection) {
			this.choosing = true;
			return connection;
		}
		report(start, null);
		return (connection != null) ? instrument(connection) : connection;
	}

	private void report(long start, @Nullable Throwable error) {
		if (!this.choosing) {
			this.waits.report(System.nanoTime() - start, this.slowWait.nanos(), error);
		}
	}

	private Connection instrument(Connection connection) {
		try {
			DatabaseOperations operations = this.operations.get();
			if (operations == null) {
				operations = operations(connection);
			}
			return new InstrumentedConnection(connection, operations);
		}
		catch (RuntimeException | LinkageError ex) {
			this.context.operations().handle(ex);
			return connection;
		}
	}

	/**
	 * Learn from the first connection what database it is. Threads that come at the same
	 * time may all ask, rather than wait for one another.
	 */
	private DatabaseOperations operations(Connection connection) {
		Database database = ConnectedDatabase.of(this.name, this.delegate, connection,
				this.context.operations()::handle);
		DatabaseOperations operations = new DatabaseOperations(this.context.operations(), this.context.statements(),
				database, this.context.properties().getDb());
		DatabaseOperations earlier = this.operations.compareAndExchange(null, operations);
		return (earlier != null) ? earlier : operations;
	}

	/**
	 * Spring takes an object for one of its proxies only when its class is named like a
	 * generated one, with two dollar signs.
	 */
	private static final class $Proxy extends InstrumentedDataSource {

		$Proxy(DataSource delegate, String name, InstrumentationContext context) {
			super(delegate, name, context);
		}

	}

	/**
	 * Builds connections that report what they do.
	 */
	private final class InstrumentedConnectionBuilder implements ConnectionBuilder {

		private final ConnectionBuilder builder;

		InstrumentedConnectionBuilder(ConnectionBuilder builder) {
			this.builder = builder;
		}

		@Override
		public ConnectionBuilder user(String username) {
			this.builder.user(username);
			return this;
		}

		@Override
		public ConnectionBuilder password(String password) {
			this.builder.password(password);
			return this;
		}

		@Override
		public ConnectionBuilder shardingKey(ShardingKey shardingKey) {
			this.builder.shardingKey(shardingKey);
			return this;
		}

		@Override
		public ConnectionBuilder superShardingKey(ShardingKey superShardingKey) {
			this.builder.superShardingKey(superShardingKey);
			return this;
		}

		@Override
		public Connection build() throws SQLException {
			return connect(this.builder::build);
		}

	}

}
