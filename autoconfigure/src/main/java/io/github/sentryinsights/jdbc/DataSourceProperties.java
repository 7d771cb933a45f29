package io.github.sentryinsights.jdbc;

import java.lang.reflect.Method;
import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/**
 * Reads what pools and drivers tell of themselves, each by a getter of its own.
 */
final class DataSourceProperties {

	private static final List<String> URL_GETTERS = List.of("getJdbcUrl", "getUrl", "getURL");

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

}
