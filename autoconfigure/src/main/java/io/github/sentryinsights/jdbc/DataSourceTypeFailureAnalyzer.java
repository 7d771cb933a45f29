package io.github.sentryinsights.jdbc;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.InfrastructureProxy;

import io.github.sentryinsights.BeanTypeFailureAnalyzer;

/**
 * Explains why a data source cannot be injected by its type, which may be final.
 */
final class DataSourceTypeFailureAnalyzer extends BeanTypeFailureAnalyzer {

	DataSourceTypeFailureAnalyzer(BeanFactory beans) {
		super(beans);
	}

	@Override
	protected boolean isInstrumented(Class<?> type) {
		return DataSource.class.isAssignableFrom(type) && InfrastructureProxy.class.isAssignableFrom(type);
	}

	@Override
	protected @Nullable Explanation explain(Class<?> type) {
		return DataSource.class.isAssignableFrom(type)
				? new Explanation("data source", "its statements", "Inject it as a %s and call unwrap(%s.class)"
					.formatted(DataSource.class.getName(), type.getSimpleName()), "sentry.insights.jdbc.exclude")
				: null;
	}

}
