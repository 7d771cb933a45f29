package io.github.sentryinsights.jdbc;

import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKey;
import java.sql.ShardingKeyBuilder;
import java.util.Arrays;
import java.util.Set;
import java.util.logging.Logger;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.AdvisedSupport;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.InfrastructureProxy;
import org.springframework.util.ReflectionUtils;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;
import io.github.sentryinsights.BeanProxy;
import io.github.sentryinsights.convention.DbConvention;
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

	private final InstrumentationContext context;

	private final OperationSource waits;

	private final SlowThreshold slowWait;

	private final Operation.Call<Connection, SQLException> connect;

	private volatile boolean choosing;

	private final Databases databases;

	// Visible to the subclass that Spring makes when it proxies this class.
	InstrumentedDataSource(DataSource delegate, String name, InstrumentationContext context) {
		this.delegate = delegate;
		this.context = context;
		this.databases = new Databases(name, delegate, DataSourceProperties.isChoosing(delegate), context);
		this.waits = context.operations().source(DbConvention.connections(name));
		this.slowWait = SlowThreshold.of(context.properties().getDb().getSlowConnectionThreshold());
		this.connect = delegate::getConnection;
		setTarget(delegate);
		setFrozen(true);
	}

	/**
	 * Put a data source in front of another one.
	 * @param dataSource the data source
	 * @param name the name of its bean
	 * @param context what the instrumentation works with
	 * @return a data source of the same type where that is possible
	 */
	static DataSource of(DataSource dataSource, String name, InstrumentationContext context) {
		InstrumentedDataSource instrumented = new $Proxy(dataSource, name, context);
		if (!DataSourceMethods.canBeAnswered(dataSource.getClass())) {
			return instrumented;
		}
		try {
			return (DataSource) BeanProxy.of(dataSource, instrumented, new DataSourceMethods(),
					new TypedProxy(instrumented));
		}
		catch (RuntimeException | LinkageError ex) {
			// In a native image, or as the class of a server's pool does not see Spring.
			return instrumented;
		}
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
			// An error as well is a wait that failed, and goes on unchanged.
			if (!this.choosing) {
				waited(start, ex);
			}
			throw ex;
		}
		// A data source that chooses among instrumented ones may not say so beforehand.
		if (connection instanceof InstrumentedConnection) {
			this.choosing = true;
			return connection;
		}
		if (connection == null) {
			return connection;
		}
		if (!this.databases.mayConnectLater(connection)) {
			waited(start, null);
		}
		return instrument(connection);
	}

	private void waited(long start, @Nullable Throwable error) {
		this.waits.report(System.nanoTime() - start, this.slowWait.nanos(), error);
	}

	private Connection instrument(Connection connection) {
		try {
			return new InstrumentedConnection(connection, this.databases.ofNew(connection));
		}
		catch (RuntimeException | LinkageError ex) {
			this.context.operations().handle(ex);
			return connection;
		}
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
	 * The methods that a proxy of the type of the data source answers: those of a data
	 * source, and those that a connection is given to, as a pool knows only its own.
	 */
	private record DataSourceMethods() implements BeanProxy.Answered {

		private static final Set<String> NAMES = Set.of("getConnection", "createConnectionBuilder", "unwrap",
				"isWrapperFor");

		@Override
		public boolean includes(Method method) {
			return takesConnection(method) || (NAMES.contains(method.getName()) && isStandard(method));
		}

		static boolean takesConnection(Method method) {
			return Modifier.isPublic(method.getModifiers())
					&& Arrays.asList(method.getParameterTypes()).contains(Connection.class);
		}

		/**
		 * Return whether a data source promises connections of no more specific type.
		 */
		static boolean canBeAnswered(Class<?> type) {
			return Arrays.stream(type.getMethods())
				.filter(method -> method.getName().equals("getConnection") && method.getParameterCount() == 0)
				.allMatch(DataSourceMethods::isStandard);
		}

		private static boolean isStandard(Method method) {
			try {
				return DataSource.class.getMethod(method.getName(), method.getParameterTypes())
					.getReturnType() == method.getReturnType();
			}
			catch (NoSuchMethodException ex) {
				return false;
			}
		}

	}

	/**
	 * Answers for a proxy of the type of the data source.
	 * <p>
	 * Spring Boot reads a field of HikariCP's pool that its first connection sets, and
	 * takes the proxy for the pool as it is one.
	 */
	private static final class TypedProxy implements BeanProxy.Answer {

		private static final String HIKARI = "com.zaxxer.hikari.HikariDataSource";

		private final InstrumentedDataSource instrumented;

		private volatile boolean complete;

		TypedProxy(InstrumentedDataSource instrumented) {
			this.instrumented = instrumented;
			this.complete = !DataSourceProperties.isA(HIKARI, instrumented.delegate);
		}

		@Override
		public @Nullable Object to(Object proxy, Method method, @Nullable Object[] arguments) throws Throwable {
			if (arguments.length > 0 && DataSourceMethods.takesConnection(method)) {
				return AopUtils.invokeJoinpointUsingReflection(this.instrumented.delegate, method,
						originals(arguments));
			}
			switch (method.getName()) {
				case "getConnection" -> {
					Connection connection = (arguments.length == 0) ? this.instrumented.getConnection()
							: this.instrumented.getConnection((String) arguments[0], (String) arguments[1]);
					if (!this.complete) {
						this.complete = true;
						copyFields(proxy);
					}
					return connection;
				}
				case "createConnectionBuilder" -> {
					return this.instrumented.createConnectionBuilder();
				}
				case "unwrap" -> {
					return this.instrumented.unwrap((Class<?>) arguments[0]);
				}
				default -> {
					return this.instrumented.isWrapperFor((Class<?>) arguments[0]);
				}
			}
		}

		private static @Nullable Object[] originals(@Nullable Object[] arguments) {
			return Arrays.stream(arguments)
				.map(argument -> (argument instanceof InstrumentedConnection connection) ? connection.delegate
						: argument)
				.toArray();
		}

		private void copyFields(Object proxy) {
			if (this.instrumented.delegate.getClass().isInstance(proxy)) {
				try {
					ReflectionUtils.shallowCopyFieldState(this.instrumented.delegate, proxy);
				}
				catch (RuntimeException ex) {
					// What is not open to reflection is not read by it either.
				}
			}
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
