package io.github.sentryinsights.r2dbc;

import java.lang.reflect.Method;
import java.util.regex.Pattern;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

import io.github.sentryinsights.convention.DatabaseSystem;
import io.github.sentryinsights.convention.DbConvention.Database;
import io.github.sentryinsights.convention.ServerAddress;

/**
 * What a connection factory tells of its database: the product always, and where it is
 * when something in the chain of wrappers still has its options, as what Spring Boot
 * builds does. Only names and hosts are read, and what does not look like one is left
 * out.
 */
final class ConnectedDatabase {

	private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_$.~ -]{1,128}");

	private ConnectedDatabase() {
	}

	/**
	 * Return the database of a connection factory.
	 * @param name the name of the connection factory in the application
	 * @param connectionFactory the connection factory
	 * @return the database
	 */
	static Database of(String name, ConnectionFactory connectionFactory) {
		String system = system(connectionFactory);
		ConnectionFactoryOptions options = options(connectionFactory);
		if (options == null) {
			return new Database(name, system, null, null, null);
		}
		String path = text(options, ConnectionFactoryOptions.DATABASE);
		String database = (path != null) ? name(path.substring(path.lastIndexOf('/') + 1)) : null;
		if (isEmbedded(system, options)) {
			return new Database(name, system, database, null, null);
		}
		String hosts = text(options, ConnectionFactoryOptions.HOST);
		ServerAddress server = (hosts != null) ? ServerAddress.parse(hosts) : null;
		if (server == null) {
			return new Database(name, system, database, null, null);
		}
		ServerAddress address = server.orPort(port(options));
		return new Database(name, system, database, address.host(), address.port());
	}

	private static String system(ConnectionFactory connectionFactory) {
		ConnectionFactoryMetadata metadata = connectionFactory.getMetadata();
		String system = (metadata != null) ? DatabaseSystem.ofProduct(metadata.getName()) : null;
		return (system != null) ? system : DatabaseSystem.UNKNOWN;
	}

	private static @Nullable ConnectionFactoryOptions options(ConnectionFactory connectionFactory) {
		Object candidate = connectionFactory;
		while (candidate != null) {
			// The type of Spring Boot that has them cannot be named in both versions.
			Method getter = ReflectionUtils.findMethod(candidate.getClass(), "getOptions");
			if (getter != null && getter.getReturnType() == ConnectionFactoryOptions.class) {
				return (ConnectionFactoryOptions) ReflectionUtils.invokeMethod(getter, candidate);
			}
			candidate = Wrappers.unwrap(candidate);
		}
		return null;
	}

	private static boolean isEmbedded(String system, ConnectionFactoryOptions options) {
		String protocol = text(options, ConnectionFactoryOptions.PROTOCOL);
		return system.equals("h2") && (protocol == null || !protocol.matches("(h2:)?(tcp|ssl)"));
	}

	private static @Nullable Integer port(ConnectionFactoryOptions options) {
		return (options.getValue(ConnectionFactoryOptions.PORT) instanceof Number port)
				? Integer.valueOf(port.intValue()) : null;
	}

	private static @Nullable String text(ConnectionFactoryOptions options, Option<String> option) {
		return (options.getValue(option) instanceof String text) ? text : null;
	}

	private static @Nullable String name(String name) {
		return NAME.matcher(name).matches() ? name : null;
	}

}
