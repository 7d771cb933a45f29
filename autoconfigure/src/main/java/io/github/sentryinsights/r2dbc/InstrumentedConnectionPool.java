package io.github.sentryinsights.r2dbc;

import java.time.Duration;
import java.util.Optional;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import org.springframework.core.InfrastructureProxy;
import reactor.core.publisher.Mono;

/**
 * Hands out connections of a pool that report what they do, and can be injected by the
 * type of the pool.
 * <p>
 * The pool that it inherits is never used: it makes no connection and starts no task.
 */
final class InstrumentedConnectionPool extends ConnectionPool
		implements InfrastructureProxy, ConnectionFactoryInstrumentation.Instrumented {

	private final ConnectionPool delegate;

	private final ObservedConnections connections;

	private InstrumentedConnectionPool(ConnectionPool delegate, ObservedConnections connections) {
		super(ConnectionPoolConfiguration.builder(new Unused(delegate))
			.initialSize(0)
			.backgroundEvictionInterval(Duration.ZERO)
			.build());
		this.delegate = delegate;
		this.connections = connections;
	}

	static boolean supports(ConnectionFactory connectionFactory) {
		return connectionFactory instanceof ConnectionPool;
	}

	static ConnectionFactory of(ConnectionFactory connectionFactory, ObservedConnections connections) {
		return new InstrumentedConnectionPool((ConnectionPool) connectionFactory, connections);
	}

	@Override
	public Mono<Connection> create() {
		return Mono.from(this.connections.create()).cast(Connection.class);
	}

	@Override
	public Mono<Integer> warmup() {
		return this.delegate.warmup();
	}

	@Override
	public Mono<Void> close() {
		return this.delegate.close();
	}

	@Override
	public void dispose() {
		this.delegate.dispose();
	}

	@Override
	public Mono<Void> disposeLater() {
		return this.delegate.disposeLater();
	}

	@Override
	public boolean isDisposed() {
		return this.delegate.isDisposed();
	}

	@Override
	public ConnectionFactoryMetadata getMetadata() {
		return this.delegate.getMetadata();
	}

	@Override
	public Optional<PoolMetrics> getMetrics() {
		return this.delegate.getMetrics();
	}

	@Override
	public ConnectionFactory unwrap() {
		return this.delegate;
	}

	@Override
	public Object getWrappedObject() {
		return this.delegate;
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

	/**
	 * What the inherited pool would connect to.
	 */
	private record Unused(ConnectionPool delegate) implements ConnectionFactory {

		@Override
		public Mono<Connection> create() {
			return Mono.empty();
		}

		@Override
		public ConnectionFactoryMetadata getMetadata() {
			return this.delegate.getMetadata();
		}

	}

}
