package io.github.sentryinsights.jdbc;

import java.sql.SQLException;

import javax.sql.CommonDataSource;
import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.ClassUtils;

import io.github.sentryinsights.BeanInstrumentation;
import io.github.sentryinsights.InsightsProperties;

/**
 * Instruments data sources, leaving alone those whose statements are reported by another
 * one: wrappers of an instrumented data source, and P6Spy with Sentry's listener behind
 * it. Of a router, and of a proxy that has another target for reading only, each
 * connection is looked at instead, as some targets may be beans and others not.
 */
final class DataSourceInstrumentation extends BeanInstrumentation<CommonDataSource> {

	private static final String TECHNOLOGY = "jdbc";

	private static final String P6SPY = "com.p6spy.engine.spy.P6DataSource";

	private static final String RECORDED_BY_SENTRY = "recorded by sentry-jdbc through p6spy";

	private static final String P6SPY_URL = "jdbc:p6spy:";

	private static final String SENTRY_JDBC = "io.sentry.jdbc.SentryJdbcEventListener";

	private final boolean sentryJdbcPresent = ClassUtils.isPresent(SENTRY_JDBC, null);

	DataSourceInstrumentation(ObjectProvider<InstrumentationContext> context) {
		super(TECHNOLOGY, CommonDataSource.class, context);
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
		if (this.sentryJdbcPresent && DataSourceProperties.isA(P6SPY, dataSource)) {
			return RECORDED_BY_SENTRY;
		}
		// Asking a scoped proxy would create its target now, or fail outside its scope.
		if (dataSource instanceof ScopedObject || DataSourceProperties.choosesByItself(dataSource)) {
			return null;
		}
		if (holdsInstrumented(dataSource)) {
			return "wraps an instrumented data source";
		}
		return this.sentryJdbcPresent && isP6SpyUrl(DataSourceProperties.url(dataSource)) ? RECORDED_BY_SENTRY : null;
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
