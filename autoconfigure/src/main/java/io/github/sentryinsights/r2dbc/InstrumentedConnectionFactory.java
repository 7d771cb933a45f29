package io.github.sentryinsights.r2dbc;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.InfrastructureProxy;

/**
 * Hands out connections that report what they do.
 * <p>
 * As an {@link InfrastructureProxy} it shares its transactions with the original.
 */
final class InstrumentedConnectionFactory implements ConnectionFactory, Wrapped<ConnectionFactory>, InfrastructureProxy,
		ConnectionFactoryInstrumentation.Instrumented {

	private final ConnectionFactory delegate;

	private final ObservedConnections connections;

	InstrumentedConnectionFactory(ConnectionFactory delegate, ObservedConnections connections) {
		this.delegate = delegate;
		this.connections = connections;
	}

	@Override
	public Publisher<? extends Connection> create() {
		return this.connections.create();
	}

	@Override
	public ConnectionFactoryMetadata getMetadata() {
		return this.delegate.getMetadata();
	}

	@Override
	public ConnectionFactory unwrap() {
		return this.delegate;
	}

	@Override
	public <E> @Nullable E unwrap(Class<E> type) {
		if (type.isInstance(this)) {
			return type.cast(this);
		}
		if (type.isInstance(this.delegate)) {
			return type.cast(this.delegate);
		}
		return (this.delegate instanceof Wrapped<?> wrapper) ? wrapper.unwrap(type) : null;
	}

	@Override
	public Object getWrappedObject() {
		return this.delegate;
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

}
