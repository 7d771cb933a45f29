package io.github.sentryinsights.jdbc;

import java.sql.SQLException;
import java.sql.Wrapper;

import org.jspecify.annotations.Nullable;

/**
 * Stands before an object of the driver and is equal to it.
 *
 * @param <D> the type of the object
 */
abstract class JdbcDelegate<D extends Wrapper> implements Wrapper {

	final D delegate;

	JdbcDelegate(D delegate) {
		this.delegate = delegate;
	}

	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		return type.isInstance(this.delegate) ? type.cast(this.delegate) : this.delegate.unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		return type.isInstance(this.delegate) || this.delegate.isWrapperFor(type);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other
				|| this.delegate.equals((other instanceof JdbcDelegate<?> wrapper) ? wrapper.delegate : other);
	}

	@Override
	public int hashCode() {
		return this.delegate.hashCode();
	}

	@Override
	public String toString() {
		return this.delegate.toString();
	}

}
