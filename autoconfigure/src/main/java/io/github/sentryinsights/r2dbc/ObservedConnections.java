package io.github.sentryinsights.r2dbc;

import java.util.concurrent.atomic.AtomicReference;

import io.r2dbc.proxy.ProxyConnectionFactory;
import io.r2dbc.proxy.callback.ProxyConfig;
import io.r2dbc.proxy.callback.ProxyFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

import io.github.sentryinsights.BeanInstrumentation.InstrumentationContext;

/**
 * The connections of a connection factory, which report what they do.
 */
final class ObservedConnections {

	private final ConnectionFactory connectionFactory;

	private final String name;

	private final InstrumentationContext context;

	private final AtomicReference<@Nullable ConnectionFactory> proxy = new AtomicReference<>();

	ObservedConnections(ConnectionFactory connectionFactory, String name, InstrumentationContext context) {
		this.connectionFactory = connectionFactory;
		this.name = name;
		this.context = context;
	}

	/**
	 * Return a connection, once it is subscribed to.
	 * @return the connection
	 */
	Publisher<? extends Connection> create() {
		ConnectionFactory proxy = this.proxy.get();
		return ((proxy != null) ? proxy : proxy()).create();
	}

	/**
	 * Made with the first connection, as a scoped connection factory cannot be asked
	 * before.
	 */
	private ConnectionFactory proxy() {
		try {
			DatabaseOperations operations = new DatabaseOperations(this.context.operations(), this.context.statements(),
					ConnectedDatabase.of(this.name, this.connectionFactory),
					this.context.properties().getDb().isTransactions());
			ProxyConfig config = new ProxyConfig();
			ProxyFactory proxies = config.getProxyFactory();
			config.setProxyFactoryFactory(same -> new ConnectionProxies(config, proxies));
			config.setBindParameterConverter(new OriginalBindErrors());
			config.addListener(new StatementListener(operations));
			ConnectionFactory proxy = ProxyConnectionFactory.builder(this.connectionFactory, config).build();
			ConnectionFactory earlier = this.proxy.compareAndExchange(null, proxy);
			return (earlier != null) ? earlier : proxy;
		}
		catch (RuntimeException | LinkageError ex) {
			this.context.operations().handle(ex);
			return this.connectionFactory;
		}
	}

}
