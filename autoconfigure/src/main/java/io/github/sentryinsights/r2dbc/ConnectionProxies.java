package io.github.sentryinsights.r2dbc;

import java.lang.reflect.Proxy;

import io.r2dbc.proxy.callback.CallbackHandler;
import io.r2dbc.proxy.callback.ConnectionCallbackHandler;
import io.r2dbc.proxy.callback.ConnectionHolder;
import io.r2dbc.proxy.callback.ProxyConfig;
import io.r2dbc.proxy.callback.ProxyConfigHolder;
import io.r2dbc.proxy.callback.ProxyFactory;
import io.r2dbc.proxy.callback.QueriesExecutionContext;
import io.r2dbc.proxy.callback.StatementCallbackHandler;
import io.r2dbc.proxy.core.ConnectionInfo;
import io.r2dbc.proxy.core.QueryExecutionInfo;
import io.r2dbc.proxy.core.StatementInfo;
import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Wrapped;

/**
 * Makes the proxies of connections, statements and results as the library does, but for
 * what the application would notice: a row is that of the driver, a connection keeps its
 * life cycle, and every method of a statement returns the statement that is observed.
 */
final class ConnectionProxies implements ProxyFactory {

	private static final Class<?>[] LIVING_CONNECTION = { Connection.class, Wrapped.class, ConnectionHolder.class,
			ProxyConfigHolder.class, Lifecycle.class };

	private static final Class<?>[] STATEMENT = { Statement.class, Wrapped.class, ConnectionHolder.class,
			ProxyConfigHolder.class };

	private final ProxyConfig config;

	private final ProxyFactory proxies;

	ConnectionProxies(ProxyConfig config, ProxyFactory proxies) {
		this.config = config;
		this.proxies = proxies;
	}

	@Override
	public ConnectionFactory wrapConnectionFactory(ConnectionFactory connectionFactory) {
		return this.proxies.wrapConnectionFactory(connectionFactory);
	}

	@Override
	public Connection wrapConnection(Connection connection, ConnectionInfo info) {
		// A connection factory that chooses among instrumented ones may not say so.
		if (isObserved(connection)) {
			return connection;
		}
		OpenStatements.attachTo(info);
		if (!(connection instanceof Lifecycle)) {
			return this.proxies.wrapConnection(connection, info);
		}
		CallbackHandler handler = new ConnectionCallbackHandler(connection, info, this.config);
		return (Connection) Proxy.newProxyInstance(ProxyFactory.class.getClassLoader(), LIVING_CONNECTION,
				handler::invoke);
	}

	@Override
	public Batch wrapBatch(Batch batch, ConnectionInfo info) {
		return this.proxies.wrapBatch(batch, info);
	}

	/**
	 * The handler of the library returns the original statement from what it does not
	 * know, such as {@code fetchSize}.
	 */
	@Override
	public Statement wrapStatement(Statement statement, StatementInfo info, ConnectionInfo connection) {
		CallbackHandler handler = new StatementCallbackHandler(statement, info, connection, this.config);
		return (Statement) Proxy.newProxyInstance(ProxyFactory.class.getClassLoader(), STATEMENT,
				(proxy, method, arguments) -> {
					Object result = handler.invoke(proxy, method, arguments);
					return (method.getReturnType() == Statement.class) ? proxy : result;
				});
	}

	@Override
	public Result wrapResult(Result result, QueryExecutionInfo info, QueriesExecutionContext context) {
		StatementExecution execution = StatementExecution.of(info);
		return (execution != null) ? new ObservedResult(result, execution, context) : result;
	}

	@Override
	public Row wrapRow(Row row, QueryExecutionInfo info) {
		return row;
	}

	@Override
	public Result.RowSegment wrapRowSegment(Result.RowSegment segment, QueryExecutionInfo info) {
		return segment;
	}

	private static boolean isObserved(Connection connection) {
		Object candidate = connection;
		while (candidate != null && !isProxy(candidate)) {
			candidate = Wrappers.unwrap(candidate);
		}
		return candidate != null;
	}

	private static boolean isProxy(Object candidate) {
		return candidate instanceof ProxyConfigHolder holder
				&& holder.getProxyConfig().getProxyFactory() instanceof ConnectionProxies;
	}

}
