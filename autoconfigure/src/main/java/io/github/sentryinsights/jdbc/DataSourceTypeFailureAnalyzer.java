package io.github.sentryinsights.jdbc;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.InfrastructureProxy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains why a data source cannot be injected by its type, which may be final.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class DataSourceTypeFailureAnalyzer extends AbstractFailureAnalyzer<BeansException> {

	private final BeanFactory beans;

	DataSourceTypeFailureAnalyzer(BeanFactory beans) {
		this.beans = beans;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable failure, BeansException cause) {
		for (Throwable candidate = failure; candidate != null; candidate = candidate.getCause()) {
			if (candidate instanceof BeanNotOfRequiredTypeException mismatch) {
				return isInstrumented(mismatch.getActualType())
						? analysis(mismatch.getBeanName(), mismatch.getRequiredType(), failure) : null;
			}
			if (candidate instanceof NoSuchBeanDefinitionException missing) {
				Class<?> type = missing.getBeanType();
				String name = (type != null) ? defined(type) : null;
				return (type != null && name != null) ? analysis(name, type, failure) : null;
			}
		}
		return null;
	}

	private static boolean isInstrumented(Class<?> type) {
		return DataSource.class.isAssignableFrom(type) && InfrastructureProxy.class.isAssignableFrom(type);
	}

	/**
	 * By now all beans are gone, so what answers here is what they were defined to be.
	 */
	private @Nullable String defined(Class<?> type) {
		if (!DataSource.class.isAssignableFrom(type) || !(this.beans instanceof ListableBeanFactory listable)) {
			return null;
		}
		String[] names = listable.getBeanNamesForType(type, true, false);
		return (names.length != 0) ? names[0] : null;
	}

	private static FailureAnalysis analysis(String name, Class<?> type, Throwable failure) {
		return new FailureAnalysis(
				"The bean '%s' was asked for as a %s, but Sentry Insights has put a data source in its place that reports its statements."
					.formatted(name, type.getName()),
				"Inject it as a %s and call unwrap(%s.class), or add the bean to 'sentry.insights.jdbc.exclude' to leave it alone."
					.formatted(DataSource.class.getName(), type.getSimpleName()),
				failure);
	}

}
