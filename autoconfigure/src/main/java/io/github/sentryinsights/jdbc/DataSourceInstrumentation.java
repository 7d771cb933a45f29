package io.github.sentryinsights.jdbc;

import java.sql.SQLException;

import javax.sql.CommonDataSource;
import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;
import io.github.sentryinsights.StatementRecorders;

/**
 * Instruments data sources, leaving alone those whose statements are reported by another
 * one: wrappers of an instrumented data source, and what {@link StatementRecorders} knows
 * of. Of a router, and of a proxy that has another target for reading only, each
 * connection is looked at instead, as some targets may be beans and others not.
 */
final class DataSourceInstrumentation extends BeanInstrumentation<CommonDataSource> {

	private static final String TECHNOLOGY = "jdbc";

	private final StatementRecorders recorders;

	DataSourceInstrumentation(ObjectProvider<InstrumentationContext> context, Environment environment) {
		super(TECHNOLOGY, CommonDataSource.class, context);
		this.recorders = StatementRecorders.ofJdbc(environment);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getJdbc();
	}

	@Override
	protected Object instrument(CommonDataSource bean, String beanName, InstrumentationContext context) {
		if (!(bean instanceof DataSource dataSource)) {
			context.beans().leftAlone(TECHNOLOGY, beanName, "hands out no plain connections");
			return bean;
		}
		String reason = reasonToLeaveAlone(dataSource);
		if (reason != null) {
			context.beans().leftAlone(TECHNOLOGY, beanName, reason);
			return dataSource;
		}
		DataSource instrumented = InstrumentedDataSource.of(dataSource, beanName, context);
		context.beans().instrumented(TECHNOLOGY, beanName);
		return instrumented;
	}

	private @Nullable String reasonToLeaveAlone(DataSource dataSource) {
		if (this.recorders.ofAll() != null) {
			return this.recorders.ofAll();
		}
		for (DataSource candidate : DataSourceProperties.chain(dataSource)) {
			String reason = this.recorders.of(candidate.getClass(), DataSourceProperties.url(candidate));
			if (reason != null) {
				return reason;
			}
		}
		// Asking a scoped proxy would create its target now, or fail outside its scope.
		if (dataSource instanceof ScopedObject || DataSourceProperties.choosesByItself(dataSource)) {
			return null;
		}
		return holdsInstrumented(dataSource) ? "wraps an instrumented data source" : null;
	}

	private static boolean holdsInstrumented(DataSource dataSource) {
		try {
			// A pool cannot be unwrapped before it has started.
			for (DataSource candidate : DataSourceProperties.chain(dataSource)) {
				if (candidate.isWrapperFor(InstrumentedDataSource.class)) {
					return true;
				}
			}
			return false;
		}
		catch (SQLException | RuntimeException ex) {
			return false;
		}
	}

}
