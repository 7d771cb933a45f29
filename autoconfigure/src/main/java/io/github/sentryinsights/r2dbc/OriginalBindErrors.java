package io.github.sentryinsights.r2dbc;

import io.r2dbc.proxy.core.BindInfo;
import io.r2dbc.proxy.core.R2dbcProxyException;
import io.r2dbc.proxy.listener.BindParameterConverter;
import io.r2dbc.spi.Statement;

/**
 * Lets the application see what the driver throws when a value cannot be bound, rather
 * than an exception of the proxy around it.
 */
final class OriginalBindErrors implements BindParameterConverter {

	@Override
	public void onBind(BindInfo info, Statement statement, BindOperation binding) {
		try {
			binding.proceed();
		}
		catch (R2dbcProxyException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			if (ex.getCause() instanceof Error cause) {
				throw cause;
			}
			throw ex;
		}
	}

}
