package io.github.sentryinsights.jdbc;

import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;

/**
 * Instruments data sources, leaving alone those whose statements are reported by another
 * one: routers, whose targets are data sources of their own, wrappers of an instrumented
 * data source, and P6Spy with Sentry's listener behind it.
 */
final class DataSourceInstrumentation extends BeanInstrumentation<DataSource> {

	private static final String TECHNOLOGY = "jdbc";

	private static final String ROUTER = "org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource";

	private static final String P6SPY = "com.p6spy.engine.spy.P6DataSource";

	private static final String RECORDED_BY_SENTRY = "recorded by sentry-jdbc through p6spy";

	private static final String P6SPY_URL = "jdbc:p6spy:";

	private static final String SENTRY_JDBC = "io.sentry.jdbc.SentryJdbcEventListener";

	private final boolean sentryJdbcPresent = ClassUtils.isPresent(SENTRY_JDBC, null);

	DataSourceInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(TECHNOLOGY, DataSource.class, context);
	}

	@Override
	protected InsightsProperties.Technology technology(InsightsProperties properties) {
		return properties.getJdbc();
	}

	@Override
	protected Object instrument(DataSource dataSource, String beanName, InstrumentationContext context) {
		String reason = reasonToLeaveAlone(dataSource);
		if (reason != null) {
			context.beans().leftAlone(TECHNOLOGY, beanName, reason);
			return dataSource;
		}
		InstrumentedDataSource instrumented = InstrumentedDataSource.of(dataSource, beanName, context);
		context.beans().instrumented(TECHNOLOGY, beanName);
		return instrumented;
	}

	private @Nullable String reasonToLeaveAlone(DataSource dataSource) {
		if (isA(ROUTER, dataSource)) {
			return "routes to other data sources";
		}
		if (this.sentryJdbcPresent && isA(P6SPY, dataSource)) {
			return RECORDED_BY_SENTRY;
		}
		// Asking a scoped proxy would create its target now, or fail outside its scope.
		if (dataSource instanceof ScopedObject) {
			return null;
		}
		if (holdsInstrumented(dataSource)) {
			return "wraps an instrumented data source";
		}
		return this.sentryJdbcPresent && isP6SpyUrl(DataSourceProperties.url(dataSource)) ? RECORDED_BY_SENTRY : null;
	}

	private static boolean isA(String className, DataSource dataSource) {
		for (Class<?> type = dataSource.getClass(); type != null; type = type.getSuperclass()) {
			if (type.getName().equals(className)) {
				return true;
			}
		}
		return false;
	}

	private static boolean holdsInstrumented(DataSource dataSource) {
		try {
			if (dataSource.isWrapperFor(InstrumentedDataSource.class)) {
				return true;
			}
			// A pool cannot be unwrapped before it has started.
			return DataSourceProperties.get(dataSource, "getDataSource") instanceof DataSource target
					&& target.isWrapperFor(InstrumentedDataSource.class);
		}
		catch (SQLException | RuntimeException ex) {
			return false;
		}
	}

	private static boolean isP6SpyUrl(@Nullable String url) {
		return url != null && url.startsWith(P6SPY_URL);
	}

}
