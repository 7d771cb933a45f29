package io.github.sentryinsights.jdbc;

import java.lang.reflect.Method;
import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.util.ReflectionUtils;

/**
 * Reads what pools and drivers tell of themselves, each by a getter of its own.
 */
final class DataSourceProperties {

	private static final List<String> URL_GETTERS = List.of("getJdbcUrl", "getUrl", "getURL");

	private static final String ROUTER = "org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource";

	private static final String LAZY = "org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy";

	private static final int DEEPEST = 10;

	private DataSourceProperties() {
	}

	/**
	 * Return the URL that a data source is configured with.
	 * @param dataSource the data source
	 * @return the URL, or {@code null} when it has none
	 */
	static @Nullable String url(DataSource dataSource) {
		for (String getter : URL_GETTERS) {
			if (get(dataSource, getter) instanceof String url) {
				return url;
			}
		}
		return null;
	}

	/**
	 * Return what a getter returns.
	 * @param dataSource the data source
	 * @param getter the name of the getter
	 * @return the value, or {@code null} when there is none
	 */
	static @Nullable Object get(DataSource dataSource, String getter) {
		try {
			Method method = ReflectionUtils.findMethod(dataSource.getClass(), getter);
			return (method != null) ? ReflectionUtils.invokeMethod(method, dataSource) : null;
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Return whether the connections of a data source may lead to several databases:
	 * those of a router, of a proxy that has another target for reading only, and of a
	 * scoped proxy.
	 * @param dataSource the data source
	 * @return whether they may
	 */
	static boolean isChoosing(DataSource dataSource) {
		Object candidate = dataSource;
		for (int depth = 0; depth < DEEPEST && candidate instanceof DataSource target; depth++) {
			// Asking a scoped proxy would create its target now, or fail outside its
			// scope.
			if (target instanceof ScopedObject || choosesByItself(target)) {
				return true;
			}
			candidate = get(target, "getTargetDataSource");
		}
		return false;
	}

	static boolean choosesByItself(DataSource dataSource) {
		return isA(ROUTER, dataSource) || isA(LAZY, dataSource);
	}

	static boolean isA(String className, Object object) {
		for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
			if (type.getName().equals(className)) {
				return true;
			}
		}
		return false;
	}

}
