package io.github.sentryinsights.r2dbc;

import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.StatementRecorders;

/**
 * Instruments connection factories, leaving alone those whose statements are reported by
 * another one: routers, whose targets are connection factories of their own, wrappers of
 * an instrumented connection factory, and what {@link StatementRecorders} knows of.
 */
final class ConnectionFactoryInstrumentation extends BeanInstrumentation<ConnectionFactory> {

	private static final String TECHNOLOGY = "r2dbc";

	private static final String ROUTER = "org.springframework.r2dbc.connection.lookup.AbstractRoutingConnectionFactory";

	private final boolean proxyPresent = ClassUtils.isPresent("io.r2dbc.proxy.ProxyConnectionFactory", null);

	private final boolean poolPresent = ClassUtils.isPresent("io.r2dbc.pool.ConnectionPool", null);

	private final StatementRecorders recorders;

	ConnectionFactoryInstrumentation(ObjectProvider<InstrumentationContext> context, Environment environment) {
		super(TECHNOLOGY, ConnectionFactory.class, context);
		this.recorders = StatementRecorders.ofR2dbc(environment);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getR2dbc();
	}

	@Override
	protected Object instrument(ConnectionFactory connectionFactory, String beanName, InstrumentationContext context) {
		String reason = reasonToLeaveAlone(connectionFactory);
		if (reason != null) {
			context.beans().leftAlone(TECHNOLOGY, beanName, reason);
			return connectionFactory;
		}
		ObservedConnections connections = new ObservedConnections(connectionFactory, beanName, context);
		ConnectionFactory instrumented = (this.poolPresent && InstrumentedConnectionPool.supports(connectionFactory))
				? InstrumentedConnectionPool.of(connectionFactory, connections)
				: new InstrumentedConnectionFactory(connectionFactory, connections);
		context.beans().instrumented(TECHNOLOGY, beanName);
		return instrumented;
	}

	private @Nullable String reasonToLeaveAlone(ConnectionFactory connectionFactory) {
		if (this.recorders.ofAll() != null) {
			return this.recorders.ofAll();
		}
		if (isRouter(connectionFactory)) {
			return "routes to other connection factories";
		}
		if (!this.proxyPresent) {
			return "io.r2dbc:r2dbc-proxy is missing";
		}
		// Asking a scoped proxy would create its target now, or fail outside its scope.
		if (!(connectionFactory instanceof ScopedObject) && holdsInstrumented(connectionFactory)) {
			return "wraps an instrumented connection factory";
		}
		return null;
	}

	private static boolean isRouter(ConnectionFactory connectionFactory) {
		for (Class<?> type = connectionFactory.getClass(); type != null; type = type.getSuperclass()) {
			if (type.getName().equals(ROUTER)) {
				return true;
			}
		}
		return false;
	}

	private static boolean holdsInstrumented(ConnectionFactory connectionFactory) {
		Object candidate = connectionFactory;
		while (candidate != null && !(candidate instanceof Instrumented)) {
			candidate = Wrappers.unwrap(candidate);
		}
		return candidate != null;
	}

	/**
	 * Marks the connection factories that report what their connections do.
	 */
	interface Instrumented {

	}

}
