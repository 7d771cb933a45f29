package io.github.sentryinsights.r2dbc;

import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;

/**
 * Looks behind what wraps something of R2DBC.
 */
final class Wrappers {

	private Wrappers() {
	}

	/**
	 * Return what an object wraps.
	 * @param candidate the object
	 * @return what is behind it, or {@code null} when it is no wrapper
	 */
	static @Nullable Object unwrap(Object candidate) {
		Object inner = (candidate instanceof Wrapped<?> wrapper) ? wrapper.unwrap() : null;
		return (inner != candidate) ? inner : null;
	}

}
