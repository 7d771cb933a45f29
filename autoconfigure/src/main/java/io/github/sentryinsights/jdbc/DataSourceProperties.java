package io.github.sentryinsights.jdbc;

import java.lang.reflect.Method;
import java.util.ArrayList;
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

	private static final List<String> TARGET_GETTERS = List.of("getTargetDataSource", "getDataSource");

	private static final int LONGEST = 10;

	private DataSourceProperties() {
	}

	/**
	 * Return the URL that a data source is configured with.
	 * @param dataSource the data source
	 * @return the URL, or {@code null} when it has none
	 */
	static @Nullable String url(DataSource dataSource) {
		if (dataSource instanceof ScopedObject) {
			return null;
		}
		for (String getter : URL_GETTERS) {
			if (get(dataSource, getter) instanceof String url) {
				return url;
			}
		}
		return null;
	}

	private static @Nullable Object get(DataSource dataSource, String getter) {
		try {
			Method method = ReflectionUtils.findMethod(dataSource.getClass(), getter);
			return (method != null) ? ReflectionUtils.invokeMethod(method, dataSource) : null;
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Return a data source and those that it stands before, as far as it tells. A scoped
	 * proxy does not, as asking it would create its target now, or fail outside its
	 * scope.
	 * @param dataSource the data source
	 * @return the chain, from the outside in
	 */
	static List<DataSource> chain(DataSource dataSource) {
		List<DataSource> chain = new ArrayList<>();
		DataSource candidate = dataSource;
		while (candidate != null && chain.size() < LONGEST) {
			chain.add(candidate);
			candidate = (candidate instanceof ScopedObject) ? null : target(candidate);
		}
		return chain;
	}

	private static @Nullable DataSource target(DataSource dataSource) {
		for (String getter : TARGET_GETTERS) {
			if (get(dataSource, getter) instanceof DataSource target && target != dataSource) {
				return target;
			}
		}
		return null;
	}

	/**
	 * Return whether the connections of a data source may lead to several databases:
	 * those of a router, of a proxy that has another target for reading only, and of a
	 * scoped proxy.
	 * @param dataSource the data source
	 * @return whether they may
	 */
	static boolean isChoosing(DataSource dataSource) {
		return chain(dataSource).stream()
			.anyMatch(candidate -> candidate instanceof ScopedObject || choosesByItself(candidate));
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
